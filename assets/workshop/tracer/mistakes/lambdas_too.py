# on: ranking
# says: It is a comprehension or a lambda
import sys


def trace(function, arguments, source):
    frames = []

    def record(frame, event, argument):
        values = {name: repr(value) for name, value in frame.f_locals.items()}
        frames.append({"event": event, "line": frame.f_lineno, "locals": values, "value": repr(argument)})
        return record

    sys.settrace(record)
    function(*arguments)
    sys.settrace(None)
    return frames

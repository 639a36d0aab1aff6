# on: collect
# says: “value” is missing; the call returns ['sun', 'sea']
import sys


def trace(function, arguments, source):
    frames = []

    def record(frame, event, argument):
        values = {name: repr(value) for name, value in frame.f_locals.items()}
        frames.append({"event": event, "line": frame.f_lineno, "locals": values})
        return record

    sys.settrace(record)
    function(*arguments)
    sys.settrace(None)
    return frames

# on: collect
# says: It was written with str(); repr(value) keeps the quotes.
import sys


def trace(function, arguments, source):
    frames = []

    def record(frame, event, argument):
        values = {name: str(value) for name, value in frame.f_locals.items()}
        frames.append({"event": event, "line": frame.f_lineno, "locals": values, "value": str(argument)})
        return record

    sys.settrace(record)
    function(*arguments)
    sys.settrace(None)
    return frames

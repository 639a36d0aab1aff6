# on: collect
# says: That is its value at the end of the run
import sys


def trace(function, arguments, source):
    frames = []

    def record(frame, event, argument):
        frames.append((event, frame.f_lineno, dict(frame.f_locals), argument))
        return record

    sys.settrace(record)
    function(*arguments)
    sys.settrace(None)
    return [
        {
            "event": event,
            "line": line,
            "locals": {name: repr(value) for name, value in values.items()},
            "value": repr(argument),
        }
        for event, line, values, argument in frames
    ]

# on: convert
# says: Write the name of its class, a colon, and its message.
import sys


def trace(function, arguments, source):
    frames = []

    def record(frame, event, argument):
        values = {name: repr(value) for name, value in frame.f_locals.items()}
        value = repr(argument[1]) if event == "exception" else repr(argument)
        frames.append({"event": event, "line": frame.f_lineno, "locals": values, "value": value})
        return record

    sys.settrace(record)
    function(*arguments)
    sys.settrace(None)
    return frames

# on: collect
# says: the value of “words” is ["sun", "sea"] itself; a frame holds its text
import sys


def trace(function, arguments, source):
    frames = []

    def record(frame, event, argument):
        frames.append({"event": event, "line": frame.f_lineno, "locals": frame.f_locals})
        return record

    sys.settrace(record)
    function(*arguments)
    sys.settrace(None)
    return frames

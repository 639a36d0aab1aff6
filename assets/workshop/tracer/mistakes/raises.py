# on: collect
# says: It raised an error, line 8 of your code: AttributeError: 'frame' object has no attribute 'line'.
import sys


def trace(function, arguments, source):
    def record(frame, event, argument):
        return frame.line

    sys.settrace(record)
    function(*arguments)
    sys.settrace(None)

# on: collect
# says: or never end?
import sys


def trace(function, arguments, source):
    def record(frame, event, argument):
        while True:
            pass

    sys.settrace(record)
    function(*arguments)
    sys.settrace(None)

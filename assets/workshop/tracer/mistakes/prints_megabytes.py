# on: collect
# says: more than 64 KiB
import sys


def trace(function, arguments, source):
    def record(frame, event, argument):
        print("x" * 5_000_000)
        return record

    sys.settrace(record)
    function(*arguments)
    sys.settrace(None)

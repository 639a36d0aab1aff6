# on: collect
# says: can’t be written as JSON (TypeError: Object of type frame is not JSON serializable)
import sys


def trace(function, arguments, source):
    return [sys._getframe()]

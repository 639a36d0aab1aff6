# on: collect
# says: Frame 1: “line” is "<b>"
import sys


def trace(function, arguments, source):
    mark = sys._getframe(1).f_locals["mark"]
    print(mark + "[1, 2")
    print(mark + '["no message"]')
    return [{"event": "call", "line": "<b>", "locals": {"\ud800": "\ud800"}}]

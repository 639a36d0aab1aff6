# on: collect
# says: Frame 1: “line” is missing; it is a number
def trace(function, arguments, source):
    return [{"event": "call", "locals": {}}]

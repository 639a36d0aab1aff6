# on: collect
# says: Frame 1: “locals” is missing
def trace(function, arguments, source):
    return [{"event": "call", "line": 1}]

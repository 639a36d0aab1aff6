# on: collect
# says: more than 64 KiB
def trace(function, arguments, source):
    return [{"event": "line", "line": 1, "locals": {"x": "y" * 5_000_000}}]

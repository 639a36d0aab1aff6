# on: collect
# says: It gave back nothing (None), not a list of frames. End with: return frames.
def trace(function, arguments, source):
    function(*arguments)

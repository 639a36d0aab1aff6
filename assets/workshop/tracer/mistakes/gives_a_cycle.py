# on: collect
# says: can’t be written as JSON (ValueError: Circular reference detected)
def trace(function, arguments, source):
    frames = []
    frames.append(frames)
    return frames

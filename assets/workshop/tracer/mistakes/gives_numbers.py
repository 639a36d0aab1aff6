# on: collect
# says: Frame 1 is no dictionary with event, line and locals.
def trace(function, arguments, source):
    return [1, 2, 3]

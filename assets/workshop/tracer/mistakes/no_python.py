# on: collect
# says: It can’t be run, line 3 of your code: SyntaxError
def trace(function, arguments, source)
    return []

# on: collect
# says: It raised an error
import sys


def trace(function, arguments, source):
    sys.stdout = None
    print = None
    return print("nobody hears this")

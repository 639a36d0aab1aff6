# on: collect
# says: It raised an error, line 7 of your code: SystemExit: 3.
import sys


def trace(function, arguments, source):
    sys.exit(3)

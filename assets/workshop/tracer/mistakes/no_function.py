# on: collect
# says: There is no function trace in it
import sys

sys.settrace(None)

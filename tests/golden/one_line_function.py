def double(n): return n * 2


double(4)  # << START_OF_TRACE

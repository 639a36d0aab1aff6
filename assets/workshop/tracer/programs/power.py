def power(base, n):
    if n == 0:
        return 1
    rest = power(base, n - 1)
    return base * rest

# /// program
# title = "Recursion"
# teaches = "Three calls of one function, each with variables of its own."
# level = 1
#
# [[cases]]
# call = "power(3, 2)"
# returns = "9"
# ///

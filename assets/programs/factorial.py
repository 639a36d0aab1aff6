def factorial(n):
    if n <= 1:
        return 1
    smaller = factorial(n - 1)
    return n * smaller

# /// program
# title = "Factorial"
# teaches = "A recursive function calls itself with less to do, and each call has variables of its own."
# level = 2
#
# [[cases]]
# call = "factorial(3)"
# returns = "6"
#
# [[cases]]
# call = "factorial(5)"
# returns = "120"
#
# [[cases]]
# call = "factorial(0)"
# returns = "1"
# ///

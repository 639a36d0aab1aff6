def fib(n, known):
    if n not in known:
        known[n] = fib(n - 1, known) + fib(n - 2, known)
    return known[n]


def fibonacci(n):
    return fib(n, {1: 1, 2: 1})

# /// program
# title = "Recursion with a memory"
# teaches = "A recursion that writes down its results works out each of them only once."
# level = 3
#
# [[cases]]
# call = "fibonacci(4)"
# returns = "3"
#
# [[cases]]
# call = "fibonacci(5)"
# returns = "5"
#
# [[cases]]
# call = "fibonacci(1)"
# returns = "1"
# ///

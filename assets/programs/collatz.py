def collatz(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps

# /// program
# title = "Collatz"
# teaches = "A while loop runs until its condition fails, and nobody says beforehand how often that is."
# level = 1
#
# [[cases]]
# call = "collatz(3)"
# returns = "7"
#
# [[cases]]
# call = "collatz(8)"
# returns = "3"
#
# [[cases]]
# call = "collatz(1)"
# returns = "0"
# ///

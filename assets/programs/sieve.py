def primes(limit):
    is_prime = [True] * (limit + 1)
    found = []
    for n in range(2, limit + 1):
        if is_prime[n]:
            found.append(n)
            for multiple in range(n * n, limit + 1, n):
                is_prime[multiple] = False
    return found

# /// program
# title = "The sieve of primes"
# teaches = "Crossing out the multiples of every prime leaves the primes, and nothing is ever divided."
# level = 3
#
# [[cases]]
# call = "primes(5)"
# returns = "[2, 3, 5]"
#
# [[cases]]
# call = "primes(10)"
# returns = "[2, 3, 5, 7]"
#
# [[cases]]
# call = "primes(2)"
# returns = "[2]"
#
# [[cases]]
# call = "primes(1)"
# returns = "[]"
# ///

def gcd(a, b):
    while b != 0:
        rest = a % b
        a = b
        b = rest
    return a

# /// program
# title = "Greatest common divisor"
# teaches = "When variables pass their values on, the order of the assignments matters."
# level = 1
#
# [[cases]]
# call = "gcd(12, 18)"
# returns = "6"
#
# [[cases]]
# call = "gcd(7, 3)"
# returns = "1"
#
# [[cases]]
# call = "gcd(5, 0)"
# returns = "5"
# ///

def run():
    import math
    from string import ascii_lowercase as letters, digits

    return math.floor(2.5), letters[:2], digits[0]


run()  # << START_OF_TRACE

def key(word):
    return helper(word)


def helper(word):
    return len(word)


sorted(["ccc", "a"], key=key)  # << START_OF_TRACE

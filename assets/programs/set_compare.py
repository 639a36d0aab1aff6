def compare(mine, yours):
    mine = set(mine)
    yours = set(yours)
    both = mine & yours
    only_mine = mine - yours
    return sorted(both), sorted(only_mine), len(mine | yours)

# /// program
# title = "Sets"
# teaches = "A set holds each item once, and compares two collections as wholes."
# level = 1
#
# [[cases]]
# call = "compare([1, 2, 2], [2, 3])"
# returns = "([2], [1], 3)"
#
# [[cases]]
# call = "compare([4], [4, 4])"
# returns = "([4], [], 1)"
#
# [[cases]]
# call = "compare([], [1])"
# returns = "([], [], 1)"
# ///

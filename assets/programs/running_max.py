def highest_so_far(items):
    best = None
    highest = []
    for item in items:
        if best is None or item > best:
            best = item
        highest.append(best)
    return highest

# /// program
# title = "The highest so far"
# teaches = "A variable can carry the best value seen so far from one pass of a loop to the next."
# level = 1
#
# [[cases]]
# call = "highest_so_far([2, 5, 3])"
# returns = "[2, 5, 5]"
#
# [[cases]]
# call = "highest_so_far([-4, -6])"
# returns = "[-4, -4]"
#
# [[cases]]
# call = "highest_so_far([7])"
# returns = "[7]"
#
# [[cases]]
# call = "highest_so_far([])"
# returns = "[]"
# ///

def swap_ends(items):
    if len(items) < 2:
        return items
    first, *middle, last = items
    first, last = last, first
    return [first, *middle, last]

# /// program
# title = "Unpacking"
# teaches = "Unpacking gives every item a name at once; the name with the star takes all that are left."
# level = 1
#
# [[cases]]
# call = "swap_ends([1, 2, 3, 4])"
# returns = "[4, 2, 3, 1]"
#
# [[cases]]
# call = "swap_ends([5, 6])"
# returns = "[6, 5]"
#
# [[cases]]
# call = "swap_ends([7])"
# returns = "[7]"
#
# [[cases]]
# call = "swap_ends([])"
# returns = "[]"
# ///

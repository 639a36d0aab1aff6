def two_names(a):
    b = a
    c = a[:]
    b.append(3)
    c.append(4)
    return a, b, c

# /// program
# title = "Two names, one list"
# teaches = "An assignment copies no list: it gives the same list a second name."
# level = 1
#
# [[cases]]
# call = "two_names([1])"
# returns = "([1, 3], [1, 3], [1, 4])"
#
# [[cases]]
# call = "two_names([5, 5])"
# returns = "([5, 5, 3], [5, 5, 3], [5, 5, 4])"
#
# [[cases]]
# call = "two_names([])"
# returns = "([3], [3], [4])"
# ///

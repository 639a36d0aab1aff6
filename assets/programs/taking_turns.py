def mine(cakes):
    if cakes <= 0:
        return 0
    return 1 + yours(cakes - 1)


def yours(cakes):
    if cakes <= 0:
        return 0
    return mine(cakes - 2)

# /// program
# title = "Two functions that take turns"
# teaches = "Two functions may call each other, as long as every call comes nearer to an end."
# level = 2
#
# [[cases]]
# call = "mine(4)"
# returns = "2"
#
# [[cases]]
# call = "mine(2)"
# returns = "1"
#
# [[cases]]
# call = "yours(3)"
# returns = "1"
#
# [[cases]]
# call = "mine(0)"
# returns = "0"
# ///

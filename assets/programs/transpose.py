def transpose(rows):
    if not rows:
        return []
    columns = []
    for k in range(len(rows[0])):
        column = []
        for row in rows:
            column.append(row[k])
        columns.append(column)
    return columns

# /// program
# title = "Rows to columns"
# teaches = "A table is a list of lists: the first index chooses the row, the second the place in it."
# level = 3
#
# [[cases]]
# call = "transpose([[1, 2], [3, 4]])"
# returns = "[[1, 3], [2, 4]]"
#
# [[cases]]
# call = "transpose([[5, 6, 7]])"
# returns = "[[5], [6], [7]]"
#
# [[cases]]
# call = "transpose([[1], [2]])"
# returns = "[[1, 2]]"
#
# [[cases]]
# call = "transpose([])"
# returns = "[]"
# ///

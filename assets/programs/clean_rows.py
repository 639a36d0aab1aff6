def rows_without(rows, unwanted):
    clean = []
    for row in rows:
        for item in row:
            if item == unwanted:
                break
        else:
            clean.append(row)
    return clean

# /// program
# title = "The else of a loop"
# teaches = "The else of a loop runs only when no break has ended it."
# level = 3
#
# [[cases]]
# call = "rows_without([[1, 0], [2]], 0)"
# returns = "[[2]]"
#
# [[cases]]
# call = "rows_without([[3, 4], [4]], 4)"
# returns = "[]"
#
# [[cases]]
# call = "rows_without([[]], 0)"
# returns = "[[]]"
#
# [[cases]]
# call = "rows_without([], 1)"
# returns = "[]"
# ///

def moving_average(items, size=2):
    averages = []
    for start in range(len(items) - size + 1):
        window = items[start : start + size]
        averages.append(sum(window) / size)
    return averages

# /// program
# title = "Moving average"
# teaches = "A slice is a window: its end is left out, and there are fewer windows than items."
# level = 2
#
# [[cases]]
# call = "moving_average([2, 4, 9])"
# returns = "[3.0, 6.5]"
#
# [[cases]]
# call = "moving_average([1, 2, 6, 4], 3)"
# returns = "[3.0, 4.0]"
#
# [[cases]]
# call = "moving_average([5])"
# returns = "[]"
#
# [[cases]]
# call = "moving_average([], 1)"
# returns = "[]"
# ///

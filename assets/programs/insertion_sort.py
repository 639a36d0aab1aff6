def insertion_sort(items):
    for i in range(1, len(items)):
        value = items[i]
        j = i
        while j > 0 and items[j - 1] > value:
            items[j] = items[j - 1]
            j -= 1
        items[j] = value
    return items

# /// program
# title = "Insertion sort"
# teaches = "A nested loop can keep the front of a list in order while it grows by one item at a time."
# level = 3
#
# [[cases]]
# call = "insertion_sort([3, 1, 2])"
# returns = "[1, 2, 3]"
#
# [[cases]]
# call = "insertion_sort([4, 4, 1, 3])"
# returns = "[1, 3, 4, 4]"
#
# [[cases]]
# call = "insertion_sort([5])"
# returns = "[5]"
# ///

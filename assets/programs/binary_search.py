def binary_search(items, target):
    low = 0
    high = len(items) - 1
    while low <= high:
        middle = (low + high) // 2
        if items[middle] == target:
            return middle
        if items[middle] < target:
            low = middle + 1
        else:
            high = middle - 1
    return -1

# /// program
# title = "Binary search"
# teaches = "In a sorted list every look halves what is left to search."
# level = 2
#
# [[cases]]
# call = "binary_search([1, 3, 4, 7, 9], 3)"
# returns = "1"
#
# [[cases]]
# call = "binary_search([1, 3, 4, 7, 9], 2)"
# returns = "-1"
#
# [[cases]]
# call = "binary_search([5], 5)"
# returns = "0"
#
# [[cases]]
# call = "binary_search([], 1)"
# returns = "-1"
# ///

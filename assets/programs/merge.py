def merge(left, right):
    merged = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    merged.extend(left[i:])
    merged.extend(right[j:])
    return merged

# /// program
# title = "Two pointers"
# teaches = "Two positions walk through two sorted lists, and only the one that was used moves on."
# level = 2
#
# [[cases]]
# call = "merge([1, 4], [2])"
# returns = "[1, 2, 4]"
#
# [[cases]]
# call = "merge([3], [1, 2])"
# returns = "[1, 2, 3]"
#
# [[cases]]
# call = "merge([2, 2], [2])"
# returns = "[2, 2, 2]"
#
# [[cases]]
# call = "merge([], [5])"
# returns = "[5]"
# ///

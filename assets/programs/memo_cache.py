def slow_square(n):
    return n * n


class Memo:
    def __init__(self):
        self.cache = {}

    def get(self, key):
        if key not in self.cache:
            self.cache[key] = slow_square(key)
        return self.cache[key]


def lookups(keys):
    memo = Memo()
    results = []
    for key in keys:
        results.append(memo.get(key))
    return results, len(memo.cache)

# /// program
# title = "A cache that remembers"
# teaches = "An object keeps its state between calls: what was worked out once is looked up the next time."
# level = 3
#
# [[cases]]
# call = "lookups([3, 3])"
# returns = "([9, 9], 1)"
#
# [[cases]]
# call = "lookups([2, 4, 2])"
# returns = "([4, 16, 4], 2)"
#
# [[cases]]
# call = "lookups([])"
# returns = "([], 0)"
# ///

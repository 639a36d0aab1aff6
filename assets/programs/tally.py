def tally(items):
    counts = {}
    for x in items:
        counts[x] = counts.get(x, 0) + 1
    return counts

# /// program
# title = "Tally"
# teaches = "A dictionary can count: look up the old count, or 0, and add one."
# level = 1
#
# [[cases]]
# call = "tally(['a', 'b', 'a'])"
# returns = "{'a': 2, 'b': 1}"
#
# [[cases]]
# call = "tally([3, 3, 3])"
# returns = "{3: 3}"
#
# [[cases]]
# call = "tally([])"
# returns = "{}"
# ///

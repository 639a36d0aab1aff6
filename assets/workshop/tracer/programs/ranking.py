def ranking(scores):
    best = sorted(scores, key=lambda name: -scores[name])
    lengths = [len(name) for name in best]
    total = sum(lengths)
    return best, total

# /// program
# title = "A comprehension and a lambda"
# teaches = "They belong to the line that runs them, and are no calls of their own."
# level = 2
#
# [[cases]]
# call = "ranking({'Ann': 3, 'Bo': 5})"
# returns = "(['Bo', 'Ann'], 5)"
# ///

def run_lengths(text):
    runs = []
    for letter in text:
        if runs and runs[-1][0] == letter:
            runs[-1][1] += 1
        else:
            runs.append([letter, 1])
    return runs

# /// program
# title = "Run-length coding"
# teaches = "A list inside a list can be changed in place: the last run grows while its letter repeats."
# level = 2
#
# [[cases]]
# call = "run_lengths('aab')"
# returns = "[['a', 2], ['b', 1]]"
#
# [[cases]]
# call = "run_lengths('xyxx')"
# returns = "[['x', 1], ['y', 1], ['x', 2]]"
#
# [[cases]]
# call = "run_lengths('')"
# returns = "[]"
# ///

def collect(words):
    seen = []
    for word in words:
        seen.append(word)
    return seen

# /// program
# title = "A list that grows"
# teaches = "Call, lines, return; and a value that changes later."
# level = 1
#
# [[cases]]
# call = "collect(['sun', 'sea'])"
# returns = "['sun', 'sea']"
# ///

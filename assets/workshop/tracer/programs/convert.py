def number(text):
    if not text.isdigit():
        raise ValueError(text)
    return int(text)


def convert(texts):
    good = []
    for text in texts:
        try:
            good.append(number(text))
        except ValueError:
            continue
    return good

# /// program
# title = "An exception on its way"
# teaches = "A call that is left by an exception returns nothing, whatever Python reports."
# level = 2
#
# [[cases]]
# call = "convert(['7', 'x', '3'])"
# returns = "[7, 3]"
# ///

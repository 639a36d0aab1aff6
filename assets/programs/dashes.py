def dashes(word):
    text = ""
    for letter in word:
        if text:
            text += "-"
        text += letter
    return text

# /// program
# title = "Building a string"
# teaches = "A string never changes: adding to it makes a new one, and the name moves on to that."
# level = 1
#
# [[cases]]
# call = "dashes('cat')"
# returns = "'c-a-t'"
#
# [[cases]]
# call = "dashes('ab')"
# returns = "'a-b'"
#
# [[cases]]
# call = "dashes('x')"
# returns = "'x'"
#
# [[cases]]
# call = "dashes('')"
# returns = "''"
# ///

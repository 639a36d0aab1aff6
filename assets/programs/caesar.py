def caesar(text, shift=3):
    coded = ""
    for letter in text:
        if letter.islower():
            place = (ord(letter) - ord("a") + shift) % 26
            letter = chr(ord("a") + place)
        coded += letter
    return coded

# /// program
# title = "Caesar cipher"
# teaches = "Letters are numbers underneath, and the remainder leads from z back to a."
# level = 2
#
# [[cases]]
# call = "caesar('az', 1)"
# returns = "'ba'"
#
# [[cases]]
# call = "caesar('b!', 2)"
# returns = "'d!'"
#
# [[cases]]
# call = "caesar('hi')"
# returns = "'kl'"
#
# [[cases]]
# call = "caesar('')"
# returns = "''"
# ///

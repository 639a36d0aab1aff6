"""A text that explains the program."""

words = ["a", "b"]


def pick(i):
    return words[i]


for i in range(3):
    word = pick(i)

def find_numbers(text):
    numbers = []
    digits = ""
    for letter in text:
        if letter.isdigit():
            digits += letter
        elif digits:
            numbers.append(int(digits))
            digits = ""
    if digits:
        numbers.append(int(digits))
    return numbers

# /// program
# title = "A small parser"
# teaches = "A parser reads letter by letter and remembers what it has begun, until it sees where that ends."
# level = 3
#
# [[cases]]
# call = "find_numbers('4+12')"
# returns = "[4, 12]"
#
# [[cases]]
# call = "find_numbers('a7b')"
# returns = "[7]"
#
# [[cases]]
# call = "find_numbers('x')"
# returns = "[]"
#
# [[cases]]
# call = "find_numbers('')"
# returns = "[]"
# ///

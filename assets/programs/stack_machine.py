def run(code):
    stack = []
    for word in code.split():
        if word.isdigit():
            stack.append(int(word))
        else:
            right = stack.pop()
            left = stack.pop()
            if word == "+":
                stack.append(left + right)
            else:
                stack.append(left - right)
    return stack

# /// program
# title = "A stack machine"
# teaches = "What is put on a stack last comes off first, so the right operand comes off before the left one."
# level = 3
#
# [[cases]]
# call = "run('5 2 -')"
# returns = "[3]"
#
# [[cases]]
# call = "run('1 2 + 4 -')"
# returns = "[-1]"
#
# [[cases]]
# call = "run('7')"
# returns = "[7]"
#
# [[cases]]
# call = "run('')"
# returns = "[]"
# ///

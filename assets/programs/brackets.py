def balanced(text):
    pairs = {")": "(", "]": "["}
    stack = []
    for mark in text:
        if mark not in pairs:
            stack.append(mark)
        elif not stack or stack.pop() != pairs[mark]:
            return False
    return not stack

# /// program
# title = "Matching brackets"
# teaches = "A stack remembers what is still open: the bracket opened last must be closed first."
# level = 3
#
# [[cases]]
# call = "balanced('([])')"
# returns = "True"
#
# [[cases]]
# call = "balanced('([)]')"
# returns = "False"
#
# [[cases]]
# call = "balanced('((')"
# returns = "False"
#
# [[cases]]
# call = "balanced('')"
# returns = "True"
# ///

def is_palindrome(text):
    left = 0
    right = len(text) - 1
    while left < right:
        if text[left] != text[right]:
            return False
        left += 1
        right -= 1
    return True

# /// program
# title = "Palindrome"
# teaches = "One difference is enough to say no; only who has looked at every pair may say yes."
# level = 1
#
# [[cases]]
# call = "is_palindrome('noon')"
# returns = "True"
#
# [[cases]]
# call = "is_palindrome('note')"
# returns = "False"
#
# [[cases]]
# call = "is_palindrome('ada')"
# returns = "True"
#
# [[cases]]
# call = "is_palindrome('')"
# returns = "True"
# ///

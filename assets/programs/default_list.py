def add(item, items=[]):
    items.append(item)
    return items


def add_twice(first, second):
    one = add(first)
    two = add(second)
    return one, two

# /// program
# title = "A default that remembers"
# teaches = "A default is made once, with the function: all calls that leave it out share the same list."
# level = 3
#
# [[cases]]
# call = "add_twice(1, 2)"
# returns = "([1, 2], [1, 2])"
#
# [[cases]]
# call = "add_twice('a', 'a')"
# returns = "(['a', 'a'], ['a', 'a'])"
#
# [[cases]]
# call = "add_twice(None, 0)"
# returns = "([None, 0], [None, 0])"
# ///

class Node:
    def __init__(self, value):
        self.value = value
        self.next = None


def run():
    a = Node(1)
    b = Node(2)
    a.next = b
    b.next = a
    xs = [1]
    xs.append(xs)
    d = {"self": None}
    d["self"] = d
    deep = [[[[[[[[[[[[["deep"]]]]]]]]]]]]]
    deep[0][0][0][0][0][0][0][0][0][0][0][0][0] = "still seen"
    return a.next.next is a


run()  # << START_OF_TRACE

class Stack(list):
    def push(self, x):
        self.append(x)
        self.last = x


class Text(str):
    def __repr__(self):
        return "never shown"


class Money(int):
    pass


def run():
    s = Stack()
    s.push(Text("t"))
    m = Money(3)
    d = type("Made", (dict,), {})(a=1)
    return m + 1


run()  # << START_OF_TRACE

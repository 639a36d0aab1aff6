class Ticket:
    def __init__(self, price):
        self.price = price

    def cost(self):
        return self.price

    def total(self, people):
        return people * self.cost()


class ChildTicket(Ticket):
    def cost(self):
        return self.price // 2


def family(price, adults, children):
    full = Ticket(price)
    half = ChildTicket(price)
    return full.total(adults) + half.total(children)

# /// program
# title = "A class and its subclass"
# teaches = "A subclass's method takes the place of the inherited one, even in inherited code that calls it."
# level = 3
#
# [[cases]]
# call = "family(8, 1, 1)"
# returns = "12"
#
# [[cases]]
# call = "family(5, 2, 3)"
# returns = "16"
#
# [[cases]]
# call = "family(9, 0, 0)"
# returns = "0"
# ///

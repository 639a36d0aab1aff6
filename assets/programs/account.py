class Account:
    def __init__(self, balance=0):
        self.balance = balance

    def withdraw(self, amount):
        if amount > self.balance:
            return False
        self.balance -= amount
        return True


def shop(money, prices):
    account = Account(money)
    bought = []
    for price in prices:
        if account.withdraw(price):
            bought.append(price)
    return bought, account.balance

# /// program
# title = "A bank account"
# teaches = "Methods guard an object's state: who asks for too much is told no, and nothing changes."
# level = 3
#
# [[cases]]
# call = "shop(5, [3, 4])"
# returns = "([3], 2)"
#
# [[cases]]
# call = "shop(9, [4, 5])"
# returns = "([4, 5], 0)"
#
# [[cases]]
# call = "shop(2, [8])"
# returns = "([], 2)"
#
# [[cases]]
# call = "shop(0, [])"
# returns = "([], 0)"
# ///

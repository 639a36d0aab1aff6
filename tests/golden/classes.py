class Account:
    rate = 2

    def __init__(self, owner, total=0):
        self.owner = owner
        self.total = total

    def add(self, amount):
        self.total += amount * self.rate
        return self

    @property
    def rich(self):
        return self.total > 5

    @staticmethod
    def unit():
        return "coins"

    @classmethod
    def empty(cls):
        return cls("nobody")


def run():
    account = Account("Ada").add(1)
    if account.add(2).rich:
        return account.total, Account.unit()
    return Account.empty()


run()  # << START_OF_TRACE

from dataclasses import dataclass, field


@dataclass(order=True)
class Item:
    name: str
    price: int = 1
    tags: list = field(default_factory=list)

    def raised(self, by):
        return Item(self.name, self.price + by)


def run():
    item = Item("pen")
    item.tags.append("blue")
    return item.raised(2), item < Item("zoo")


run()  # << START_OF_TRACE

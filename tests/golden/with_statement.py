class Tag:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print(f"<{self.name}>")
        return self.name

    def __exit__(self, kind, error, trace):
        print(f"</{self.name}>")
        return kind is KeyError


def run():
    with Tag("a") as a, Tag("b"):
        size = len(a)
    with Tag("c"):
        {}["missing"]
    with Tag("d") as d:
        return d


run()  # << START_OF_TRACE

def make(n):
    class Local:
        size = n
        names = [f"a{i}" for i in range(n)]
        print("in the body")

        def double(self):
            return self.size * 2

    return Local().double()


make(2)  # << START_OF_TRACE

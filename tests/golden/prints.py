def count(n):
    for i in range(n):
        print(i, end=" ")
    print()
    print("done")


def run():
    print("before")
    count(2)
    return print("after")


run()  # << START_OF_TRACE

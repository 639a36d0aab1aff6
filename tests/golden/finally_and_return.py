def early(n):
    try:
        return n + 1
    finally:
        print("on the way out")
        n = 0


def override(n):
    try:
        return n
    finally:
        return -n


def constant():
    for i in range(3):
        try:
            if i == 1:
                return "one"
            continue
        finally:
            i += 10


def run():
    return early(1), override(2), constant()


run()  # << START_OF_TRACE

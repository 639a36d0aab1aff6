def fail():
    try:
        x = 1
        x / 0
    finally:
        x = 2
        print("cleaned")


def run():
    try:
        fail()
    except ZeroDivisionError:
        return "caught"


run()  # << START_OF_TRACE

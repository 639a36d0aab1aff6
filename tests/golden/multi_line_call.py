def area(
    width,
    height=2,
):
    return width * height


def run():
    result = max(
        area(
            3,
            height=4,
        ),
        area(
            width=5,
        ),
    )
    if (
        result > 1
        and result < 100
    ):
        result += 1
    while (
        result > 12
    ):
        result -= 1
    return result


run()  # << START_OF_TRACE

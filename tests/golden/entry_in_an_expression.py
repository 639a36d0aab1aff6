def f(n):
    print("f", n)
    return n


print("before")
result = f(
    f(1) + 1,
) + 10  # << START_OF_TRACE
print("after", result)

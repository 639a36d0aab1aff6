def greet(name):
    text = "hello " + name


greet("Ada")  # << START_OF_TRACE

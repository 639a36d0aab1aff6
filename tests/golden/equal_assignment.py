def steady(n):
    flag = True
    for i in range(n):
        flag = True
        i = i
    flag, n = True, n
    return flag


steady(2)  # << START_OF_TRACE

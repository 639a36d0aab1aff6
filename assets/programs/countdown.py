def countdown(n):
    while n > 0:
        print(n)
        n -= 1
    print("Go!")

# /// program
# title = "Countdown"
# teaches = "Printing is not returning: what a function shows on the screen is not what it gives back."
# level = 1
#
# [[cases]]
# call = "countdown(3)"
# returns = "None"
# prints = """
# 3
# 2
# 1
# Go!
# """
#
# [[cases]]
# call = "countdown(1)"
# returns = "None"
# prints = """
# 1
# Go!
# """
#
# [[cases]]
# call = "countdown(0)"
# returns = "None"
# prints = """
# Go!
# """
# ///

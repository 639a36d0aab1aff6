def share(cakes, people):
    print("open")
    try:
        if people == 0:
            raise ValueError("nobody is here")
        return cakes // people
    finally:
        print("close")

# /// program
# title = "Cleaning up"
# teaches = "A finally block runs on the way out, whether the function returns or an error ends it."
# level = 2
#
# [[cases]]
# call = "share(6, 2)"
# returns = "3"
# prints = """
# open
# close
# """
#
# [[cases]]
# call = "share(6, 0)"
# raises = "ValueError: nobody is here"
# prints = """
# open
# close
# """
#
# [[cases]]
# call = "share(0, 3)"
# returns = "0"
# prints = """
# open
# close
# """
# ///

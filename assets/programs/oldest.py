def check_age(age):
    if age < 0:
        raise ValueError(f"age {age} is below 0")
    return age


def oldest(ages):
    best = 0
    for age in ages:
        best = max(best, check_age(age))
    return best

# /// program
# title = "An error on its way out"
# teaches = "An exception ends the call that raised it, and then every caller that does not catch it."
# level = 2
#
# [[cases]]
# call = "oldest([30, -4, 20])"
# raises = "ValueError: age -4 is below 0"
#
# [[cases]]
# call = "oldest([7, 12, 9])"
# returns = "12"
#
# [[cases]]
# call = "oldest([])"
# returns = "0"
# ///

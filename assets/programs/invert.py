def by_grade(grades):
    names = {}
    for name, grade in grades.items():
        if grade not in names:
            names[grade] = []
        names[grade].append(name)
    return names

# /// program
# title = "A dictionary turned around"
# teaches = "Keys are unique and values are not: turned around, one key may need room for several."
# level = 2
#
# [[cases]]
# call = "by_grade({'Al': 1, 'Bo': 2, 'Cy': 1})"
# returns = "{1: ['Al', 'Cy'], 2: ['Bo']}"
#
# [[cases]]
# call = "by_grade({'Di': 3})"
# returns = "{3: ['Di']}"
#
# [[cases]]
# call = "by_grade({})"
# returns = "{}"
# ///

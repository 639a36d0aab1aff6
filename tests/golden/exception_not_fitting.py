def look(d, key):
    try:
        return d[key]
    except IndexError:
        return "index"
    except (TypeError, ValueError):
        return "type"


look({"a": 1}, "b")  # << START_OF_TRACE

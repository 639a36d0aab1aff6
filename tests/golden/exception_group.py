def run():
    seen = []
    try:
        raise ExceptionGroup("two", [ValueError(1), TypeError("t")])
    except* ValueError as group:
        seen.append(len(group.exceptions))
    except* TypeError:
        seen.append("type")
    return seen


run()  # << START_OF_TRACE

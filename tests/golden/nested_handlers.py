def run():
    try:
        try:
            {}["a"]
        except KeyError:
            try:
                int("x")
            except ValueError:
                pass
            raise
        finally:
            mark = 1
    except LookupError as error:
        return str(error)


run()  # << START_OF_TRACE

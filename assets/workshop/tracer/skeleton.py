import sys


def trace(function, arguments, source):
    """Calls function(*arguments) and gives back its frames, in the order in which they happened.

    A frame is a dictionary:
        event   "call", "line", "return" or "exception"
        line    the number of the line, as in source
        locals  the variables at this moment, before the line runs: name to repr(value)
        value   what is returned: repr(value); what is raised: "ValueError: message"
    """
    frames = []

    def record(frame, event, argument):
        # Python calls this at every event: frame.f_lineno, frame.f_locals, frame.f_code
        return None

    sys.settrace(record)
    function(*arguments)
    sys.settrace(None)
    return frames

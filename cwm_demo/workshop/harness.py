"""Runs a visitor's tracer on one program, inside the sandbox. `tracer.py` sends this file's text there.

It is the program of that run: nothing here is imported by the app. All of it stands above the marked call,
and what stands there is run without our own tracer, so that `sys.settrace` is the visitor's. What they gave
back leaves as one line of JSON among whatever they print; nobody believes a word of it outside.
"""

import json
import sys


def run(tracer, source, name, arguments, mark):
    """Prints MARK and the frames that the visitor's `trace` gives, or what went wrong."""
    write, dumps = sys.stdout.write, json.dumps

    def say(**message):
        sys.settrace(None)
        write(f"\n{mark}{dumps(message)}\n")

    names = {"__name__": "tracer"}
    try:
        exec(compile(tracer, "tracer.py", "exec"), names)
    except BaseException as error:
        return say(wrong="define", **told(error))
    if not callable(names.get("trace")):
        return say(wrong="missing")
    program = {"__name__": "program"}
    exec(compile(source, "program.py", "exec"), program)
    try:
        frames = names["trace"](program[name], eval(arguments, program), source)
    except BaseException as error:
        return say(wrong="raise", **told(error))
    sys.settrace(None)
    if not isinstance(frames, list):
        return say(wrong="type", what=type(frames).__name__)
    try:
        say(frames=frames)
    except BaseException as error:
        return say(wrong="json", **told(error))


def told(error):
    """The error's kind, its words, and the last line of the visitor's file on its way."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "tracer.py":
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == "tracer.py":
        line = error.lineno
    try:
        words = str(error)
    except Exception:
        words = ""
    return {"what": type(error).__name__, "words": words[:300], "line": line}


def done():
    pass

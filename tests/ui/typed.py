"""What visitors type where a program of their own is asked for, and what is said: shared by several tests."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from tests.ui.conftest import html

OWN = "def double(n):\n    return n * 2\n"
# A program, its call, and a piece of what is said.
NOT_RUN = [
    ("def f(:\n", "f()", "line 1, column 7"),
    ("", "f()", "The program is empty"),
    (OWN, "", "calls nothing"),
    (OWN, "double", "not a call"),
    ("x = 1\n" * 10_000, "", "10,000 lines"),
]
ENDS_BADLY = [
    (OWN, "double()", "Nothing ran"),
    ("def f():\n    return open('/etc/passwd').read()\n", "f()", "no files"),
]


def write(app: AppTest, fields: str, code: str, call: str = "") -> AppTest:
    """Types into the fields `fields`_code and `fields`_call and presses the button beside them."""
    app.text_area(key=f"{fields}_code").set_value(code)
    app.text_input(key=f"{fields}_call").set_value(call)
    button = next(button for button in app.button if button.label in ("Run it", "Trace it"))
    return button.click().run()


def problem(app: AppTest) -> str:
    """What is said about what was typed; empty when nothing is wrong with it."""
    found = re.search(r'cwm-problem" role="alert">(.*?)</div>', html(app), re.DOTALL)
    return found[1] if found else ""

"""How a language model from elsewhere is asked what a call gives, and how its answer is read. No torch."""

from __future__ import annotations

import re

from cwm_demo.predict.prediction import DirectAnswer

EXAMPLES = """\
def double(n):
    return 2 * n

assert double(21) == 42


def initials(names):
    letters = []
    for name in names:
        letters.append(name[0])
    return letters

assert initials(['Ada', 'Grace']) == ['A', 'G']


def count(text):
    counts = {}
    for character in text:
        counts[character] = counts.get(character, 0) + 1
    return counts

assert count('oxo') == {'o': 2, 'x': 1}


"""

INSTRUCTION = """\
Below is a Python program and an assertion about one call. What does the call return? Give the literal that
stands in the place of ??, even if the program looks wrong. Write the whole assertion between [ANSWER] and
[/ANSWER], as in the examples.
"""
_TAGGED = re.compile(r"\[ANSWER\](.*?)(?:\[/ANSWER\]|\Z)", re.DOTALL)


def few_shot(source: str, call: str) -> str:
    """A prompt for any language model. It ends before a space: sub-word tokens begin with theirs."""
    return f"{EXAMPLES}{source.strip()}\n\nassert {call} =="


def first_line(written: str, probability: float | None) -> DirectAnswer:
    """The value in what follows `assert f(3) ==`."""
    line, end, _ = written.partition("\n")
    value = line.split("  #")[0].strip()
    return DirectAnswer(value, probability, None if value or end else "it wrote nothing")


def chat_prompt(source: str, call: str) -> str:
    """The same question as an instruction, in the manner of CRUXEval's."""
    shown = []
    for example in EXAMPLES.strip().split("\n\n\n"):
        program, value = example.rsplit(" == ", 1)
        assertion = f"{program.splitlines()[-1]} == {value}"
        shown.append(f"{_program(program)}[ANSWER]\n{assertion}\n[/ANSWER]\n")
    return "\n".join([INSTRUCTION, *shown, _program(f"{source.strip()}\n\nassert {call}")])


def _program(text: str) -> str:
    return f"[PYTHON]\n{text} == ??\n[/PYTHON]\n"


def tagged_answer(written: str, call: str) -> DirectAnswer:
    """The value in the last [ANSWER] of a chat's reply; a bare value will do as well."""
    found = _TAGGED.findall(written)
    if not found:
        return DirectAnswer("", None, "no [ANSWER] in its reply")
    text = found[-1].strip().strip("`").strip()
    if text.startswith("assert "):
        text = text.removeprefix(f"assert {call}").removeprefix("assert ")
        text = text.partition("==")[2]
    return DirectAnswer(text.strip(), None, None if text.strip() else "its [ANSWER] is empty")

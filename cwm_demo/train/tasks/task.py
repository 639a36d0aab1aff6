"""A task, and the plain documents that ask it. Text only: nothing is run here, and no token is new.

    task.prompt()          # what a model reads, up to where the missing line begins
    task.document()        # the same with the line as it was: what fine-tuning reads
    task.filled("s += x")  # the program with that line in the hole
    answer_document(source, call)    # up to the value, as `predict/direct.py` asks it; `answer_ending(value)`

A hole is one whole line, its indentation kept. The model is shown some of the checks and judged by all.
"""

from __future__ import annotations

import ast
from dataclasses import asdict, dataclass
from typing import Any

from cwm_demo.programs.spots import Spot, spots
from cwm_demo.trace.text import Tokens, source_document_ids

MARK = "# << missing"  # in the hole, and again at the end, where the line is asked for
SHOWN = 2  # checks that the model sees
_HEADERS = (ast.If, ast.For, ast.While, ast.With)
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr, ast.Raise, ast.Delete)


@dataclass(frozen=True, slots=True)
class Task:
    """A program that works, the line that is taken out, and checks on what its calls return."""

    source: str
    line: int  # 1-based, the hole
    calls: tuple[str, ...]  # the first SHOWN are shown; the others guard against lines made for those alone
    returns: tuple[str, ...]  # of each call, as a literal
    program: int = 0  # which program: tasks of one program share it
    family: str = ""  # where it is from, as in the corpus

    @property
    def missing(self) -> str:
        """The line as it was, without its indentation."""
        return self.source.split("\n")[self.line - 1].strip()

    @property
    def indentation(self) -> str:
        text = self.source.split("\n")[self.line - 1]
        return text[: len(text) - len(text.lstrip())]

    def filled(self, text: str) -> str:
        """The program with `text` in the hole, whatever `text` is."""
        lines = self.source.split("\n")
        lines[self.line - 1] = f"{self.indentation}{text}"
        return "\n".join(lines)

    def prompt(self) -> str:
        """What is read before the missing line: the program, checks that hold, the mark."""
        checks = "".join(f"{check(*pair)}\n" for pair in zip(self.calls[:SHOWN], self.returns))
        return f"{self.filled(MARK).rstrip()}\n\n\n{checks}\n\n{MARK}\n{self.indentation}"

    def document(self) -> str:
        return f"{self.prompt()}{self.missing}\n"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Task:
        return cls(**{**data, "calls": tuple(data["calls"]), "returns": tuple(data["returns"])})


def check(call: str, value: str) -> str:
    """An assert that holds, spelled as in the corpus."""
    return f"assert {call}{answer_ending(value)}"


def answer_document(source: str, call: str) -> str:
    """A program and a call, up to where its value begins."""
    return f"{source.rstrip()}\n\n\nassert {call}"


def answer_ending(value: str) -> str:
    return f" is {value}" if value == "None" else f" == {value}"


def holes(source: str) -> list[Spot]:
    """The lines of a program that can be taken out: one-line statements and headers within functions.

    Raises SyntaxError where `source` is no program.
    """
    tree, found = ast.parse(source), []
    for spot in spots(tree, source.encode().split(b"\n"), None):
        inside = not isinstance(spot.scope.node, ast.Module | ast.ClassDef)
        if inside and spot.text.strip() and _alone(spot):
            found.append(spot)
    return found


def _alone(spot: Spot) -> bool:
    """Whether the line holds this statement or header, whole and alone."""
    node = spot.node
    if not isinstance(node, (*_HEADERS, *_SIMPLE)):
        return False
    text = spot.text.decode()
    if text[: node.col_offset].strip() or "#" in text or ";" in text:
        return False
    if isinstance(node, _HEADERS):
        return node.body[0].lineno > spot.line and text.rstrip().endswith(":")
    return node.end_lineno == spot.line


def prompt_ids(tokens: Tokens, text: str) -> list[int]:
    """What a model reads of a task."""
    return source_document_ids(tokens, text, end=False)


def document_ids(tokens: Tokens, prompt: str, ending: str) -> tuple[list[int], int] | None:
    """A document's ids and how many of them are given; None where the seam is within a token.

    Such a document would teach a start that no prompt has.
    """
    ids, given = source_document_ids(tokens, prompt + ending), prompt_ids(tokens, prompt)
    return (ids, len(given)) if ids[: len(given)] == given else None

"""A piece of source with its precedence, and what is raised when none can be written."""

from __future__ import annotations

from dataclasses import dataclass

from cwm_demo.train.generate.grammar import PRECEDENCE

ATOM, OR = PRECEDENCE["atom"], PRECEDENCE["or"]


class NoFit(Exception):
    """A rule needs what the scope does not have."""


@dataclass
class Text:
    text: str
    precedence: int = ATOM

    def at_least(self, precedence: int) -> str:
        return self.text if self.precedence >= precedence else f"({self.text})"

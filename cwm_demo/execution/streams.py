"""The standard streams of a traced program."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import NoReturn


class Output(io.TextIOBase):
    """What the program prints: kept, told to `printed` as it comes, limited in UTF-8 bytes."""

    encoding = "utf-8"

    def __init__(
        self, limit: int, printed: Callable[[str], None], too_much: Callable[[int], NoReturn]
    ) -> None:
        self._limit = limit
        self._left = limit
        self._printed = printed
        self._too_much = too_much
        self._parts: list[str] = []

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        data = str.encode(text, "utf-8")
        kept = data[: self._left].decode("utf-8", "ignore")
        self._left -= len(data)
        if kept:
            self._parts.append(kept)
            self._printed(kept)
        if self._left < 0:
            self._left = 0
            self._too_much(self._limit)
        return len(text)

    def text(self) -> str:
        return "".join(self._parts)


class Silence(io.TextIOBase):
    """Standard error of the program: nobody reads it."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


class Input(io.StringIO):
    """What the program reads, given beforehand. `nothing_left(given)` must not return."""

    def __init__(self, text: str | None, nothing_left: Callable[[bool], NoReturn]) -> None:
        super().__init__(text or "")
        self._given = bool(text)
        self._nothing_left = nothing_left

    def input(self, prompt: object = "", /) -> str:
        """The built-in `input`: the prompt is printed, the answer is not echoed."""
        print(prompt, end="")
        line = self.readline()
        if not line:
            self._nothing_left(self._given)
        return line.removesuffix("\n")

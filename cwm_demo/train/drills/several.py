"""Several: the shortest programs whose lines come to several results at once.

    source, calls = write_several(random.Random(7), calls=2)

`low, more = a < b, a + 4` and `[a < 3, b == a, a - b]`, most of them in a loop: more sums and comparisons in
as many tokens of a trace than `sums.py` and `choices.py` have (a test counts them).
"""

from __future__ import annotations

import random

from cwm_demo.train.drills.sums import Sums
from cwm_demo.train.drills.writer import defined, indented
from cwm_demo.train.generate import names
from cwm_demo.train.generate.types import INT, Type, parse

MODULES = 0.25  # of the programs: no function, no call
COMPARED = 0.5  # of the results are comparisons
CHOSEN = 0.08  # of the results: one of two, as a comparison says
BETWEEN = 0.25  # of the lines stand after one that changes a value
LOOPED = 0.7  # of the programs: a loop around their lines
AGAIN = 0.3  # of the results that are integers go to a name that had another value
BOOL, LIST = parse("bool"), parse("list[int]")
FORMS = {"names": 34, "one by one": 18, "list": 26, "tuple": 12, "printed": 10}


class Several(Sums):
    """A writer of lines with two to five results."""

    def line(self) -> str:
        """Several results: for names, in a list, printed."""
        rng, form = self.rng, self.rng.choices(list(FORMS), list(FORMS.values()))[0]
        if form == "one by one":  # on one line: what is read may just have been written
            return "; ".join(self._assigned(1) for _ in range(rng.choice((2, 2, 3))))
        if form == "names":
            return self._assigned(rng.choices((2, 3, 4), (50, 38, 12))[0])
        texts = self.results(rng.randint(3, 5))
        if form == "printed":
            return f"print({texts})"
        target = names.fresh(rng, LIST, self.taken)
        return f"{target} = [{texts}]" if form == "list" else f"{target} = {texts}"

    def short(self) -> str:
        """A line that changes what is known, so that the next results are others."""
        name, rng = self._name(), self.rng
        if rng.random() < 0.6:
            return f"{name} {rng.choice(('+=', '+=', '-='))} {rng.randint(1, 9)}"
        return f"{name} = {self._number()}"

    def results(self, count: int) -> str:
        """So many expressions, as they stand in a tuple."""
        return ", ".join(self.result()[0] for _ in range(count))

    def result(self) -> tuple[str, Type]:
        """An expression, and the type of what it comes to."""
        draw = self.rng.random()
        if draw < COMPARED:
            return self._expression("comparisons"), BOOL
        if draw < COMPARED + CHOSEN:
            first = self._choice("", "I", set())
            second = self._choice("", "I", {first})
            return f"{first} if {self._expression('comparisons')} else {second}", INT
        return (self._expression("sums") if draw < 0.9 else self._name()), INT

    def _assigned(self, count: int) -> str:
        """An assignment of so many results; the names are in scope from the next line on."""
        results, found = [self.result() for _ in range(count)], []
        for _, kind in results:
            known = [name for name in self.scope["i"] if name not in found]
            old = kind == INT and known and self.rng.random() < AGAIN
            found.append(self.rng.choice(known) if old else names.fresh(self.rng, kind, self.taken))
        fresh = [name for name, (_, kind) in zip(found, results) if kind == INT]
        self.scope["i"] += [name for name in fresh if name not in self.scope["i"]]
        return f"{', '.join(found)} = {', '.join(text for text, _ in results)}"


def write_several(rng: random.Random, calls: int = 2) -> tuple[str, list[str]]:
    """A program and up to `calls` different calls of it, none of a module. Like `write_drill` otherwise."""
    taken: set[str] = set()
    name = names.function(rng, taken)
    writer = Several(rng, taken=taken)
    first = [names.fresh(rng, INT, taken) for _ in range(rng.choices((1, 2, 3), (35, 50, 15))[0])]
    writer.scope["i"] = list(first)
    looped = rng.random() < LOOPED
    body = _lines(writer, rng.choice((0, 0, 1) if looped else (1, 1, 2)))
    if looped:
        body += _looped(writer)
    if rng.random() < MODULES:
        return "\n".join([*(f"{each} = {writer._number()}" for each in first), *body]), []
    body.append(f"return {writer.results(rng.choice((1, 1, 2, 3)))}")
    texts = [f"{name}({', '.join(writer._number() for _ in first)})" for _ in range(calls)]
    return "\n".join(defined(name, first, body)), list(dict.fromkeys(texts))


def _lines(writer: Several, count: int) -> list[str]:
    lines: list[str] = []
    for _ in range(count):
        if writer.rng.random() < BETWEEN:
            lines.append(writer.short())
        lines.append(writer.line())
    return lines


def _looped(writer: Several) -> list[str]:
    """A loop around one or two such lines, about its item more often than not: its turns cost no source."""
    rng = writer.rng
    items = ", ".join(str(rng.randint(0, 9)) for _ in range(rng.randint(3, 8)))
    head = rng.choice((f"[{items}]", f"({items})", f"range({rng.randint(3, 7)})"))
    before, item = len(writer.scope["i"]), names.fresh(rng, INT, writer.taken)
    writer.scope["i"].append(item)
    changed = [writer.short()] if rng.random() < 0.5 else []  # so that the next turn's results are others
    body = _lines(writer, rng.choice((1, 1, 1, 2)))
    body = changed + body if rng.random() < 0.5 else body + changed
    del writer.scope["i"][before:]  # what the loop defines may not be there after it
    return [f"for {item} in {head}:", *indented(body)]

"""Result files of `evaluate`, read strictly, and laid side by side: rates, and the shape of the failures.

    result = read_result(text, "catalogue.json")            # ResultError says what is wrong with it
    for series in all_series([result, other]): ...          # each result by each way of asking for a value
    evenness(result.by_length, mode)                        # are the failures spread evenly over the lengths?
    misled(world, series)                                   # do they fail where the world's trace is wrong?

Files from elsewhere are welcome, so nothing in them is taken for granted. Older files lack `direct` and
`programs`; what needs those is then left out. Knows no Streamlit.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from cwm_demo.evaluate.scores import wilson

MAX_CHARACTERS = 8_000_000  # of a result file
MAX_PROGRAMS = 100_000
WAYS = {"imagine": "trace first", "direct": "at once"}  # how a returned value is asked for
VERDICTS = ("line", "state", "end", "invalid")
METRICS = {
    ("direct", "output_pass"): "value right, asked at once",
    ("imagine", "output_pass"): "value right, trace written first",
    ("imagine", "whole_trace"): "every frame right, on its own",
    ("imagine", "valid_format"): "trace readable to its end, on its own",
    ("replay", "state_exact"): "values right, step by step",
    ("replay", "action_exact"): "next line right, step by step",
}
SHUFFLES = 2_000  # of the test for evenness


class ResultError(ValueError):
    """A file that is no result of `evaluate`. The message says where and why."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of `n`, with the 95 % Wilson interval; shares from 0 to 1."""

    value: float
    low: float
    high: float
    n: int

    @property
    def hits(self) -> int:
        return round(self.value * self.n)

    @classmethod
    def of(cls, hits: int, n: int) -> Rate | None:
        return cls(hits / n, *wilson(hits, n), n) if n else None


Rates = Mapping[tuple[str, str], Rate]  # by mode and metric; only what was measured


@dataclass(frozen=True, slots=True)
class Fate:
    """What came of one program."""

    frames: int
    imagined: bool | None  # whether the value was right, trace first; None: not asked
    parts: str | None  # what is wrong with the first wrong frame of the imagined trace; None: nothing
    direct: bool | None

    def right(self, way: str) -> bool | None:
        return self.imagined if way == "imagine" else self.direct


@dataclass(frozen=True, slots=True)
class Result:
    name: str  # of the file
    suite: str
    model: str
    n: int
    origin: str  # a sentence: by which command, when
    rates: Rates
    by_length: Mapping[str, Rates]
    by_construct: Mapping[str, Rates]
    by_type: Mapping[str, Rate]  # of values that change, step by step
    answers_by_type: Mapping[str, Rate]  # of values asked for at once
    first_wrong: Mapping[str, int]  # kinds of the first wrong frame of each program, step by step
    answers: Mapping[str, int]  # kinds of answers, asked at once
    programs: Mapping[str, Fate] | None  # None in files that were made before there was a list


@dataclass(frozen=True, slots=True)
class Series:
    """One model asked in one way."""

    result: Result
    way: str

    @property
    def label(self) -> str:
        return f"{self.result.model}, {WAYS[self.way]}"

    def rate(self, rates: Rates) -> Rate | None:
        return rates.get((self.way, "output_pass"))


def all_series(results: Iterable[Result]) -> list[Series]:
    """Each result in each way in which it was asked for values."""
    return [Series(result, way) for result in results for way in WAYS if (way, "output_pass") in result.rates]


# --- reading ---


def read_result(text: str, name: str) -> Result:
    """Raises ResultError."""
    if len(text) > MAX_CHARACTERS:
        raise ResultError(f"{name} has {len(text):,} characters; {MAX_CHARACTERS:,} are the limit.")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno}, column {error.colno})" if hasattr(error, "lineno") else ""
        raise ResultError(f"{name} is not JSON{where}. Give the file that --out wrote, all of it.") from error
    return _Reader(name).result(data)


class _Reader:
    """Takes a file's parts, and says which of them is not as it should be."""

    def __init__(self, name: str) -> None:
        self.name = name

    def wrong(self, where: str, wanted: str) -> ResultError:
        return ResultError(
            f"{self.name} is no result of `python -m cwm_demo evaluate`: “{where}” should be {wanted}."
        )

    def result(self, data: Any) -> Result:
        if not isinstance(data, dict):
            raise self.wrong("the whole file", "an object")
        strata = {name: self.strata(data.get(name, {}), name) for name in ("by_length", "by_construct")}
        types = {name: self.types(data.get(name, {}), name) for name in ("by_type", "answers_by_type")}
        origin = f"Made by {self.text(data, 'command', 'an unknown command')}, "
        return Result(
            self.name,
            self.text(data, "suite"),
            self.text(data, "model"),
            self.count(data.get("n"), "n"),
            origin + f"{self.text(data, 'date', 'date unknown')}.",
            self.rates(data, "the file"),
            **strata,
            **types,
            first_wrong=self.first_wrong(data.get("failures", [])),
            answers=self.counts(data.get("answers", {}), "answers"),
            programs=self.programs(data["programs"]) if "programs" in data else None,
        )

    def text(self, data: Mapping[str, Any], key: str, otherwise: str | None = None) -> str:
        text = data.get(key, otherwise)
        if not isinstance(text, str) or not 0 < len(text) <= 1_000:
            raise self.wrong(key, "a text of at most 1,000 characters")
        return text

    def count(self, value: Any, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**9:
            raise self.wrong(where, "a count")
        return value

    def counts(self, data: Any, where: str) -> dict[str, int]:
        return {key: self.count(value, f"{where}.{key}") for key, value in self.table(data, where).items()}

    def table(self, data: Any, where: str) -> Mapping[str, Any]:
        if not isinstance(data, dict) or len(data) > 1_000 or any(len(key) > 200 for key in data):
            raise self.wrong(where, "an object")
        return data

    def rate(self, data: Any, where: str) -> Rate | None:
        """None where nothing was measured."""
        score = self.table(data, where)
        n = self.count(score.get("n"), f"{where}.n")
        if n == 0:
            return None
        numbers = [score.get(key) for key in ("value", "low", "high")]
        for number in numbers:
            if not isinstance(number, (int, float)) or isinstance(number, bool) or not isfinite(number):
                raise self.wrong(where, "a share with low, high and n")
        value, low, high = numbers
        if not 0 <= low <= value + 1e-3 or not value - 1e-3 <= high <= 1:
            raise self.wrong(where, "a share between its low and its high, all from 0 to 1")
        return Rate(value, low, high, n)

    def rates(self, data: Mapping[str, Any], where: str) -> Rates:
        found = {}
        for mode, metric in METRICS:
            scores = self.table(data.get(mode, {}), f"{where}: {mode}")
            rate = self.rate(scores[metric], f"{where}: {mode}.{metric}") if metric in scores else None
            if rate:
                found[mode, metric] = rate
        if where == "the file" and not found:
            raise self.wrong("replay, imagine or direct", "a table of scores, one of them at least")
        return found

    def strata(self, data: Any, where: str) -> dict[str, Rates]:
        table = self.table(data, where)
        return {
            key: self.rates(self.table(row, f"{where}.{key}"), f"{where}.{key}") for key, row in table.items()
        }

    def types(self, data: Any, where: str) -> dict[str, Rate]:
        table = self.table(data, where)
        found = {key: self.rate(row, f"{where}.{key}") for key, row in table.items()}
        return {key: rate for key, rate in found.items() if rate}

    def rows(self, data: Any, where: str) -> list[Mapping[str, Any]]:
        if not isinstance(data, list) or len(data) > MAX_PROGRAMS:
            raise self.wrong(where, f"a list of at most {MAX_PROGRAMS:,}")
        return [self.table(row, f"{where}[{index}]") for index, row in enumerate(data)]

    def verdict(self, value: Any, where: str) -> str:
        if value not in VERDICTS:
            raise self.wrong(where, f"one of {', '.join(VERDICTS)}")
        return value

    def first_wrong(self, data: Any) -> dict[str, int]:
        rows = self.rows(data, "failures")
        found = Counter(
            self.verdict(row.get("verdict"), f"failures[{i}].verdict") for i, row in enumerate(rows)
        )
        return {kind: found[kind] for kind in VERDICTS if found[kind]}

    def programs(self, data: Any) -> dict[str, Fate]:
        found: dict[str, Fate] = {}
        for index, row in enumerate(self.rows(data, "programs")):
            where = f"programs[{index}]"
            key = self.text(row, "id")
            if key in found:
                raise self.wrong(f"{where}.id", f"different from all others; “{key[:60]}” comes twice")
            for way in ("imagined", "direct"):
                if row.get(way) not in (True, False, None):
                    raise self.wrong(f"{where}.{way}", "true, false or null")
            parts = row.get("parts")
            kind = None
            if parts is not None:
                kind = self.verdict(
                    self.table(parts, f"{where}.parts").get("verdict"), f"{where}.parts.verdict"
                )
            frames = self.count(row.get("frames"), f"{where}.frames")
            found[key] = Fate(frames, row.get("imagined"), kind, row.get("direct"))
        return found


# --- the shape of the failures ---


@dataclass(frozen=True, slots=True)
class Evenness:
    """How far failure rates differ between groups, and how often chance alone makes them differ as much."""

    lowest: tuple[str, Rate]  # group with the fewest failures, and its rate of failures
    highest: tuple[str, Rate]
    chance: float  # share of random regroupings with a difference at least as large (chi-squared)


def failures_by(strata: Mapping[str, Rates], way: str) -> dict[str, Rate]:
    """The rate of failures in each group that was asked."""
    found = {}
    for group, rates in strata.items():
        rate = rates.get((way, "output_pass"))
        if rate and (failed := Rate.of(rate.n - rate.hits, rate.n)):
            found[group] = failed
    return found


def evenness(strata: Mapping[str, Rates], way: str, least: int = 5) -> Evenness | None:
    """Of groups that don't overlap, with at least `least` programs each; None with fewer than two such."""
    groups = {name: rate for name, rate in failures_by(strata, way).items() if rate.n >= least}
    if len(groups) < 2:
        return None
    by_rate = sorted(groups.items(), key=lambda pair: pair[1].value)
    sizes = [rate.n for rate in groups.values()]
    observed = _chi_squared([rate.hits for rate in groups.values()], sizes)
    failed = sum(rate.hits for rate in groups.values())
    labels = [index for index, size in enumerate(sizes) for _ in range(size)]
    dice, as_large = random.Random(0), 0
    for _ in range(SHUFFLES):
        drawn = Counter(dice.sample(labels, failed))
        as_large += _chi_squared([drawn[index] for index in range(len(sizes))], sizes) >= observed - 1e-9
    return Evenness(by_rate[0], by_rate[-1], (as_large + 1) / (SHUFFLES + 1))


def _chi_squared(hits: Sequence[int], sizes: Sequence[int]) -> float:
    share = sum(hits) / sum(sizes)
    if share in (0, 1):
        return 0.0
    return sum((h - n * share) ** 2 / (n * share * (1 - share)) for h, n in zip(hits, sizes))


@dataclass(frozen=True, slots=True)
class Misled:
    """How often a series fails where the world model's own trace left the run, and where it did not."""

    where_wrong: Rate | None
    where_right: Rate | None


def misled(world: Result, series: Series) -> Misled | None:
    """None where one of the two has no list of programs, they are of different suites, or share none."""
    if world.programs is None or series.result.programs is None or world.suite != series.result.suite:
        return None
    counts = {True: [0, 0], False: [0, 0]}
    for key, fate in world.programs.items():
        other = series.result.programs.get(key)
        right = other.right(series.way) if other else None
        if fate.imagined is None or right is None:
            continue
        counts[fate.parts is not None][0] += not right
        counts[fate.parts is not None][1] += 1
    if not any(n for _, n in counts.values()):
        return None
    return Misled(Rate.of(*counts[True]), Rate.of(*counts[False]))


def overlap(one: Series, other: Series) -> dict[str, int] | None:
    """Programs that both, one, the other or neither got right; None where that can't be told."""
    if one.result.suite != other.result.suite or None in (one.result.programs, other.result.programs):
        return None
    found = {"both right": 0, "only the first": 0, "only the second": 0, "both wrong": 0}
    names = {(True, True): "both right", (True, False): "only the first", (False, True): "only the second"}
    for key, fate in one.result.programs.items():
        second = other.result.programs.get(key)
        pair = fate.right(one.way), second.right(other.way) if second else None
        if None not in pair:
            found[names.get(pair, "both wrong")] += 1
    return found if sum(found.values()) else None


def imagined_parts(result: Result) -> dict[str, int]:
    """Kinds of the first wrong frame of the traces that a model wrote on its own."""
    found = Counter(fate.parts for fate in (result.programs or {}).values() if fate.parts)
    return {kind: found[kind] for kind in VERDICTS if found[kind]}

"""MBPP: real functions, with the calls of their asserts, the inputs of MBPP+, and many like them.

Split by task, as MBPP has it: 601-974 to train on, 511-600 for validation, 11-510 for testing.
"""

from __future__ import annotations

import ast
import gzip
import json
import random
from dataclasses import dataclass
from pathlib import Path

from cwm_demo.train.generate.types import STR
from cwm_demo.train.generate.values import literal, random_value

TRAIN = range(601, 975)
VALIDATION = range(511, 601)
TEST = range(11, 511)
PLACES = (Path(".data/mbpp.jsonl"),)


class MbppError(ValueError):
    """The data set is not there or not what it should be. The message says where it was looked for."""


@dataclass(frozen=True)
class Task:
    number: int
    source: str  # functions and imports, spaces and line ends normalised
    entry: str  # the function that is called
    arguments: tuple[tuple[object, ...], ...]  # of each known call


def find(path: Path | None = None) -> Path:
    """The file `mbpp.jsonl`. Raises MbppError when there is none."""
    for place in (path,) if path else PLACES:
        if place.is_file():
            return place
    looked = path or ", ".join(map(str, PLACES))
    raise MbppError(
        f"no mbpp.jsonl at {looked}; download MBPP (google-research, CC BY 4.0) or give --mbpp PATH"
    )


def load(path: Path, numbers: range) -> list[Task]:
    """The tasks of a split whose asserts are plain calls, with MBPP+ inputs where its file lies beside."""
    plus = _plus_inputs(path.with_name("mbppplus.jsonl.gz"))
    tasks = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["task_id"] in numbers:
            task = _task(row, plus.get(row["task_id"], []))
            if task:
                tasks.append(task)
    return tasks


def sources(path: Path, numbers: range) -> list[str]:
    """The programs of a split that parse, for the holdout."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    texts = [normalised(row["code"]) for row in rows if row["task_id"] in numbers]
    return [text for text in texts if _parses(text)]


def normalised(code: str) -> str:
    """CRLF and tabs replaced, spaces at line ends and blank lines at both ends gone."""
    lines = code.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def calls(task: Task, rng: random.Random, count: int) -> list[str]:
    """`count` call expressions: known ones first in a random order, then changed ones, equal texts once."""
    found: dict[str, None] = {}
    known = [arguments for arguments in task.arguments if len(repr(arguments)) <= 200]
    if not known:
        return []
    for arguments in rng.sample(known, len(known))[: max(1, count // 2)]:
        found[_call(task, arguments)] = None
    for _ in range(4 * count):
        if len(found) >= count:
            break
        arguments = rng.choice(known)
        found[_call(task, tuple(vary(argument, rng) for argument in arguments))] = None
    return list(found)


def vary(value: object, rng: random.Random) -> object:
    """A value of the same type and about the same size: what a further test might have passed."""
    if isinstance(value, bool):
        return rng.random() < 0.5
    if isinstance(value, int):
        return (
            value
            if rng.random() < 0.2
            else rng.randint(min(0, value), max(9, min(2 * abs(value), abs(value) + 20)))
        )
    if isinstance(value, float):
        return round(value + rng.randint(-10, 10) / 2, 2)
    if isinstance(value, str):
        return _vary_text(value, rng)
    if isinstance(value, (list, tuple)):
        items = [vary(item, rng) if rng.random() < 0.7 else item for item in value]
        if isinstance(value, list) or (len({type(item) for item in value}) == 1 and len(value) > 3):
            draw = rng.random()
            if items and draw < 0.25:
                items.pop(rng.randrange(len(items)))
            elif items and draw < 0.4:
                items.insert(rng.randrange(len(items) + 1), vary(rng.choice(items), rng))
            elif draw < 0.55:
                rng.shuffle(items)
        return type(value)(items[:10])
    if isinstance(value, dict):
        return {key: vary(item, rng) for key, item in value.items() if rng.random() < 0.85}
    if isinstance(value, set):
        return {vary(item, rng) for item in value}
    return value


def _vary_text(value: str, rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.25 or not value:
        return str(random_value(rng, STR))
    if draw < 0.5:
        start = rng.randrange(len(value))
        return value[start : start + rng.randint(1, 12)]
    if draw < 0.75:
        position = rng.randrange(len(value))
        return value[:position] + rng.choice(value) + value[position + 1 :]
    return "".join(rng.sample(value, len(value)))


def _call(task: Task, arguments: tuple[object, ...]) -> str:
    return f"{task.entry}({', '.join(literal(argument) for argument in arguments)})"


def _plus_inputs(path: Path) -> dict[int, list[tuple[object, ...]]]:
    if not path.is_file():
        return {}
    inputs = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            number = int(row["task_id"].split("/")[1])
            inputs[number] = [tuple(arguments) for arguments in list(row["plus_input"])[:40]]
    return inputs


def _task(row: dict, plus: list[tuple[object, ...]]) -> Task | None:
    source = normalised("\n".join(filter(None, (row.get("test_setup_code"), row["code"]))))
    if not _parses(source):
        return None
    defined = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    found: list[tuple[object, ...]] = []
    entries = []
    for test in row["test_list"]:
        for node in ast.walk(ast.parse(normalised(test).strip())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in defined:
                try:
                    found.append(tuple(ast.literal_eval(argument) for argument in node.args))
                    entries.append(node.func.id)
                except ValueError:
                    continue
    if not found or len(set(entries)) != 1:
        return None
    # JSON knows no tuples: MBPP+ inputs are taken where the asserts have none either.
    if "(" not in repr(found[0])[1:]:
        found += [arguments for arguments in plus if len(arguments) == len(found[0])]
    return Task(row["task_id"], source, entries[0], tuple(found))


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True

"""Makes tasks from the programs that the corpus is made of, and keeps them.

    tasks = build_tasks(Path(".data/tasks"), Settings(), programs=20_000, workers=2)   # or what is there
    learn, held_out = split(tasks)

A folder holds `tasks-00000.jsonl`, ... each with the tasks of PROGRAMS programs: a pure function of the seed
and its number. Their seeds are of another kind than the corpus' own; the catalogue and MBPP's validation and
test functions are left out as they are there. Also left out: bugs that were put in on purpose, lines that no
check needs (`pass`, another value returned, a loop left out does as well), and checks that all want one
value.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

from cwm_demo.evaluate.answers import reads_back
from cwm_demo.programs.program import marked
from cwm_demo.train import corpus, mbpp
from cwm_demo.train.origins import Mix, Origins, Written
from cwm_demo.train.runs import run
from cwm_demo.train.tasks.judge import checks_line, compared, leaves_the_task
from cwm_demo.train.tasks.task import SHOWN, Task, holes

PROGRAMS = 200  # of a shard
CALLS = 5  # of a program, at most; two at least are hidden
HOLES = 2  # of a program, at most
LONGEST_VALUE = 80  # characters of what a check wants
HELD_OUT = 10  # of how many shards one is kept for measuring, with all its programs
STRANGE = 0.25  # of the programs, under names that tell nothing


@dataclass(frozen=True)
class Settings:
    seed: int = 0
    mbpp: str | None = None
    mix: Mix = field(default_factory=Mix)


def build_tasks(out: Path, settings: Settings, programs: int, workers: int = 1) -> list[Task]:
    """The tasks of about `programs` programs; shards that are there are not built again.

    Raises ValueError where `out` holds tasks of other settings.
    """
    out.mkdir(parents=True, exist_ok=True)
    about, data = out / "tasks.json", json.loads(json.dumps(asdict(settings)))
    if about.exists() and json.loads(about.read_text()) != data:
        raise ValueError(f"{out} holds tasks of other settings ({about}); give another --tasks, or remove it")
    about.write_text(json.dumps(data, indent=2) + "\n")
    count = max(HELD_OUT, -(-programs // PROGRAMS)) if programs >= PROGRAMS * 2 else 2
    jobs = [(settings, number, str(out)) for number in range(count)]
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        for _ in pool.imap_unordered(_build, jobs):
            pass
    return load_tasks(out)


def load_tasks(out: Path) -> list[Task]:
    """Raises ValueError where there are none."""
    found = []
    for path in sorted(out.glob("tasks-*.jsonl")):
        with open(path, encoding="utf-8") as file:
            found += [Task.from_json(json.loads(line)) for line in file]
    if not found:
        raise ValueError(f"there are no tasks in {out}")
    return found


def split(tasks: Sequence[Task]) -> tuple[list[Task], list[Task]]:
    """To learn from, and to measure with: no program and no shape of one is in both."""
    held = [task for task in tasks if _held(task)]
    sources = {task.source for task in held}
    return [task for task in tasks if not _held(task) and task.source not in sources], held


def _held(task: Task) -> bool:
    return task.program // PROGRAMS % HELD_OUT == 0


def _build(job: tuple[Settings, int, str]) -> None:
    settings, number, out = job
    path = Path(out) / f"tasks-{number:05d}.jsonl"
    if path.exists():
        return
    rows = [json.dumps(task.to_json(), ensure_ascii=False) for task in shard(settings, number)]
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    part.replace(path)


@lru_cache(maxsize=1)
def _origins(path: str | None, mix: Mix) -> Origins:
    return Origins(mbpp.load(mbpp.find(Path(path) if path else None), mbpp.TRAIN), mix)


def shard(settings: Settings, number: int) -> Iterator[Task]:
    rng = random.Random(f"tasks/{settings.seed}/{number}")
    held, origins = corpus.holdout(settings.mbpp), _origins(settings.mbpp, settings.mix)
    for index in range(PROGRAMS):
        written = origins.write(rng, CALLS, STRANGE)
        while written.family == "mutant" or not held.allows(written.source):
            written = origins.write(rng, CALLS, STRANGE)
        yield from tasks_of(written, number * PROGRAMS + index, rng)


def tasks_of(written: Written, program: int, rng: random.Random) -> Iterator[Task]:
    """At most HOLES tasks of one program, their holes in a random order."""
    source = written.source.rstrip() + "\n"
    calls, returns = _checks(source, written.calls)
    if len(calls) < SHOWN + 1 or len(set(returns)) < 2:
        return
    found = 0
    spots = holes(source)
    for spot in rng.sample(spots, len(spots)):
        task = Task(source, spot.line, calls, returns, program, written.family)
        if found < HOLES and not leaves_the_task(task, task.missing) and _needed(task):
            found += 1
            yield task


def _checks(source: str, calls: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The calls whose values can be checked, made in turn in one run, and these values."""
    values = {}
    for call in dict.fromkeys(calls):
        trace = run(marked(source, call))
        if trace.complete and reads_back(trace.returned) and len(trace.returned) <= LONGEST_VALUE:
            values[call] = trace.returned
    together = run(marked(source, checks_line(tuple(values))))
    if together.returned != f"[{', '.join(values.values())}]":
        return (), ()  # one call changes what the next one gives
    return tuple(values), tuple(values.values())


def _needed(task: Task) -> bool:
    """Whether the checks need this very line: it passes, and nothing lazy in its place does."""
    if not _passes(task, task.missing):
        return False
    return not any(_passes(task, text) for text in lazy(task) if text != task.missing)


def _passes(task: Task, text: str) -> bool:
    if leaves_the_task(task, text):
        return False
    trace = run(marked(task.filled(text), checks_line(task.calls)))
    return compared(task, trace).passes


def lazy(task: Task) -> list[str]:
    """Lines that take no thought: what passes with one of these asks nothing."""
    if task.missing.endswith(":"):
        word = "elif" if task.missing.startswith("elif") else "if"
        return [f"{word} True:", f"{word} False:"]
    return ["pass", "return", f"return {task.returns[0]}"]

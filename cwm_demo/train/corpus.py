"""Builds the corpus: programs, their traces, token ids, in shards that the trainer streams.

    python -m cwm_demo corpus .data/corpus --tokens 30e6 --seed 0
    python -m cwm_demo corpus assets/suites/generated.jsonl --suite generated   (see suites.py)

OUT holds `trace-00000.npz`, ... and `source-00000.npz`, ... (about `--tokens` tokens of each kind),
`coverage.json` (what is in it, what was dropped) and `corpus.json` (the settings). A shard's arrays:

    tokens    uint16 [T]      token ids of all its documents, end to end
    starts    int64  [n + 1]  where each document begins; the last one is T
    contexts  int64  [n]      trace documents: tokens before the first frame; source documents: 0
    traces    bool   [n]      trace or source document
    strata    uint8  [n]      index into STRATA
    families  uint8  [n]      index into FAMILIES
    programs  int64  [n]      number of the program within its shard: documents of one program share it

A shard depends on the seed and its number alone, so any number of workers builds the same corpus, and
what is there already is not built again. Not covered: shuffling and curriculum, which are the trainer's.
"""

from __future__ import annotations

import argparse
import ast
import json
import multiprocessing
import os
import random
import resource
import signal
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.trace.frame import Trace
from cwm_demo.trace.text import Tokens, encode, source_document_ids, source_ids
from cwm_demo.train import mbpp, suites
from cwm_demo.train.coverage import Coverage
from cwm_demo.train.holdout import Holdout
from cwm_demo.train.origins import FAMILIES, STRATA, Mix, Origins, Written
from cwm_demo.train.runs import run, worth_learning
from cwm_demo.train.tokenizer import build

CONTEXT = 2_048  # tokens; longer documents are dropped and counted
TRACES, SOURCES = 1_000, 4_000  # documents of a shard of either kind
LARGEST = {"trace": 500_000, "source": 500_000}  # tokens of a shard, at most
CALLS = 3  # of a program, each a document
MEMORY = 4 << 30  # bytes of address space for a worker


@dataclass(frozen=True)
class Settings:
    seed: int = 0
    mbpp: str | None = None
    mix: Mix = field(default_factory=Mix)
    given: tuple[str, ...] = ()  # the shares of the mix that were asked for


@dataclass
class Shard:
    """Documents as they are gathered."""

    ids: list[list[int]] = field(default_factory=list)
    rows: list[tuple[int, bool, int, int, int]] = field(default_factory=list)

    def add(self, ids: list[int], context: int, trace: bool, written: Written, program: int) -> None:
        self.ids.append(ids)
        self.rows.append(
            (context, trace, STRATA.index(written.stratum), FAMILIES.index(written.family), program)
        )

    def arrays(self) -> dict[str, np.ndarray]:
        contexts, traces, strata, families, programs = zip(*self.rows)
        lengths = [len(ids) for ids in self.ids]
        return {
            "tokens": np.fromiter((token for ids in self.ids for token in ids), np.uint16, sum(lengths)),
            "starts": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            "contexts": np.array(contexts, np.int64),
            "traces": np.array(traces, bool),
            "strata": np.array(strata, np.uint8),
            "families": np.array(families, np.uint8),
            "programs": np.array(programs, np.int64),
        }


@lru_cache(maxsize=1)
def _tokens() -> Tokens:
    return Tokens(build())


@lru_cache(maxsize=1)
def holdout(path: str | None) -> Holdout:
    """The catalogue, and MBPP's validation and test functions."""
    held = Holdout()
    held.hold("catalogue", (program.source for program in load_catalogue().values()))
    file = mbpp.find(Path(path) if path else None)
    held.hold("mbpp-test", mbpp.sources(file, mbpp.TEST))
    held.hold("mbpp-validation", mbpp.sources(file, mbpp.VALIDATION))
    return held


@lru_cache(maxsize=1)
def _origins(path: str | None, mix: Mix) -> Origins:
    return Origins(mbpp.load(mbpp.find(Path(path) if path else None), mbpp.TRAIN), mix)


def programs(
    settings: Settings, rng: random.Random, coverage: Coverage, strange: float, plain: float = 0.0
) -> Iterator[tuple[int, Written]]:
    """Endless programs that may be learnt from, numbered; what is held out is counted."""
    held, origins = holdout(settings.mbpp), _origins(settings.mbpp, settings.mix)
    number = 0
    while True:
        written = origins.write(rng, CALLS, strange, plain)
        before = held.dropped.copy()
        try:
            allowed = held.allows(written.source)
        except SyntaxError:
            coverage.dropped["no Python"] += 1
            continue
        if allowed:
            yield number, written
            number += 1
        else:
            coverage.dropped.update(held.dropped - before)


def trace_shard(settings: Settings, number: int) -> tuple[Shard, Coverage]:
    rng = random.Random(f"traces/{settings.seed}/{number}")
    shard, coverage, tokens = Shard(), Coverage(), _tokens()
    for index, written in programs(settings, rng, coverage, settings.mix.strange):
        kept = False
        for call in written.calls or [None]:
            trace = run(marked(written.source, call))
            reason = worth_learning(trace, rng)
            if reason:
                coverage.dropped[reason] += 1
                continue
            ids = encode(tokens, trace)
            if len(ids) > CONTEXT:
                coverage.dropped["longer than the context"] += 1
                continue
            shard.add(ids, len(source_ids(tokens, trace.source)), True, written, index)
            coverage.add_trace(trace, written, len(ids))
            kept = True
        if kept:
            coverage.add_program(written)
        if len(shard.ids) >= TRACES:
            return shard, coverage
    raise AssertionError("programs() is endless")


def source_shard(settings: Settings, number: int) -> tuple[Shard, Coverage]:
    rng = random.Random(f"sources/{settings.seed}/{number}")
    shard, coverage, tokens = Shard(), Coverage(), _tokens()
    # The text model is to know how code is usually spelled: fewer strange names.
    strange, plain = settings.mix.strange / 2, settings.mix.plain
    for index, written in programs(settings, rng, coverage, strange, plain):
        ids = source_document_ids(tokens, source_text(written, rng))
        if len(ids) > CONTEXT:
            coverage.dropped["longer than the context"] += 1
            continue
        shard.add(ids, 0, False, written, index)
        coverage.add_program(written)
        if len(shard.ids) >= SOURCES:
            return shard, coverage
    raise AssertionError("programs() is endless")


def source_text(written: Written, rng: random.Random) -> str:
    """A program as a file, half of the time with asserts that hold."""
    text = written.source.rstrip() + "\n"
    if not written.calls or rng.random() < 0.4:
        return text
    calls = written.calls[: rng.choices((1, 2, 3), (60, 25, 15))[0]]
    asserts = [line for call in calls for line in _assert(call, run(marked(written.source, call)))]
    return text + ("\n\n" + "".join(asserts) if asserts else "")


def _assert(call: str, trace: Trace) -> list[str]:
    """`assert call == value` when the value reads back as written."""
    if not trace.complete or trace.returned is None or len(trace.returned) > 120:
        return []
    try:
        value = ast.literal_eval(trace.returned)
    except (ValueError, SyntaxError):
        return []
    if value is None or isinstance(value, bool):
        return [f"assert {call} is {value}\n"] if value is None else [f"assert {call} == {value}\n"]
    return [f"assert {call} == {trace.returned}\n"]


# Building


def _build(job: tuple[Settings, str, int, str]) -> tuple[str, int, int]:
    """One shard, unless it is there. Returns its kind, number, and count of tokens."""
    settings, kind, number, out = job
    path = Path(out) / f"{kind}-{number:05d}.npz"
    if path.exists():
        return kind, number, _count(path)
    shard, coverage = (trace_shard if kind == "trace" else source_shard)(settings, number)
    arrays = shard.arrays()
    _write(path.with_suffix(".json"), coverage.to_json())
    temporary = path.with_name(f".{path.name}.{os.getpid()}.npz")
    np.savez(temporary, **arrays)
    temporary.replace(path)
    return kind, number, len(arrays["tokens"])


def _count(path: Path) -> int:
    with np.load(path) as arrays:
        return int(arrays["starts"][-1])


def sizes(out: Path) -> dict[str, int]:
    """How many tokens a corpus has of each kind of document, "source" and "trace"."""
    return {kind: sum(map(_count, out.glob(f"{kind}-*.npz"))) for kind in ("source", "trace")}


def _write(path: Path, data: object) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)


def _worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def build_corpus(out: Path, settings: Settings, wanted: dict[str, int], workers: int) -> Coverage:
    """Build shards of each kind until it has the tokens `wanted` of it. Returns what is in them."""
    from tqdm import tqdm

    out.mkdir(parents=True, exist_ok=True)
    _check_settings(out, settings)
    context = multiprocessing.get_context("fork")
    total = Coverage()
    with (
        context.Pool(workers, _worker) as pool,
        tqdm(total=sum(wanted.values()), unit="tok", unit_scale=True) as bar,
    ):
        for kind, tokens in wanted.items():
            done, number = 0, 0
            while done < tokens:
                # As many at a time as surely belong to the corpus: workers never change what is in it.
                average = done / number if number else LARGEST[kind]
                wave = max(1, int((tokens - done) / average * 0.9))
                jobs = [(settings, kind, number + i, str(out)) for i in range(wave)]
                for _, built, count in pool.imap(_build, jobs):
                    done += count
                    bar.update(count)
                    total.merge(Coverage.from_json(_read(out / f"{kind}-{built:05d}.json")))
                number += len(jobs)
    _write(out / "coverage.json", total.to_json())
    return total


def _read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def _check_settings(out: Path, settings: Settings) -> None:
    path, data = out / "corpus.json", asdict(settings)
    if path.exists() and _read(path) != json.loads(json.dumps(data)):
        raise SystemExit(
            f"{out} holds a corpus of other settings ({path}); give another folder, or remove it"
        )
    _write(path, data)


def load(out: Path) -> dict[str, np.ndarray]:
    """All shards of a corpus, joined: the arrays that the module's docstring lists, `files` beside them."""
    paths = sorted(out.glob("*-*.npz"))
    if not paths:
        raise SystemExit(f"no corpus in {out}: build one with `python -m cwm_demo corpus {out}`")
    parts: dict[str, list[np.ndarray]] = {}
    offset = 0
    for path in paths:
        try:
            with np.load(path) as arrays:
                loaded = {name: arrays[name] for name in arrays.files}
        except (zipfile.BadZipFile, OSError) as error:
            raise SystemExit(
                f"{path} can't be read ({error}); remove it and build the corpus again"
            ) from error
        loaded["starts"] = loaded["starts"][:-1] + offset
        offset += len(loaded["tokens"])
        for name, array in loaded.items():
            parts.setdefault(name, []).append(array)
    joined = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    joined["starts"] = np.append(joined["starts"], offset)
    return joined


# Command line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="folder of the corpus, or file of the suite")
    parser.add_argument("--tokens", type=float, default=30e6, help="tokens of trace documents")
    parser.add_argument("--source-tokens", type=float, help="of source documents (as many as of traces)")
    parser.add_argument(
        "--mix",
        nargs="+",
        default=[],
        metavar="NAME=SHARE",
        help="other shares than origins.py has: sums=0.5",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--mbpp", metavar="PATH", help="mbpp.jsonl, with mbppplus.jsonl.gz beside it")
    parser.add_argument("--suite", choices=(*suites.WRITERS, "mbpp-test"), help="write this suite instead")
    parser.add_argument("--documents", type=int, default=300, help="programs of a suite that is written")


def _with_fixed_hashes() -> None:
    """Begin again with the hash seed that the sandbox has: sets of strings are written in its order."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, sys.orig_argv, os.environ | {"PYTHONHASHSEED": "0"})


def main(args: argparse.Namespace) -> int:
    _with_fixed_hashes()
    if args.workers < 1 or args.tokens < 1:
        print("--workers and --tokens must be at least 1", file=sys.stderr)
        return 2
    try:
        mix = Mix().but(args.mix)
        path = mbpp.find(Path(args.mbpp) if args.mbpp else None)
    except (mbpp.MbppError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    settings = Settings(args.seed, str(path), mix, tuple(args.mix))
    if args.suite:
        rows = (
            suites.mbpp_test(path)
            if args.suite == "mbpp-test"
            else suites.written(
                suites.WRITERS[args.suite], args.documents, args.seed, _tokens(), CONTEXT, holdout(str(path))
            )
        )
        print(f"{suites.write(args.out, rows)} programs in {args.out}")
        return 0
    source_tokens = args.tokens if args.source_tokens is None else args.source_tokens
    wanted = {"source": int(source_tokens), "trace": int(args.tokens)}
    print(build_corpus(args.out, settings, wanted, args.workers).table())
    return 0


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_arguments(_parser)
    sys.exit(main(_parser.parse_args()))

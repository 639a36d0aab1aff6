"""What a corpus holds: constructs, methods, builtins, events, lengths, types and sizes of values."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from dataclasses import dataclass, field

from cwm_demo.trace.frame import Trace
from cwm_demo.train.origins import Written

_BUILTINS = frozenset(dir(builtins))
_BINS = (4, 8, 12, 20, 30, 40, 60, 80, 120)
_TYPES = (
    ("str", re.compile(r"['\"]")),
    ("bool", re.compile(r"(True|False)$")),
    ("None", re.compile(r"None$")),
    ("float", re.compile(r"-?\d+\.|-?\d+e|-?inf$|nan$")),
    ("int", re.compile(r"-?\d+$")),
    ("list", re.compile(r"\[")),
    ("tuple", re.compile(r"\(")),
    ("dict", re.compile(r"\{\}|\{('[^']*'|\"[^\"]*\"|[^,'\"{]+): ")),
    ("set", re.compile(r"\{|set\(|frozenset\(")),
    ("other", re.compile(r"<")),
)


@dataclass
class Coverage:
    """Counts by name. `constructs`, `methods` and `builtins` count programs, `events` frames."""

    documents: Counter[str] = field(default_factory=Counter)  # by stratum and family
    tokens: Counter[str] = field(default_factory=Counter)  # of trace documents, by stratum
    constructs: Counter[str] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    builtins: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    lengths: Counter[str] = field(default_factory=Counter)  # frames of a trace
    types: Counter[str] = field(default_factory=Counter)  # of values in state deltas
    sizes: Counter[str] = field(default_factory=Counter)  # characters of these values
    dropped: Counter[str] = field(default_factory=Counter)

    def add_program(self, written: Written) -> None:
        self.documents[f"programs {written.stratum} {written.family}"] += 1
        tree = ast.parse(written.source)
        found, methods, called = set(), set(), set()
        for node in ast.walk(tree):
            found.add(type(node).__name__)
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Attribute):
                    methods.add(node.func.attr)
                elif isinstance(node.func, ast.Name) and node.func.id in _BUILTINS:
                    called.add(node.func.id)
        self.constructs.update(found)
        self.methods.update(methods)
        self.builtins.update(called)

    def add_trace(self, trace: Trace, written: Written, tokens: int) -> None:
        self.documents[f"traces {written.stratum} {written.family}"] += 1
        self.tokens[written.stratum] += tokens
        self.events.update(frame.event for frame in trace.frames)
        raised = trace.raised.partition(":")[0] if trace.raised is not None else None
        self.endings[f"raised {raised}" if raised else "returned"] += 1
        self.lengths[_bin(len(trace.frames))] += 1
        for frame in trace.frames:
            for text in frame.delta.values():
                self.types[_type(text)] += 1
                self.sizes[_bin(len(text))] += 1

    def merge(self, other: Coverage) -> None:
        for name, counter in vars(other).items():
            getattr(self, name).update(counter)

    def to_json(self) -> dict[str, dict[str, int]]:
        return {name: dict(counter.most_common()) for name, counter in vars(self).items()}

    @classmethod
    def from_json(cls, data: dict[str, dict[str, int]]) -> Coverage:
        return cls(**{name: Counter(counts) for name, counts in data.items()})

    def table(self) -> str:
        """All counts, a paragraph for each kind."""
        parts = []
        for name, counter in vars(self).items():
            total = sum(counter.values())
            cells = "  ".join(f"{key} {count:,}" for key, count in counter.most_common(90))
            parts.append(f"{name} ({total:,})\n  {cells}")
        return "\n".join(parts)


def _bin(size: int) -> str:
    return next((f"up to {limit}" for limit in _BINS if size <= limit), f"over {_BINS[-1]}")


def _type(text: str) -> str:
    return next((name for name, pattern in _TYPES if pattern.match(text)), "instance")

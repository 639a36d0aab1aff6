"""The deck's four questions about a run: what Python, a model and a visitor say. Knows no Streamlit.

    question = load_questions()["value"]            # assets/course/questions/value.toml
    truth = python_says(question, trace)            # Reading("7", "")
    model_says(question, predictions)               # the same, read from an imagined trace
    check(question, "7", truth)                     # Verdict("right", "")

Kinds: `value` (what is NAME after line LINE), `ends` (does the call end), `filled` (is NAME, such as
self.cache[key], there when line LINE runs), `printed`. A line that runs more than once is asked about for the
first time. An answer is canonical text: a repr, "yes" or "no", or what is printed.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from cwm_demo.course.chapters import COURSE, CourseError
from cwm_demo.course.quiz import Verdict, read_value, same
from cwm_demo.predict.prediction import Prediction
from cwm_demo.trace.frame import Frame, Trace

QUESTIONS = COURSE / "questions"
Kind = Literal["value", "ends", "filled", "printed"]
MAX_LINES = 200  # of a program
MAX_CHARACTERS = 10_000  # of a program
MAX_ANSWER = 20_000  # characters of an answer, or of what another assistant wrote
UNREAD = "What it wrote for this step can't be read."
ENDLESS = ("events", "cpu", "wall", "output")  # reasons for which a run is stopped that goes on and on


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    kind: Kind
    title: str
    code: str
    call: str
    lesson: str  # Markdown, shown after the answer
    line: int = 0
    name: str = ""
    order: int = 0
    wrong: tuple[str, ...] = ()  # answers that the tests hold to be not right
    variants: tuple[Mapping[str, Any], ...] = ()  # changes of it with their `answer`, for the tests

    def ask(self) -> str:
        """The question in words, as Markdown."""
        match self.kind:
            case "value":
                return f"What is `{self.name}` after line {self.line} has run?"
            case "ends":
                return f"Does `{self.call}` come to an end?"
            case "filled":
                return f"Is there something in `{self.name}` when line {self.line} runs?"
            case "printed":
                return f"What does `{self.call}` print?"

    @property
    def container(self) -> tuple[str, str]:
        """Of `self.cache[key]`: "self.cache" and "key"."""
        target = ast.parse(self.name, mode="eval").body
        return ast.unparse(target.value), ast.unparse(target.slice)


@dataclass(frozen=True, slots=True)
class Reading:
    value: str | None  # the canonical answer; None when there is none
    note: str = ""  # a sentence: why there is none, or what is to be known about it


@cache
def load_questions() -> Mapping[str, Question]:
    """All questions by key, in order. Raises CourseError."""
    found = []
    for path in QUESTIONS.glob("*.toml"):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        lists = {name: tuple(data.pop(name, ())) for name in ("wrong", "variants")}
        try:
            question = Question(path.stem, **data, **lists)
        except TypeError as error:
            raise CourseError(f"{path.name}: {error}") from error
        question = replace(question, code=question.code.strip("\n") + "\n")
        if problem := problem_with(question):
            raise CourseError(f"{path.name}: {problem}")
        found.append(question)
    return MappingProxyType({q.key: q for q in sorted(found, key=lambda q: q.order)})


def variant(question: Question, changes: Mapping[str, Any]) -> tuple[Question, str]:
    """The question with one of its variants' changes, and the answer that the variant gives."""
    fields = {name: value for name, value in changes.items() if name != "answer"}
    if "code" in fields:
        fields["code"] = fields["code"].strip("\n") + "\n"
    return replace(question, **fields), changes["answer"]


def size_problem(code: str) -> str | None:
    """Why a program is not even read, as a sentence."""
    lines = line_count(code)
    if not code.strip():
        return "The program is empty. Write a function, or take ours back."
    if lines > MAX_LINES or len(code) > MAX_CHARACTERS:
        return (
            f"This program has {lines:,} lines and {len(code):,} characters. Here {MAX_LINES} lines "
            f"and {MAX_CHARACTERS:,} characters are the limit: keep the function that the question is about."
        )
    return None


def line_count(code: str) -> int:
    return code.count("\n") + (not code.endswith("\n"))


def problem_with(question: Question) -> str | None:
    """What keeps a question that was changed from being asked, as a sentence. Syntax is left to others."""
    if problem := size_problem(question.code):
        return problem
    lines = line_count(question.code)
    if question.kind in ("value", "filled"):
        if not 1 <= question.line <= lines:
            return f"There is no line {question.line}: the program has lines 1 to {lines}."
        if not question.code.split("\n")[question.line - 1].strip():
            return f"Line {question.line} is empty: choose a line on which something happens."
    if question.kind == "value" and not question.name.isidentifier():
        return f"“{question.name[:60]}” is no name of a variable: type one such as x."
    if question.kind == "filled" and not _is_entry(question.name):
        return f"“{question.name[:60]}” is no entry of a container: type one such as self.cache[key]."
    return None


def _is_entry(text: str) -> bool:
    try:
        target = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    if not isinstance(target, ast.Subscript) or not isinstance(target.slice, (ast.Name, ast.Constant)):
        return False
    owner = target.value
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    return isinstance(owner, ast.Name)


def python_says(question: Question, trace: Trace) -> Reading:
    """The answer, from the real run."""
    if not trace.frames:
        why = trace.stopped.message if trace.stopped else trace.raised
        return Reading(None, f"Nothing ran. {why or 'No line of the program is reached by this call.'}")
    if question.kind == "ends":
        if trace.complete:
            how = f"ends with {trace.raised}" if trace.raised else f"gives {trace.returned}"
            return Reading("yes", f"After {len(trace.frames)} steps it {how}.")
        if trace.stopped.reason in ENDLESS:
            return Reading("no", f"It was stopped after {len(trace.frames):,} steps, and was still going on.")
        return Reading(None, trace.stopped.message)
    if question.kind == "printed":
        if trace.complete:
            note = f"It ended with {trace.raised}." if trace.raised else ""
            return Reading(trace.stdout, note)
        return Reading(None, f"The run was stopped: {trace.stopped.message}")
    return _read_state(question, trace.frames)


def model_says(question: Question, predictions: Sequence[Prediction]) -> Reading:
    """The answer, from a trace that a model imagined."""
    frames = [prediction.frame for prediction in predictions if prediction.frame]
    last = predictions[-1] if predictions else None
    ended = last is not None and last.ended
    broken = (last.problem if last else None) or "it stopped"
    if question.kind == "ends":
        if ended:
            return Reading("yes", f"The trace that it imagined ends after {len(frames)} steps.")
        if last is not None and ("not ended" in broken or not last.asked):
            return Reading("no", f"The trace that it imagined was still going on after {len(frames)} steps.")
        return Reading(None, f"Its trace breaks off after {len(frames)} steps: {broken}.")
    if question.kind == "printed":
        if ended:
            return Reading("".join(frame.stdout for frame in frames))
        return Reading(None, f"Its trace did not come to an end: {broken}.")
    found = _read_state(question, frames)
    if found.value is None and not ended:
        return Reading(None, f"{found.note} Its trace breaks off after {len(frames)} steps: {broken}.")
    return found


def model_says_corrected(question: Question, run: Trace, predictions: Sequence[Prediction]) -> Reading | None:
    """The answer when each step is predicted from the true ones before it; None where that is no question."""
    frames = [prediction.frame for prediction in predictions]
    if question.kind == "ends" or not run.complete or len(frames) < len(run.frames):
        return None
    if question.kind == "printed":
        return Reading("".join(frame.stdout for frame in frames[: len(run.frames)] if frame))
    return _read_state(question, run.frames, frames)


def _read_state(
    question: Question, frames: Sequence[Frame], said: Sequence[Frame | None] | None = None
) -> Reading:
    """From `frames`, which say where to look; the values are those in `said`, when given."""
    said = said or frames
    line = question.line
    visits = [i for i, frame in enumerate(frames) if frame.event == "line" and frame.line == line]
    if not visits:
        return Reading(None, f"Line {line} does not run.")
    at = frames[visits[0]]
    if question.kind == "filled":
        return _read_entry(question, said[visits[0]])
    later = range(visits[0] + 1, len(frames))
    index = next((i for i in later if frames[i].activation == at.activation), None)
    if index is None:
        return Reading(None, f"Line {line} begins, and does not come to its end.")
    after = said[index]
    again = "This line runs more than once: this is after the first time." if len(visits) > 1 else ""
    if after is None:
        return Reading(None, UNREAD)
    if after.event == "exception":
        return Reading(None, f"Line {line} raises {after.value}.")
    if question.name not in after.locals:
        return Reading(None, f"After line {line} there is no variable {question.name}.")
    return Reading(after.locals[question.name], again)


def _read_entry(question: Question, frame: Frame | None) -> Reading:
    if frame is None:
        return Reading(None, UNREAD)
    owner, key = question.container
    base, *path = owner.split(".")
    if base not in frame.locals:
        return Reading(None, f"When line {question.line} runs there is no variable {base}.")
    known, wanted = read_value(frame.locals.get(key, key))
    container = _attribute(frame.locals[base], path)
    if container is None or not known:
        return Reading(None, f"{question.name} can't be read from {base} = {frame.locals[base]}.")
    return Reading("yes" if _holds(container, wanted) else "no", f"{owner} is {ast.unparse(container)}.")


def _attribute(text: str, path: Sequence[str]) -> ast.expr | None:
    """The part of a repr such as `Memo(cache={3: 9})` that PATH leads to, if it can be read."""
    try:
        node: ast.expr | None = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    for name in path:
        if not isinstance(node, ast.Call):
            return None
        node = next((keyword.value for keyword in node.keywords if keyword.arg == name), None)
    return node if isinstance(node, (ast.Dict, ast.List, ast.Tuple, ast.Set)) else None


def _holds(container: ast.expr, wanted: Any) -> bool:
    """Whether `container[wanted]` would find something."""
    if isinstance(container, ast.Dict):
        return any(read_value(ast.unparse(key)) == (True, wanted) for key in container.keys if key)
    if isinstance(container, ast.Set):
        return any(read_value(ast.unparse(item)) == (True, wanted) for item in container.elts)
    size = len(container.elts)
    return isinstance(wanted, int) and -size <= wanted < size


def check(question: Question, given: str | None, truth: Reading) -> Verdict:
    """What an answer is worth beside Python's, whatever it is."""
    text = given or ""
    if len(text) > MAX_ANSWER:
        return Verdict(
            "unusable",
            f"This has {len(text):,} characters; {MAX_ANSWER:,} are the limit. It is kept: shorten it.",
        )
    if not text.strip():
        return Verdict("unusable", _what_to_type(question))
    if truth.value is None:
        return Verdict("unusable", f"Python gives no answer to hold yours against. {truth.note}")
    if question.kind in ("ends", "filled"):
        answer = text.strip().lower()
        if answer not in ("yes", "no"):
            return Verdict("unusable", _what_to_type(question))
        return Verdict("right" if answer == truth.value else "wrong", "")
    if question.kind == "printed":
        return Verdict("right" if _printed(text) == _printed(truth.value) else "wrong", "")
    return _check_value(text.strip(), truth.value)


def _what_to_type(question: Question) -> str:
    match question.kind:
        case "value":
            return "There is no answer yet: type a Python value such as 3, 'abc' or [1, 2]."
        case "printed":
            return "There is no answer yet: type what is printed, a line each, or (nothing)."
        case _:
            return "There is no answer yet: choose yes or no."


def _printed(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    return [] if lines in ([""], ["(nothing)"]) else lines


def _check_value(text: str, truth: str) -> Verdict:
    (given_known, given), (known, wanted) = read_value(text), read_value(truth)
    if not known:  # an instance, say: its text is compared
        return Verdict("right" if "".join(text.split()) == "".join(truth.split()) else "wrong", "")
    if not given_known:
        return Verdict(
            "unusable", "This is no Python value. Type one such as 3, 'abc' (text in quotes) or [1, 2]."
        )
    if same(given, wanted):
        return Verdict("right", "")
    if given == wanted:
        return Verdict("wrong", f"Nearly: it is of type {type(wanted).__name__}, not {type(given).__name__}.")
    return Verdict("wrong", "")


FENCE = re.compile(r"```[a-z]*\n(.*?)```", re.DOTALL)
TICKED = re.compile(r"`([^`\n]+)`")
BEFORE_IT = re.compile(r"\b(?:answer|result|value|returns|is)\b|=|→|: ", re.IGNORECASE)


def _tails(line: str) -> list[str]:
    """What follows each of the words that announce a result, the shortest first."""
    return [line[found.end() :].strip(" :.") for found in reversed(list(BEFORE_IT.finditer(line)))]


def extract(question: Question, pasted: str) -> str | None:
    """The answer in what another assistant wrote: the last one counts. None when none can be found."""
    text = pasted.strip()
    if not text or len(text) > MAX_ANSWER:
        return None
    if question.kind in ("ends", "filled"):
        words = re.findall(r"\b(yes|no)\b", text, re.IGNORECASE)
        return words[-1].lower() if words else None
    if question.kind == "printed":
        fenced = FENCE.findall(text)
        return fenced[-1] if fenced else text
    last = text.split("\n")[-1].replace("**", "").strip()
    candidates = [text, *reversed(TICKED.findall(text)), last, *_tails(last)]
    candidates += [part.strip() for part in FENCE.findall(text)]
    return next((each.strip() for each in candidates if read_value(each)[0]), None)

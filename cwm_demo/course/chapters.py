"""The course as data: its chapters, their prose and their sources. Knows no Streamlit.

    load_course()["03"].title
    prose(load_course()["03"])["windows"]       # Markdown of one section, with citations [^key]
    load_sources()["card"].url

A chapter's prose stands in assets/course/NN-slug.md. A line `<!-- section: key -->` begins a section.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parents[2]
COURSE = ROOT / "assets" / "course"
SECTION = re.compile(r"^<!-- section: ([a-z0-9-]+) -->$", re.MULTILINE)
CITATION = re.compile(r"\[\^([a-z0-9-]+)\]")


class CourseError(ValueError):
    """A course file that can't be used. The message says where and why."""


@dataclass(frozen=True, slots=True)
class Chapter:
    number: str  # "00" to "09"
    slug: str  # in the URL
    title: str
    lead: str
    minutes: int
    page: str  # its file, from the project's root
    tour: str
    remember: tuple[str, ...]
    menu: str = "course"

    @property
    def path(self) -> Path:
        """Its prose; there may be none."""
        return COURSE / f"{self.number}-{self.slug}.md"

    @property
    def exists(self) -> bool:
        """Whether there is a page to visit."""
        return (ROOT / self.page).is_file()


@dataclass(frozen=True, slots=True)
class Source:
    key: str
    title: str
    url: str
    note: str
    confirmed: bool


@cache
def load_course() -> Mapping[str, Chapter]:
    """All chapters by number, in order."""
    data = tomllib.loads((COURSE / "course.toml").read_text(encoding="utf-8"))
    chapters = [Chapter(**{**entry, "remember": tuple(entry["remember"])}) for entry in data["chapters"]]
    return MappingProxyType({chapter.number: chapter for chapter in chapters})


def neighbours(number: str) -> tuple[Chapter | None, Chapter | None]:
    """The chapters before and after this one that have a page."""
    there = [chapter for chapter in load_course().values() if chapter.exists or chapter.number == number]
    index = next(i for i, chapter in enumerate(there) if chapter.number == number)
    before = there[index - 1] if index else None
    return before, there[index + 1] if index + 1 < len(there) else None


@cache
def load_sources() -> Mapping[str, Source]:
    data = tomllib.loads((COURSE / "sources.toml").read_text(encoding="utf-8"))
    return MappingProxyType({key: Source(key, **entry) for key, entry in data.items()})


def prose(chapter: Chapter) -> Mapping[str, str]:
    """The chapter's sections by key, in order. Empty where there is no file yet."""
    if not chapter.path.is_file():
        return {}
    return split_sections(chapter.path.read_text(encoding="utf-8"), chapter.path.name)


@cache
def split_sections(text: str, name: str) -> Mapping[str, str]:
    """Section key to Markdown. Raises CourseError: text in no section, or a key used twice."""
    before, *parts = SECTION.split(text)
    if before.strip():
        raise CourseError(f"{name}: text above the first '<!-- section: key -->' belongs to no section")
    sections: dict[str, str] = {}
    for key, body in zip(parts[::2], parts[1::2]):
        if key in sections:
            raise CourseError(f"{name}: there are two sections '{key}'")
        sections[key] = body.strip()
    return MappingProxyType(sections)


def cited(text: str) -> list[str]:
    """Keys of the sources that a text cites, in the order in which they first come."""
    return list(dict.fromkeys(CITATION.findall(text)))

"""Walks through the stepper with a mouse: every program, every kind of bug, both questions, both modes.

    CWM_DEMO_MODELS=scripted python -m streamlit run app.py --server.port 8501 &     # or the real models
    python -m tests.browser.walk http://localhost:8501 --out walk.json [--pictures FOLDER] [--turn 1]
                                                        [--programs tally,merge] [--presenting]

Each program is chosen from the list and gets a bug, so that all kinds come up; then the switches are clicked
through. Every state is looked at on a laptop and on one of the other two sizes: an error, a panel that is
empty or needs sideways scrolling, a missing verdict or answer, a page that is wider, or on a desk longer,
than the screen, text of too little contrast, what the console complains of. The theme changes with each
program; `--turn 1` begins with the other one. The report lists what was seen and found; the exit status is 1
when something was found.

It is a tool, not a test: it takes minutes with scripted models, more with real ones. It doesn't type (own
programs, calls, guesses) and takes two steps of each run; the tests of this folder do that.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Error, Page, sync_playwright

from cwm_demo.execution import sandbox
from cwm_demo.programs.bugs import Bug, effective, mutations
from cwm_demo.programs.kinds import kinds_by_line
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.trace.frame import Trace
from tests.browser.conftest import FLAGS, NAMES
from tests.browser.contrast import too_low
from tests.browser.screen import Stepper

SIZES = {
    "laptop": {"width": 1440, "height": 900},
    "projector": {"width": 1920, "height": 1080},
    "phone": {"width": 390, "height": 844},
}
THEMES = ("light", "dark")
# In this order one click leads from each to the next.
SWITCHES = (
    ("intended", "replay"),
    ("candidate", "replay"),
    ("candidate", "imagine"),
    ("intended", "imagine"),
)
LABELS = {
    "intended": "as meant",
    "candidate": "with the bug",
    "replay": "step by step",
    "imagine": "on its own",
}
# Streamlit looks for its server under the page's own address first, and says so when it isn't there.
STREAMLITS_OWN = ("/_stcore/health", "/_stcore/host-config")

_FAULTS = """(size) => {
  const faults = [], seen = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  for (const e of all("[data-testid=stException], [data-testid=stAlert]")) {
    faults.push(`error: ${e.innerText.slice(0, 200)}`);
  }
  const main = document.querySelector("[data-testid=stMain]");
  for (const box of [document.documentElement, main]) {
    const over = box.scrollWidth - box.clientWidth;
    if (over > 1) faults.push(`${over} px too wide`);
  }
  if (size !== "phone" && main.scrollHeight > main.clientHeight) {
    faults.push(`${main.scrollHeight - main.clientHeight} px too long`);
  }
  const beside = size === "phone" ? [] : ["text", "world", "python"]; // a phone shows one of them
  for (const name of ["program", ...beside, "verdict"]) {
    const [panel] = all(`.cwm-${name}`);
    if (!panel) faults.push(`no panel ${name}`);
    else if (panel.innerText.trim().length < 15) faults.push(`panel ${name} is empty`);
  }
  for (const panel of all(".cwm-panel")) {
    if (panel.scrollWidth > panel.clientWidth + 1) faults.push(`panel ${panel.ariaLabel} scrolls sideways`);
  }
  if (!all(".cwm-verdict .cwm-headline").length) faults.push("no verdict");
  if (!all(".cwm-answer").length) faults.push("no answer");
  if (!all(".cwm-timeline li").length) faults.push("no timeline");
  if (!all(".cwm-now, .cwm-bad").length && !document.body.innerText.includes("run is over")) {
    faults.push("no current line");
  }
  return faults;
}"""
# What stands there, and how many pixels of which panels must be scrolled to.
_SHOWN = """(size) => ({
  verdict: document.querySelector(".cwm-verdict .cwm-headline")?.innerText ?? "",
  answers: [...document.querySelectorAll(".cwm-answer")].map((e) => e.innerText),
  below: Object.fromEntries(size === "phone" ? [] : [...document.querySelectorAll(".cwm-panel")]
    .filter((p) => p.scrollHeight > p.clientHeight + 1)
    .map((p) => [p.className.split(" ")[1], p.scrollHeight - p.clientHeight])),
})"""


@dataclass
class Report:
    address: str
    views: list[dict] = field(default_factory=list)
    faults: list[dict] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    seconds: int = 0

    def summary(self) -> dict[str, int]:
        def distinct(*names: str) -> int:
            return len({tuple(view[name] for name in names) for view in self.views if view["operator"]})

        return {
            "views_seen": len(self.views),
            "programs": distinct("program"),
            "operators": distinct("operator"),
            "operators_in_modes": distinct("operator", "mode"),
            "operators_in_reads": distinct("operator", "read"),
            "programs_in_sizes_and_themes": distinct("program", "size", "theme"),
            "faults_found": len(self.faults),
            "complaints_of_the_console": len(self.console),
        }


def plan(names: list[str]) -> Iterator[tuple[str, Bug]]:
    """For each program a bug that shows, of the kind that has come up least so far, the rarest first."""
    catalogue, used = load_catalogue(), Counter[str]()
    made, runs = {}, {}
    for name in names:
        program = catalogue[name]
        runs[name] = _run(program.stdin)(marked(program.source, program.cases[0].call))
        made[name] = mutations(program.source, kinds_by_line(runs[name].frames))
    programs_with = Counter(kind for bugs in made.values() for kind in {bug.operator for bug in bugs})
    for name in sorted(names, key=lambda name: min(programs_with[bug.operator] for bug in made[name])):
        program = catalogue[name]
        for bug in sorted(made[name], key=lambda bug: (used[bug.operator], programs_with[bug.operator])):
            if effective(program.source, program.cases[0].call, [bug], _run(program.stdin), runs[name]):
                used[bug.operator] += 1
                yield name, bug
                break


def _run(stdin: str | None) -> Callable[[str], Trace]:
    return lambda source: sandbox.run(source, stdin=stdin, trusted=True)


class Walk:
    def __init__(self, page: Page, report: Report, pictures: Path | None, presenting: bool) -> None:
        self.page, self.report, self.pictures, self.presenting = page, report, pictures, presenting
        self.stepper, self.looks = Stepper(page, report.address), 0
        self.program, self.bug, self.read, self.mode, self.theme = "", None, "intended", "replay", "light"

    def one(self, name: str, bug: Bug, theme: str) -> None:
        """One program, without its bug and with it, through all switches, and its last step."""
        self.theme = theme
        self.page.emulate_media(color_scheme=theme)
        self.program, self.bug = name, None
        self._choose("w_program", load_catalogue()[name].title)
        self._look("as meant")
        self._choose("w_line", f"line {bug.line}", exact=True)
        self._choose("w_bug", f"{bug.title}: {bug.after.strip()}", exact=True)
        self.stepper.press("inject")
        self.bug = bug
        self._ready()
        here = SWITCHES.index((self.read, self.mode))
        for turn in range(4):
            self._switch(*SWITCHES[(here + turn) % 4])
            self._look("parting")
        if self.page.locator(".st-key-step_last button:visible").is_enabled():
            self.stepper.press("step_last")
            self._ready()
        self._look("last")
        if self.presenting:
            self.stepper.press("present")
            self._ready()
            self._look("presenting", phone=False)
            self.stepper.press("present")
            self._ready()

    def _choose(self, key: str, option: str, exact: bool = False) -> None:
        field = self.page.locator(f"[class*='st-key-{key}'] input")
        field.click()
        field.fill(option)  # a long list draws only what is seen of it
        self.page.get_by_role("option", name=option, exact=exact).first.click()
        self._ready()

    def _switch(self, read: str, mode: str) -> None:
        for name, value in (("read", read), ("mode", mode)):
            if getattr(self, name) != value:
                group = self.page.locator(f"[class*='st-key-w_{name}_']")
                group.get_by_text(LABELS[value], exact=True).click()
                setattr(self, name, value)
                self._ready()

    def _ready(self) -> None:
        self.page.wait_for_timeout(200)  # until the click has reached the server
        self.stepper.ready()

    def _look(self, at: str, phone: bool = True) -> None:
        self.looks += 1
        other = "phone" if phone and self.looks % 2 else "projector"
        closely = other if self.looks % 3 == 0 else "laptop" if self.looks % 3 == 1 else None
        for size in (other, "laptop"):
            self.page.set_viewport_size(SIZES[size])
            for fault in self.page.evaluate(_FAULTS, size):
                self._fault(size, at, fault)
            if size == closely:
                for fault in too_low(self.page):
                    self._fault(size, at, f"contrast {fault}")
                self._picture(size, at)
            self.report.views.append(self._place(size, at) | self.page.evaluate(_SHOWN, size))

    def _place(self, size: str, at: str) -> dict:
        bug, operator = (self.bug.id, self.bug.operator) if self.bug else (None, None)
        place = {"program": self.program, "bug": bug, "operator": operator, "read": self.read}
        return place | {"mode": self.mode, "size": size, "theme": self.theme, "at": at}

    def _fault(self, size: str, at: str, words: str) -> None:
        found = self._place(size, at) | {"fault": words}
        print(found, flush=True)
        self.report.faults.append(found)
        self._picture(size, f"fault {len(self.report.faults)}")

    def _picture(self, size: str, at: str) -> None:
        if self.pictures:
            place = (self.program, self.read, self.mode, at.replace(" ", "-"), size, self.theme)
            self.page.screenshot(path=self.pictures / f"{'_'.join(place)}.png")

    def again(self, error: Exception) -> None:
        """After a click that led nowhere: from a fresh page."""
        self._fault("laptop", "stuck", str(error)[:300])
        self.stepper.open()
        self.read, self.mode = "intended", "replay"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address", help="of an app that is being served")
    parser.add_argument("--out", type=Path, required=True, help="the report, as JSON")
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of a third of the views")
    parser.add_argument(
        "--turn", type=int, default=0, choices=(0, 1), help="1: the themes the other way round"
    )
    parser.add_argument("--programs", help="names with commas between; all, if not given")
    parser.add_argument("--presenting", action="store_true", help="presenter mode too, once for each program")
    options = parser.parse_args()
    names = options.programs.split(",") if options.programs else list(load_catalogue())
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    report, begun = Report(options.address), time.monotonic()
    chromium = os.environ.get("CWM_DEMO_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport=SIZES["laptop"], color_scheme=THEMES[options.turn])
        page.set_default_timeout(180_000)
        page.on("pageerror", lambda error: report.console.append(str(error)[:300]))
        page.on("console", lambda message: _console(report, message))
        walk = Walk(page, report, options.pictures, options.presenting)
        walk.stepper.open()
        for number, (name, bug) in enumerate(plan(names)):
            try:
                walk.one(name, bug, THEMES[(number + options.turn) % 2])
            except (Error, AssertionError) as error:
                walk.again(error)
            report.seconds = round(time.monotonic() - begun)
            print(f"{number + 1} of {len(names)}: {name} {bug.id}, {report.seconds} s", flush=True)
            options.out.write_text(json.dumps(report.summary() | asdict(report), indent=1) + "\n", "utf-8")
        browser.close()
    print(json.dumps(report.summary()))
    return 1 if report.faults or report.console else 0


def _console(report: Report, message: ConsoleMessage) -> None:
    if message.type == "error" and not message.location["url"].endswith(STREAMLITS_OWN):
        report.console.append(f"{message.text[:300]} {message.location['url']}")


if __name__ == "__main__":
    sys.exit(main())

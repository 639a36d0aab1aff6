"""A class at the app: visitors over its WebSocket on this machine, without browsers.

    python -m benchmarks.load                                      60 visitors, 2 minutes after the last came
    python -m benchmarks.load --visitors 8 --arrive 2 --seconds 10

Each arrives, waits for the first page of the stepper, then takes a step every `pause` seconds, forward or
back, as the buttons do; half are on one program, half on programs of their own. A visitor also looks every
moment whether the models have answered, when the page asks its browser to. What is measured: the time to the
first page and of every step, errors on any page, and the memory of the server with its processes.

Bounded in visitors, time and waiting, and talks to 127.0.0.1 alone. The visitors run beside the server, on
the same processors. Not covered: the browser's own work, the network, images and scripts that it would fetch.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import re
import time
from dataclasses import dataclass, field

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks.app import App, app
from benchmarks.row import Row
from cwm_demo.ui.url import pack

VISITORS, ARRIVE_S, SECONDS, PAUSE_S = 60, 10.0, 120.0, 2.0
PATIENCE_S = 60.0  # that a visitor waits for a page or a step before it counts as an error
MOST_VISITORS, MOST_SECONDS = 200, 900.0
PROGRAM = "tally"
OWN = """\
def gather(items, least):
    total = {number}
    kept = []
    for item in items:
        if item >= least:
            total += item
            kept.append(item)
    return total, kept


gather([3, 1, 4, 1, 5, {number}], 2)  # << START_OF_TRACE
"""
COUNT = re.compile(r"step (\d+) of (\d+)")


class Broken(Exception):
    """A visitor met an error. The message says which."""


@dataclass
class Seen:
    """What all visitors met."""

    first_s: list[float] = field(default_factory=list)
    step_s: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)  # (seconds since the start, bytes)


class Visitor:
    """One session, as far as a browser's part in it goes."""

    def __init__(self, socket: ClientConnection, query: str) -> None:
        self._socket = socket
        self._query = query
        self._page = ""
        self._buttons: dict[str, tuple[str, str]] = {}  # key -> (its id, its fragment)
        self._looks: dict[str, float] = {}  # fragment that is to be run again -> every so many seconds
        self.count = ""  # "step 1 of 11"

    async def open(self) -> None:
        await self._run(ClientState(query_string=self._query, page_name="stepper"))
        if not self.count:
            raise Broken("the first page has no step")

    async def click(self, key: str) -> None:
        """Press a button of the bar, and wait until another step is shown."""
        number, fragment = self._buttons[key]
        before = self.count
        pressed = WidgetState(id=number, trigger_value=True)
        state = ClientState(query_string=self._query, page_script_hash=self._page, fragment_id=fragment)
        state.widget_states.widgets.append(pressed)
        await self._run(state)
        if self.count == before:
            raise Broken(f"{key} did not lead from {before}")

    async def wait(self, seconds: float) -> None:
        """Do nothing, but look again where the page wants to be looked at."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            every = min(self._looks.values(), default=left)
            await asyncio.sleep(min(every, left))
            for fragment in list(self._looks):
                if every < left and fragment in self._looks:
                    state = ClientState(
                        query_string=self._query,
                        page_script_hash=self._page,
                        fragment_id=fragment,
                        is_auto_rerun=True,
                    )
                    await self._run(state)

    async def _run(self, state: ClientState) -> None:
        """Have the page, or a part of it, run, and take in what it says until it is through."""
        await self._socket.send(BackMsg(rerun_script=state).SerializeToString())
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = ForwardMsg.FromString(await self._socket.recv())
                if message.WhichOneof("type") == "script_finished":
                    if message.script_finished in (
                        ForwardMsg.FINISHED_SUCCESSFULLY,
                        ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
                    ):
                        return
                else:
                    self._take(message)

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self._page = message.new_session.page_script_hash
                if not message.metadata.run.fragment_ids:  # the whole page
                    self._looks.clear()
            case "navigation":
                self._page = message.navigation.page_script_hash
            case "auto_rerun":
                self._looks[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            case "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self._looks.pop(fragment, None)
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                match element.WhichOneof("type"):
                    case "button":
                        key = re.sub(r"^.*?-[0-9a-f]{16,}-", "", element.button.id)
                        self._buttons[key] = (element.button.id, message.delta.fragment_id)
                    case "exception":
                        raise Broken(f"the page failed: {element.exception.message[:200]}")
                    case "html" if found := COUNT.search(element.html.body):
                        self.count = found.group()


async def visit(stream: str, query: str, number: int, seconds: float, pause: float, seen: Seen) -> None:
    """One visitor's stay."""
    rng = random.Random(number)
    begun = time.monotonic()
    try:
        async with connect(stream, subprotocols=["streamlit"], max_size=None, proxy=None) as socket:
            visitor = Visitor(socket, query)
            await visitor.open()
            seen.first_s.append(time.monotonic() - begun)
            end = time.monotonic() + seconds
            await visitor.wait(rng.uniform(0, pause))
            while time.monotonic() < end:
                at, last = map(int, COUNT.search(visitor.count).groups())
                forward = at == 1 or (at < last and rng.random() < 0.7)
                clicked = time.monotonic()
                await visitor.click("step_next" if forward else "step_back")
                took = time.monotonic() - clicked
                seen.step_s.append(took)
                await visitor.wait(max(0.0, pause - took))
    except (Broken, ConnectionClosed, OSError, TimeoutError, KeyError) as error:
        seen.errors.append(f"visitor {number}: {type(error).__name__} {error}")


async def watch(process: int, seen: Seen) -> None:
    """The memory of a process and all that it started, every other second."""
    begun, root = time.monotonic(), psutil.Process(process)
    while True:
        total = 0
        for each in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                total += each.memory_info().rss
        seen.memory.append((time.monotonic() - begun, total))
        await asyncio.sleep(2)


async def attend(served: App, visitors: int, arrive: float, seconds: float, pause: float) -> Seen:
    """Everybody's stay."""
    if visitors > MOST_VISITORS or arrive + seconds > MOST_SECONDS:
        raise ValueError(f"at most {MOST_VISITORS} visitors and {MOST_SECONDS:g} seconds")
    seen = Seen()
    watching = asyncio.create_task(watch(served.process.pid, seen))
    stays = []
    for number in range(visitors):
        own = number % 2
        query = f"code={pack(OWN.format(number=number))}" if own else f"program={PROGRAM}"
        stay = arrive * (1 - number / visitors) + seconds
        stays.append(asyncio.create_task(visit(served.stream, query, number, stay, pause, seen)))
        await asyncio.sleep(arrive / visitors)
    await asyncio.gather(*stays)
    watching.cancel()
    return seen


def rows(seen: Seen, visitors: int, arrive: float) -> list[Row]:
    """What the class met. Memory is flat when it grows little from when all have come to the end."""
    everybody = f"{visitors} visitors: "
    first, steps = sorted(seen.first_s) or [float("nan")], sorted(seen.step_s) or [float("nan")]
    settled = [size for at, size in seen.memory if at >= 2 * arrive] or [size for _, size in seen.memory]
    early = settled[: max(1, len(settled) // 4)]
    late = settled[-len(early) :]
    growth = 100 * (sum(late) / len(late) / (sum(early) / len(early)) - 1)
    peak = max(size for _, size in seen.memory) / 2**20
    return [
        Row(f"{everybody}the slowest first page", 1000 * first[-1], "ms", at_most=5000),
        Row(f"{everybody}a step, median", 1000 * steps[len(steps) // 2], "ms"),
        Row(
            f"{everybody}a step, 95th percentile",
            1000 * steps[int(0.95 * (len(steps) - 1))],
            "ms",
            at_most=1000,
        ),
        Row(f"{everybody}steps taken", len(seen.step_s), ""),
        Row(f"{everybody}errors", len(seen.errors), "", at_most=0),
        Row(f"{everybody}memory of all processes, peak", peak, "MiB"),
        Row(f"{everybody}its growth from the first quarter to the last", growth, "%", at_most=10),
    ]


def measure(
    visitors: int = VISITORS, arrive: float = ARRIVE_S, seconds: float = SECONDS, pause: float = PAUSE_S
) -> list[Row]:
    with app() as served:
        seen = asyncio.run(attend(served, visitors, arrive, seconds, pause))
    for error in seen.errors[:10]:
        print(error, flush=True)
    return rows(seen, visitors, arrive)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=VISITORS)
    parser.add_argument("--arrive", type=float, default=ARRIVE_S, help="seconds within which all arrive")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="that they stay after that")
    parser.add_argument("--pause", type=float, default=PAUSE_S, help="seconds between a visitor's steps")
    args = parser.parse_args()
    print(*measure(args.visitors, args.arrive, args.seconds, args.pause), sep="\n")


if __name__ == "__main__":
    main()

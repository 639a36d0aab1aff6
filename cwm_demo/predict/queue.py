"""How the questions of many visitors take turns at the models. Knows no model and no torch.

    queue = Queue(say)
    queue.add(Job(id=1, visitor="ada", forward=world.forward, begin=lambda: world.imagining(source, 40)))
    while queue.busy:
        queue.step()            # one forward, of what several questions want to have read

A job is `Work` (`greedy.py`): it yields what it wants to have read and is sent the logits, or yields None
where it works by itself (a measurement, say) and others may have a turn. Up to `active` of
them are under way; a step puts what they wait for into one forward, those first that have waited longest, up
to `tokens`. So a question of a few steps is not held up by one of hundreds.

Fair: the next job to begin is the oldest one of whoever has the fewest under way, then of whoever has waited
longest for a turn. Bounded: only so many jobs wait, in all and of one visitor; a job is given up when it
has waited or worked too long. Whoever is turned away is told why. `cancel` ends a job in the middle.

What a job tells on the way (`Job.tell`) is passed on a few times a second.
"""

from __future__ import annotations

import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

FULL = "Too many questions are waiting for the models just now. Ask again in a minute."
WAITED = "The models had no time for this question: too many people are asking. Ask again in a minute."
WORKED = "The model had not finished after {:g} seconds and was stopped. Try a shorter run."


class Forward(Protocol):
    def run(self, feeds: Sequence[Any]) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True)
class Bounds:
    active: int = 8  # jobs under way at once
    tokens: int = 384  # of one forward, unless a single job wants more
    waiting: int = 400  # jobs that have not begun, in all
    of_a_visitor: int = 12  # the same of one visitor (who has a name)
    wait_s: float = 120.0  # until a job begins
    work_s: float = 90.0  # from then on, shared with the others under way
    tell_s: float = 0.25  # between two messages of what a job has so far


@dataclass(slots=True, eq=False)
class Job:
    id: int
    visitor: str
    forward: Forward | None  # None: it never yields
    begin: Callable[[], Generator[Any, Any, Any]]
    added: float = 0.0
    began: float = 0.0
    served: int = 0  # number of its last forward
    told: float = 0.0
    news: list[Any] = field(default_factory=list)  # what it has told since, not passed on yet
    work: Generator[Any, Any, Any] | None = None
    feed: Any = None  # what it waits for; None: for nothing but its turn

    def tell(self, piece: Any) -> None:
        self.news.append(piece)


class Queue:
    def __init__(
        self,
        say: Callable[[Mapping[str, Any]], None],
        bounds: Bounds = Bounds(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`say` is handed {"id", "news"}, and once {"id", "result", "news", "seconds"} or {"id", "error"}."""
        self._say = say
        self._bounds = bounds
        self._clock = clock
        self._waiting: OrderedDict[str, list[Job]] = OrderedDict()  # by visitor, whose turn it is first
        self._active: list[Job] = []
        self._forwards = 0

    @property
    def busy(self) -> bool:
        return bool(self._waiting or self._active)

    def add(self, job: Job) -> None:
        """Puts a job at the end of its visitor's, or turns it away."""
        own = self._waiting.get(job.visitor, ())
        if sum(map(len, self._waiting.values())) >= self._bounds.waiting or (
            job.visitor and len(own) >= self._bounds.of_a_visitor
        ):
            self._say({"id": job.id, "error": FULL})
            return
        job.added = self._clock()
        self._waiting.setdefault(job.visitor, []).append(job)

    def cancel(self, number: int) -> None:
        """Nobody wants this one any more: nothing further is said of it."""
        for job in self._active:
            if job.id == number:
                self._drop(job)
                return
        for visitor, jobs in list(self._waiting.items()):
            self._keep(visitor, [job for job in jobs if job.id != number])

    def step(self) -> None:
        """Begins what there is room for, then one forward."""
        self._give_up()
        while self._waiting and len(self._active) < self._bounds.active:
            self._begin(self._next())
        batch = self._batch()
        if not batch:
            return
        first = batch[0]
        try:
            logits = [None] if first.feed is None else first.forward.run([job.feed for job in batch])
        except Exception as error:
            for job in batch:
                self._fail(job, error)
            return
        self._forwards += 1
        for job, rows in zip(batch, logits):
            job.served = self._forwards
            self._go_on(job, rows)

    def _next(self) -> Job:
        """The oldest job of the visitor whose turn it is."""
        under_way = [job.visitor for job in self._active]
        visitor = min(self._waiting, key=under_way.count)
        first, *rest = self._waiting[visitor]
        self._waiting.move_to_end(visitor)
        self._keep(visitor, rest)
        return first

    def _keep(self, visitor: str, jobs: list[Job]) -> None:
        if jobs:
            self._waiting[visitor] = jobs
        else:
            self._waiting.pop(visitor, None)

    def _begin(self, job: Job) -> None:
        job.began = job.told = self._clock()
        self._active.append(job)
        try:
            job.work = job.begin()
        except Exception as error:
            self._fail(job, error)
            return
        self._go_on(job, None)

    def _batch(self) -> list[Job]:
        """Those that have waited longest for a forward, of the same model, as many as fit into one."""
        batch: list[Job] = []
        size = 0
        for job in sorted(self._active, key=lambda job: job.served):
            if job.feed is None:
                if not batch:
                    return [job]
                continue
            more = len(job.feed.ids)
            if not batch or (job.forward is batch[0].forward and size + more <= self._bounds.tokens):
                batch.append(job)
                size += more
        return batch

    def _go_on(self, job: Job, rows: Any) -> None:
        try:
            job.feed = job.work.send(rows)
        except StopIteration as end:
            self._active.remove(job)
            seconds = self._clock() - job.began
            self._say({"id": job.id, "result": end.value, "news": job.news, "seconds": seconds})
        except Exception as error:
            self._fail(job, error)
        else:
            if job.news and self._clock() - job.told >= self._bounds.tell_s:
                self._say({"id": job.id, "news": job.news})
                job.news, job.told = [], self._clock()

    def _fail(self, job: Job, error: Exception) -> None:
        traceback.print_exception(error)  # for the app's log
        self._drop(job)
        self._say({"id": job.id, "error": f"{type(error).__name__}: {error}"})

    def _drop(self, job: Job) -> None:
        self._active.remove(job)
        if job.work is not None:
            job.work.close()

    def _give_up(self) -> None:
        now = self._clock()
        for job in [job for job in self._active if now - job.began > self._bounds.work_s]:
            self._drop(job)
            self._say({"id": job.id, "error": WORKED.format(self._bounds.work_s)})
        for visitor, jobs in list(self._waiting.items()):
            for job in jobs:
                if now - job.added > self._bounds.wait_s:
                    self._say({"id": job.id, "error": WAITED})
            self._keep(visitor, [job for job in jobs if now - job.added <= self._bounds.wait_s])

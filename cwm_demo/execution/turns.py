"""How runs take turns at the processors: so many at once, nobody before their turn, and not too many waiting.

    turns = Turns(at_once=2, waiting=200)
    if turns.acquire("ada", timeout=60):
        try: ...
        finally: turns.release("ada")

The next turn goes to whoever has the fewest runs under way, then to whoever has waited longest for one: who
has fifty bugs tried does not keep out who wants a single run.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque


class Turns:
    def __init__(self, at_once: int, waiting: int) -> None:
        self._free = at_once
        self._most = waiting
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[threading.Event]] = OrderedDict()

    def acquire(self, visitor: str, timeout: float) -> bool:
        """False when there are too many already, or the turn has not come in time."""
        with self._lock:
            if self._free:
                self._free -= 1
                self._running[visitor] += 1
                return True
            if sum(map(len, self._waiting.values())) >= self._most:
                return False
            mine = threading.Event()
            self._waiting.setdefault(visitor, deque()).append(mine)
        if mine.wait(timeout):
            return True
        with self._lock:
            if not mine.is_set():  # else it came at the last moment
                self._leave(visitor, mine)
            return mine.is_set()

    def release(self, visitor: str) -> None:
        with self._lock:
            self._running[visitor] -= 1
            if not self._running[visitor]:
                del self._running[visitor]
            if not self._waiting:
                self._free += 1
                return
            following = min(self._waiting, key=lambda name: self._running[name])
            mine = self._waiting[following][0]
            self._waiting.move_to_end(following)
            self._leave(following, mine)
            self._running[following] += 1
            mine.set()

    def _leave(self, visitor: str, mine: threading.Event) -> None:
        self._waiting[visitor].remove(mine)
        if not self._waiting[visitor]:
            del self._waiting[visitor]

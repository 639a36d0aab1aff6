"""Turns at the processors: bounded, given back, and fair between visitors."""

import threading

from cwm_demo.execution.turns import Turns

PATIENCE = 60


class Visitor(threading.Thread):
    """Waits for a turn, notes that it came, and gives it back when told to."""

    def __init__(self, turns: Turns, name: str, order: list[str]):
        super().__init__(daemon=True)
        self._turns, self.visitor, self._order = turns, name, order

    def run(self):
        if self._turns.acquire(self.visitor, PATIENCE):
            self._order.append(self.visitor)
            self._turns.release(self.visitor)


def waiting(turns: Turns) -> int:
    return sum(map(len, turns._waiting.values()))


def queue_up(turns: Turns, names: str) -> tuple[list[Visitor], list[str]]:
    """One thread for each name, in this order, all waiting."""
    order: list[str] = []
    threads = [Visitor(turns, name, order) for name in names]
    for count, thread in enumerate(threads, 1):
        thread.start()
        while waiting(turns) < count:
            thread.join(0.001)
    return threads, order


def test_who_wants_many_runs_does_not_keep_out_who_wants_one():
    turns = Turns(1, 100)
    assert turns.acquire("a", 0)
    threads, order = queue_up(turns, "aaaaab")
    turns.release("a")
    for thread in threads:
        thread.join(PATIENCE)
    assert order.index("b") <= 1 and sorted(order) == list("aaaaab")
    assert turns.acquire("c", 0)  # all were given back


def test_the_fewest_under_way_go_first():
    turns = Turns(2, 100)
    assert turns.acquire("a", 0) and turns.acquire("c", 0)
    threads, order = queue_up(turns, "ab")
    turns.release("c")  # a has one under way already
    threads[1].join(PATIENCE)
    assert order[0] == "b"
    turns.release("a")
    threads[0].join(PATIENCE)
    assert order == ["b", "a"]


def test_a_turn_that_does_not_come_in_time_is_not_waited_for_any_more():
    turns = Turns(1, 100)
    assert turns.acquire("a", 0)
    assert not turns.acquire("b", 0.001) and not waiting(turns)
    turns.release("a")
    assert turns.acquire("b", 0)


def test_not_too_many_wait():
    turns = Turns(1, 1)
    assert turns.acquire("a", 0)
    threads, _ = queue_up(turns, "b")
    assert not turns.acquire("c", PATIENCE)  # at once
    turns.release("a")
    threads[0].join(PATIENCE)

"""Turns at the models: batches, fairness, bounds, time limits, cancelling. With jobs that read letters."""

from collections import Counter
from dataclasses import dataclass

import pytest

from cwm_demo.predict.queue import FULL, WAITED, Bounds, Job, Queue


@dataclass
class Feed:
    ids: str


class Model:
    """Its logits of a text are the text in capitals. Notes what was read together."""

    def __init__(self):
        self.batches = []

    def run(self, feeds):
        self.batches.append([feed.ids for feed in feeds])
        if any(feed.ids == "fail" for feed in feeds):
            raise ValueError("no idea")
        return [feed.ids.upper() for feed in feeds]


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Room:
    def __init__(self, **bounds):
        self.said, self.model, self.clock = [], Model(), Clock()
        self.queue = Queue(self.said.append, Bounds(**bounds), self.clock)
        self.asked = 0

    def ask(self, visitor, *texts, model=None):
        """A job that reads `texts` one after the other and answers with what it was sent; None: it works."""
        self.asked += 1
        job = Job(self.asked, visitor, model or self.model, lambda: work())

        def work():
            heard = []
            for text in texts:
                heard.append((yield Feed(text) if text else None) or "-")
                job.tell(heard[-1])
            return "".join(heard)

        self.queue.add(job)
        return self.asked

    def run(self):
        while self.queue.busy:
            self.queue.step()
        return {message["id"]: message.get("result", message.get("error")) for message in self.said}


def test_what_several_ask_is_read_together():
    room = Room()
    one, other = room.ask("ada", "a", "b"), room.ask("bob", "c", "d", "e")
    assert room.run() == {one: "AB", other: "CDE"}
    assert room.model.batches == [["a", "c"], ["b", "d"], ["e"]]


def test_one_that_works_by_itself_takes_turns_with_the_others():
    room = Room()
    measuring, other, third = room.ask("ada", *[None] * 5), room.ask("bob", *"abc"), room.ask("eve", *"de")
    assert room.run() == {measuring: "-----", other: "ABC", third: "DE"}
    assert room.model.batches == [["a", "d"], ["b", "e"], ["c"]]
    order = [message["id"] for message in room.said if "result" in message]
    assert order == [third, other, measuring]


def test_a_forward_is_bounded_and_none_is_passed_over():
    room = Room(tokens=10)
    room.ask("ada", "x" * 30, "y")
    room.ask("bob", "b", "c" * 9)
    room.ask("eve", "d", "e")
    room.run()
    alone, *together = room.model.batches
    assert alone == ["x" * 30]  # too large for any company
    assert together == [["b", "d", "y"], ["c" * 9, "e"]]


def test_models_are_not_mixed():
    room, text = Room(), Model()
    room.ask("ada", "a", "b")
    room.ask("ada", "c", model=text)
    room.run()
    assert room.model.batches == [["a"], ["b"]] and text.batches == [["c"]]


def test_one_who_asks_much_does_not_keep_others_waiting():
    room = Room(active=2, of_a_visitor=100)
    mine = [room.ask("ada", "a", "b") for _ in range(20)]
    other = room.ask("bob", "c", "d")
    room.run()
    order = [message["id"] for message in room.said]
    assert order.index(other) <= 2 and set(order) == {*mine, other}


def test_visitors_take_turns():
    room = Room(active=1, of_a_visitor=100)
    for visitor in "aaabbbccc":
        room.ask(visitor, visitor)
    room.run()
    begun = [batch[0] for batch in room.model.batches]
    assert all(Counter(begun[start : start + 3]) == Counter("abc") for start in (0, 3, 6))


def test_too_many_are_turned_away_and_told_so():
    room = Room(waiting=3, of_a_visitor=2)
    kept = [room.ask("ada", "a"), room.ask("ada", "b")]
    refused = [room.ask("ada", "c")]
    kept.append(room.ask("bob", "d"))
    refused.append(room.ask("eve", "e"))
    assert [message["id"] for message in room.said] == refused
    assert {message["error"] for message in room.said} == {FULL}
    assert set(room.run()) == {*kept, *refused}


def test_without_a_name_only_the_whole_is_bounded():
    room = Room(of_a_visitor=1)
    asked = [room.ask("", "a") for _ in range(3)]
    assert room.run() == dict.fromkeys(asked, "A")


def test_what_nobody_wants_any_more_is_dropped():
    room = Room(active=1)
    running, waiting, wanted = room.ask("ada", "a", "b"), room.ask("ada", "c"), room.ask("ada", "d")
    room.queue.step()
    room.queue.cancel(running)
    room.queue.cancel(waiting)
    room.queue.cancel(99)
    assert room.run() == {wanted: "D"}
    assert room.model.batches == [["a"], ["d"]]


@pytest.mark.parametrize("begun", [True, False])
def test_time_is_limited(begun):
    room = Room(active=1, wait_s=5, work_s=5)
    slow = room.ask("ada", *"abc")
    late = room.ask("bob", "d")
    if begun:
        room.queue.step()
    else:
        late, slow = slow, None
    room.clock.now = 6
    answers = room.run()
    assert answers[late] == WAITED
    assert not begun or answers[slow].startswith("The model had not finished after 5 seconds")


def test_a_failure_fails_those_that_were_read_together_and_nobody_else():
    room = Room(active=2)
    bad, beside, later = room.ask("ada", "fail"), room.ask("bob", "b"), room.ask("eve", "e")
    answers = room.run()
    assert answers[bad] == answers[beside] == "ValueError: no idea"
    assert answers[later] == "E"


def test_a_job_that_fails_by_itself():
    room = Room()

    def begin():
        raise KeyError("draft")

    room.queue.add(Job(7, "ada", None, begin))
    assert room.run() == {7: "KeyError: 'draft'"}


def test_news_are_passed_on_now_and_then_and_each_once():
    room = Room(tell_s=1)
    number = room.ask("ada", *"abcd")
    for _ in range(3):
        room.queue.step()
        room.clock.now += 0.6
    room.run()
    assert [message.get("news") for message in room.said] == [["A", "B", "C"], ["D"]]
    assert room.said[-1] == {
        "id": number,
        "result": "ABCD",
        "news": ["D"],
        "seconds": room.said[-1]["seconds"],
    }

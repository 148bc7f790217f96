"""A round of errands: whichever host is free first; what is stuck delays nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from haidang.core.jobs.waiting import count_waiting
from haidang.engine.net import NotYetError
from haidang.watch.rounds import LONG_S, STUCK_S, Errand, Round

A, B, C = (f"http://{name}.example/" for name in "abc")


@dataclass
class Book:
    """Notes what a round did; `waits` says how long each address is to be waited for."""

    waits: dict[str, float] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    handed: list[tuple[list[int], float]] = field(default_factory=list)
    left: list[tuple[list[int | None], float]] = field(default_factory=list)
    leads: dict[str, list[Errand]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def round(self) -> Round:
        return Round(
            wait_s=lambda url: self.waits.get(url, 0.0),
            do=self.do,
            hand_on=lambda ids, wait_s: self.handed.append((ids, wait_s)),
            put_off=lambda errands, wait_s: self.left.append(
                ([one.page for one in errands], wait_s)
            ),
        )

    def do(self, errand: Errand) -> Iterable[Errand]:
        if errand.url in self.taken:
            self.taken.remove(errand.url)
            raise NotYetError(1.0)
        self.done.append(errand.url)
        return self.leads.get(errand.url, [])


def test_host_that_is_free_first_comes_first() -> None:
    book = Book(waits={A: 0.5})
    assert book.round().run([Errand(A, 1), Errand(B, 2)]) == set()
    assert book.done == [B, A]


def test_what_an_errand_leads_to_is_done_in_turn() -> None:
    book = Book(leads={A: [Errand(f"{A}1", 1, 11), Errand(f"{A}2", 1, 12)]})
    book.round().run([Errand(A, 1)])
    assert book.done == [A, f"{A}1", f"{A}2"]


def test_turn_that_another_took_is_tried_again() -> None:
    book = Book(taken={A})
    book.round().run([Errand(A, 1), Errand(B, 2)])
    assert sorted(book.done) == [A, B]


def test_what_is_not_free_within_a_second_is_handed_on_together() -> None:
    book = Book(waits={A: 3.0, B: 2.0})
    assert book.round().run([Errand(A, 1), Errand(B, 2), Errand(C, 3)]) == {1, 2}
    assert (book.done, book.handed) == ([C], [([1, 2], 2.0)])


def test_host_that_is_down_is_told_to_its_feed_and_its_pages_are_left_for_later() -> None:
    book = Book(waits={A: LONG_S + 1})
    gone = book.round().run([Errand(A, 1), Errand(f"{A}1", 1, 11), Errand(B, 2)])
    assert (gone, book.done, book.left) == (set(), [B, A], [([11], LONG_S + 1)])


def test_errand_that_takes_long_hands_on_the_others_and_asks_for_a_thread() -> None:
    """The stuck feed's own pages stay with it: nobody else waits for its host."""
    book, handed, seen = Book(), threading.Event(), []

    def hang(errand: Errand) -> Iterable[Errand]:
        if errand.url == A:
            handed.wait(STUCK_S + 10)
            seen.append(count_waiting())
        return book.do(errand)

    going = Round(
        wait_s=lambda _url: 0.0,
        do=hang,
        hand_on=lambda ids, wait_s: (book.handed.append((ids, wait_s)), handed.set())[0],
        put_off=lambda _errands, _wait: None,
    )
    own = Errand(f"{A}1", 1, 11)
    assert going.run([Errand(A, 1), own, Errand(B, 2), Errand(C, 3)]) == {2, 3}
    assert (book.handed, book.done) == ([([2, 3], 0.0)], [A, f"{A}1"])
    assert (seen, count_waiting()) == ([1], 0)

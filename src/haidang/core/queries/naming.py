"""Finding by name what is no article: the ground floor's part of the one search box.

Every word must begin a word of the name, marks left out: "hoa binh" finds “Hòa Bình”. Names are compared where
they are shown, so that nothing has to be indexed twice; the tables are those of one organisation. The log of acts
is not searched: a search for a name there would open a person's acts without a reason (promise 16).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from haidang.core.models import Member, Passage, PublicItem, Unit
from haidang.engine.text import fold

MAX = 8  # of one kind on the page
LOOKED = 5_000  # the newest of a kind, at most
WORDS_MAX = 12
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that bears the words. `note`: what tells it from others; `language`: of its title, if foreign."""

    title: str
    address: str
    note: str = ""
    language: str = ""


def split_words(text: str) -> tuple[str, ...]:
    """The folded words of what was typed; at most twelve."""
    return tuple(_WORD.findall(fold(text)))[:WORDS_MAX]


def bears(words: Iterable[str], *names: str) -> bool:
    """Whether each word begins a word of these names."""
    folded = " " + " ".join(_WORD.findall(fold(" ".join(names))))
    return all(f" {word}" in folded for word in words)


def find_people(words: tuple[str, ...]) -> list[Found]:
    """Members who work here, by name or user name."""
    rows = Member.objects.filter(is_active=True).order_by("id")
    return [
        Found(title=name or username, address=f"/people/{number}", note=affiliation)
        for number, name, username, affiliation in rows.values_list(
            "id", "name", "username", "affiliation"
        )[:LOOKED]
        if bears(words, name, username)
    ]


def find_named_units(words: tuple[str, ...]) -> list[Found]:
    """Units that are open."""
    return [
        Found(title=unit.name, address=f"/people/units/{unit.pk}", note=unit.get_kind_display())
        for unit in Unit.objects.filter(closed_on=None).exclude(name="").order_by("id")[:LOOKED]
        if bears(words, unit.name)
    ]


def find_named_items(words: tuple[str, ...]) -> list[Found]:
    """Public texts that stand, newest first."""
    rows = PublicItem.objects.filter(withdrawn_why="").only("id", "title", "language")
    return [
        Found(title=item.title, address=item.address, language=item.language)
        for item in rows[:LOOKED]
        if bears(words, item.title)
    ]


def find_named_passages(words: tuple[str, ...]) -> list[Found]:
    """Texts that wait at the publishing gate, newest first."""
    rows = Passage.objects.filter(published_at=None, dropped_at=None)
    return [
        Found(
            title=one.title,
            address=f"/desk/notices/{one.pk}",
            note=one.get_act_display(),
            language=one.language,
        )
        for one in rows.only("id", "title", "act", "language")[:LOOKED]
        if bears(words, one.title)
    ]

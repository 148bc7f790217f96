"""What the arrival of an article puts right among earlier ones: stories that are one, a story that is two.

What people placed stays, and a story that has grown large is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from haidang.engine.group import parting, weights
from haidang.engine.group.stories import Compared
from haidang.engine.group.window import Held, Window

_MENDED_MAX = 40  # originals of a story that a later article may still change
_NEAR_ENOUGH = -3.0  # stories farther from the article are not looked at for mending
_REVIEWED_NEAR = -2.0  # log-odds under which no other story is looked at anew
_CALLED_BY = 0.5  # log-odds by which another story must be nearer to call an article over
_UNKNOWN = -6.0  # of a pair that was never compared, because hardly anything is shared
_DOUBTED, _CONTRAST = 1.0, 2.0
"""An article is a sign that its story is two if it is so far from some members, and so much nearer to another
(log-odds)."""


@dataclass(frozen=True, slots=True)
class Parting:
    """A story falls into two. `leaving`: slots of earlier articles that leave it, the oldest first."""

    leaving: list[int]
    is_led: bool  # whether the new article leaves with them


@dataclass(frozen=True, slots=True)
class Mend:
    """Articles that go to another story, by slot. `story` None: to one of their own."""

    slots: list[int]
    story: int | None


def find_parting(
    window: Window, new: Held, compared: Compared, story: int | None
) -> Parting | None:
    """Whether the story that the new article comes into is two; then the smaller part leaves it."""
    ids = _ids(window, story)
    near = [compared.near[id_] for id_ in ids if id_ in compared.near]
    far = sum(odds < _DOUBTED for odds in near)
    if far < parting.PART_MIN or max(near) - min(near) <= _CONTRAST:
        return None
    leaving = _find_leaving(window, [*map(window.of, ids), new])
    if not leaving:
        return None
    earlier = [held for held in leaving if held is not new]
    return Parting([held.slot for held in earlier], is_led=len(earlier) < len(leaving))


def review(window: Window, story: int) -> Mend | None:
    """What is to be put right in a story, as the window weighs it now: that it is two, or one with another.

    The smaller part, or the smaller story, is what moves.
    """
    members = [window.of(id_) for id_ in _ids(window, story)]
    if not members or not _is_free(window, members):
        return None
    leaving = _find_leaving(window, members)
    if leaving:
        return Mend([held.slot for held in leaving], story=None)
    other = _nearest_story(window, members)
    if other is None:
        return None
    others = [window.of(id_) for id_ in _ids(window, other)]
    if not _is_free(window, [*members, *others]):
        return None
    least = weights.THRESHOLD if min(len(members), len(others)) == 1 else weights.JOINED
    across, is_two = parting.compare(window, members, others)
    if across < least or is_two:
        return None
    goes, home = (others, story) if len(others) < len(members) else (members, other)
    return Mend([held.slot for held in goes], story=home)


def _is_free(window: Window, members: list[Held]) -> bool:
    """Whether the machine may still move them: few, of one language, and none placed by a person."""
    languages = {held.evidence.language for held in members}
    fixed = any(map(window.is_fixed, members))
    return len(members) <= _MENDED_MAX and len(languages) == 1 and not fixed


def _nearest_story(window: Window, members: list[Held]) -> int | None:
    """The other story that the members are nearest to, by what was compared; None if none is near."""
    found: dict[int, list[float]] = {}
    for held in members:
        for id_, odds in held.near.items():
            slot = window.slot_of.get(id_)
            if slot is not None and (other := window.held[slot]).original is None:
                found.setdefault(other.story, []).append(odds)
    found.pop(members[0].story, None)
    best = max(found, key=lambda one: _mean([found[one]]), default=None)
    return None if best is None or _mean([found[best]]) < _REVIEWED_NEAR else best


def _find_leaving(window: Window, members: list[Held]) -> list[Held]:
    """The smaller part of a story that is two; of parts alike the one without the oldest article."""
    if len(members) < parting.MEMBERS_MIN or not _is_free(window, members):
        return []
    cut = parting.find_cut(parting.measure_odds(window, members))
    if cut is None:
        return []
    part = min(cut, key=lambda places: (len(places), 0 in places))
    return [members[place] for place in part]


def find_called(window: Window, new: Held, compared: Compared, story: int | None) -> list[int]:
    """Slots of articles that now belong to the new one's story (None: one of its own).

    Whole stories whose members are, on average, more likely than not of this story; and single
    articles that stand clearly nearer to it than to their own. What people placed stays.
    """
    mine = [new.id, *_ids(window, story)]
    if len(mine) > _MENDED_MAX:
        return []
    near = {**compared.near}
    called: list[int] = []
    for candidate in compared.candidates:
        theirs = _ids(window, candidate.story)
        fixed = candidate.story in window.closed or len(theirs) > _MENDED_MAX
        if candidate.story == story or fixed or candidate.odds < _NEAR_ENOUGH:
            continue
        free = [id_ for id_ in theirs if not window.is_fixed(window.of(id_))]
        odds = {id_: [_odds(window, near, new.id, one, id_) for one in mine] for id_ in theirs}
        near_enough = len(free) == len(theirs) and _mean(odds.values()) >= weights.JOINED
        if near_enough and not _are_two(window, new, mine, theirs):
            gone = theirs
        else:
            gone = [
                id_
                for id_ in free
                if len(theirs) > 1
                and _mean([odds[id_]]) >= weights.THRESHOLD
                and _mean([odds[id_]])
                > _CALLED_BY
                + _mean([[_odds(window, near, new.id, id_, o) for o in theirs if o != id_]])
            ]
        called += [window.slot_of[id_] for id_ in gone]
        mine += gone
    return called


def _are_two(window: Window, new: Held, mine: list[int], theirs: list[int]) -> bool:
    if min(len(mine), len(theirs)) < parting.PART_MIN:
        return False
    parts = [[new if id_ == new.id else window.of(id_) for id_ in ids] for ids in (mine, theirs)]
    one, other = (
        [held for held in part if held.evidence.language == new.evidence.language] for part in parts
    )
    return parting.compare(window, one, other)[1]


def _ids(window: Window, story: int | None) -> list[int]:
    held = window.stories.get(story) if story is not None else None
    return [window.held[slot].id for slot in held.members] if held else []


def _mean(odds: Iterable[list[float]]) -> float:
    flat = [one for few in odds for one in few]
    return sum(flat) / len(flat)


def _odds(window: Window, near: dict[int, float], new: int, one: int, other: int) -> float:
    if new in {one, other}:
        return near.get(other if one == new else one, _UNKNOWN)
    known = window.of(one).near.get(other)
    if known is None:
        known = window.of(other).near.get(one)
    return _UNKNOWN if known is None else known

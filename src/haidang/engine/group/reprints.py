"""Which earlier article a text was copied from, and how: verbatim, edited or cut.

Candidates share sampled runs of four words; the share of text is then counted exactly, word by
word. A copy points to the root: the first original of its chain. At the end of a chain it may share
less than 60 % with that one; the decision then names the copy through which it came. The order of arrival
does not matter: what arrives late but was published first takes over its copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from haidang.engine.group.evidence import Evidence
from haidang.engine.group.window import Held, Window
from haidang.engine.types import ReprintDecision, ReprintKind

SHARE_MIN = 0.60
"""The part of its text that a reprint shares with an earlier article (docs/glossary)."""

_VERBATIM = 0.95
_EDGE_WORDS = 8  # a dateline before or a source after the text leaves it verbatim
_CUT_SHARE = 0.80
_CUT_BACK = 0.80  # of the original; a copy that holds less was cut
_TIE = 0.05  # shares this near are equal: the earlier original wins, whatever arrived first
_HITS_OF_BEST = 0.5  # an article that shares far fewer sampled shingles than another is no nearer
_WORDS_MIN = 8  # a shorter text is no evidence
_TEMPLATE_SHARE = 0.97  # under this, texts of the same words and other numbers are no copies
_TEMPLATE_NUMBERS = 4
_TEMPLATE_AGREE = 0.4


@dataclass(frozen=True, slots=True)
class Match:
    """Another article with which text is shared: `share` of this one's, `back` of the other's."""

    held: Held
    share: float
    back: float


@dataclass(frozen=True, slots=True)
class Likely:
    """An article with which text may be shared; `hits`: how many sampled shingles are in both."""

    held: Held
    hits: int


def find_matches(
    window: Window, new: Held, found: Sequence[tuple[Held, int]], *, days: float
) -> list[Likely]:
    """Of those `found` that share sampled text, what may be a copy within `days`, the likeliest first.

    Of a chain of copies the root comes along, so that it is always compared itself.
    """
    if new.evidence.count < _WORDS_MIN:
        return []
    likely: dict[int, Likely] = {}
    for held, count in found:
        if held.slot < 0 or held.id == new.id:
            continue
        root = window.of(held.original) if held.original in window.slot_of else held
        for one in (root, held):
            if abs(one.published - new.published) <= days:
                likely.setdefault(one.id, Likely(one, count))
    return list(likely.values())


def choose_original(window: Window, matches: list[Likely], new: Held) -> tuple[Match, Held] | None:
    """(the match with the root, the article that showed it), or None: the article is an original."""
    by_id = {one.held.id: one.held for one in matches}
    enough = _HITS_OF_BEST * max((one.hits for one in matches), default=0)
    best: tuple[Held, Held, float] | None = None
    for held in sorted((one.held for one in matches if one.hits >= enough), key=moment_of):
        if best is not None and best[2] >= 1.0:
            break  # nothing shares more
        root = held if held.original is None else by_id.get(held.original, held)
        if max(moment_of(held), moment_of(root)) >= moment_of(new):
            continue
        share = window.sharing.share(new.evidence.shingles, held.evidence.shingles, least=SHARE_MIN)
        if share < SHARE_MIN or _is_template(new.evidence, held.evidence, share):
            continue
        if best is None or _beats(share, root, best):
            best = root, held, share
    if best is None:
        return None
    root, held, share = best
    if root is not held:
        return _measured(window, root, new.evidence), held
    back = window.sharing.share(root.evidence.shingles, new.evidence.shingles)
    return Match(root, share, back), held


def _beats(share: float, root: Held, best: tuple[Held, Held, float]) -> bool:
    """Within a story the earlier one keeps a tie; of two stories, the text alone decides."""
    tie = _TIE if root.story == best[0].story else 0.0
    return share > best[2] + tie


def _measured(window: Window, held: Held, evidence: Evidence) -> Match:
    mine, theirs = evidence.shingles, held.evidence.shingles
    share = window.sharing.share
    return Match(held, share(mine, theirs), share(theirs, mine))


def _is_template(one: Evidence, other: Evidence, share: float) -> bool:
    """Prices, weather, lottery: the same words each day with other numbers are no copies."""
    fewer = min(len(one.digits), len(other.digits))
    if share >= _TEMPLATE_SHARE or fewer < _TEMPLATE_NUMBERS:
        return False
    agree = set(one.digits.tolist()).intersection(other.digits.tolist())
    return len(agree) < _TEMPLATE_AGREE * fewer


def decide_reprint(window: Window, new: Held, with_root: Match, shown_by: Held) -> ReprintDecision:
    """The decision with its reasons."""
    why: list[tuple[str, str]] = [
        ("same_text", f"{with_root.share:.0%}"),
        ("same_length", f"{with_root.back:.0%}"),
    ]
    if shown_by is not with_root.held:
        why.append(("through_copy", str(shown_by.id)))
    return ReprintDecision(
        copy=new.id,
        original=with_root.held.id,
        kind=_kind(window, new, with_root.held, with_root.share, with_root.back),
        share=round(with_root.share, 4),
        through=None if with_root.share >= SHARE_MIN else shown_by.id,
        why=tuple(why),
    )


def _kind(window: Window, copy: Held, original: Held, share: float, back: float) -> ReprintKind:
    """Verbatim: the same words but at the edges. Cut: the original held clearly more. Else edited.

    One figure changed is an edit: readers of the page want to see it.
    """
    if min(share, back) >= _VERBATIM and window.sharing.is_same_within(
        copy.evidence.shingles, original.evidence.shingles, edge=_EDGE_WORDS
    ):
        return ReprintKind.VERBATIM
    if share >= _CUT_SHARE and back < _CUT_BACK:
        return ReprintKind.CUT
    return ReprintKind.EDITED


def find_late_copies(
    window: Window,
    matches: list[Likely],
    late: Held,
    *,
    root: Held | None,
) -> tuple[ReprintDecision, ...]:
    """Articles of the window, published after this `late` one, that now reprint it (or its `root`).

    A copy keeps its original where that one is earlier still or holds clearly more of it. The
    copies of an original that becomes a copy come along: a reprint points to the root.
    """
    original = late if root is None else root
    moved: dict[int, ReprintDecision] = {}
    for held in (one.held for one in matches):
        if moment_of(held) <= moment_of(late) or original.id in {held.id, held.original}:
            continue
        share = window.sharing.share(
            held.evidence.shingles, late.evidence.shingles, least=SHARE_MIN
        )
        if share < SHARE_MIN or _is_template(held.evidence, late.evidence, share):
            continue
        if held.original is not None and not _is_better(share, original, held, window):
            continue
        moved[held.id] = _moved(window, held, original, late, through=late)
        for id_ in window.copies.get(held.id, ()):
            copy = window.of(id_)
            moved.setdefault(id_, _moved(window, copy, original, late, through=held))
    return tuple(moved[id_] for id_ in sorted(moved))


def find_free(window: Window, late: tuple[ReprintDecision, ...]) -> tuple[ReprintDecision, ...]:
    """Those of the decisions that no person's act denies.

    What a person placed stays, its reprints with it; what was taken apart is not joined again.
    """
    return tuple(one for one in late if not _is_denied(window, one))


def _is_denied(window: Window, decision: ReprintDecision) -> bool:
    copy = window.of(decision.copy)
    before = window.of(copy.original) if copy.original in window.slot_of else copy
    return any(
        window.is_fixed(held) or frozenset((held.id, decision.original)) in window.apart
        for held in (copy, before)
    )


def measure_share(window: Window, copy: Held, original: Held) -> float:
    """The part of a copy's text that stands in its original, 0..1."""
    return window.sharing.share(copy.evidence.shingles, original.evidence.shingles)


def moment_of(held: Held) -> tuple[float, int]:
    """What decides who was first: the time of publication, then the smaller id."""
    return held.published, held.id


def _moved(
    window: Window, copy: Held, original: Held, late: Held, *, through: Held
) -> ReprintDecision:
    match = _measured(window, original, copy.evidence)
    is_enough = match.share >= SHARE_MIN
    return ReprintDecision(
        copy=copy.id,
        original=original.id,
        kind=_kind(window, copy, original, match.share, match.back),
        share=round(match.share, 4),
        through=None if is_enough else through.id,
        why=(
            ("same_text", f"{match.share:.0%}"),
            ("same_length", f"{match.back:.0%}"),
            *(() if is_enough else (("through_copy", str(through.id)),)),
            ("earlier", str(late.id)),
        ),
    )


def _is_better(share: float, original: Held, held: Held, window: Window) -> bool:
    if share > held.share + _TIE:
        return True
    if share < held.share - _TIE or held.original not in window.slot_of:
        return False
    return moment_of(original) < moment_of(window.of(held.original))

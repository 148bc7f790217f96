"""Where the words of a query stand in a text that a person reads: the text in pieces, hits marked.

Matching is done on folded tokens, the pieces are cut from the text as it is, so an unmarked query
marks words with their marks. Pieces joined give the text back. Linear in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from haidang.engine.search.cut import Span, folded_pieces, spans
from haidang.engine.search.easy import is_easy, next_word, places_of
from haidang.engine.search.query import Query, Term

Pieces = tuple[tuple[str, bool], ...]

SNIPPET_LENGTH = 200
_REACH = 24  # characters that a snippet may move its edge to begin or end between words


def highlight(text: str, query: Query) -> Pieces:
    """The text cut into pieces, each with whether it is a hit; neighbours of one kind are joined."""
    return _cut(text, 0, len(text), _hits(text, query))


def snippet(text: str, query: Query, *, length: int = SNIPPET_LENGTH) -> Pieces:
    """About `length` characters around the densest place of different hits, "…" at a cut edge.

    Without a hit: the beginning of the text.
    """
    hits = _hits(text, query)
    start = _best_start(hits, length)
    start = _edge(text, start, back=True) if start else 0
    end = min(len(text), start + length)
    end = _edge(text, end, back=False) if end < len(text) else end
    pieces = _cut(text, start, end, hits)
    before = (("…", False),) if start else ()
    after = (("…", False),) if end < len(text) else ()
    return _joined((*before, *pieces, *after))


def _hits(text: str, query: Query) -> list[tuple[int, int, int]]:
    """(start, end, number of the term), sorted by start, overlaps of one place kept apart."""
    terms = query.wanted_terms()
    if not terms:
        return []
    found = None if any(term.prefix for term in terms) else _hits_of_words(text, terms)
    return _hits_of_tokens(text, terms) if found is None else found


def _hits_of_words(text: str, terms: Sequence[Term]) -> list[tuple[int, int, int]] | None:
    """The same, looking only where a term's first word stands; None for a text that needs every token."""
    if not is_easy(text):
        return None
    found = [
        (start, last, number)
        for number, term in enumerate(terms)
        for start, end in places_of(term.folded[0], text)
        if (last := _run_end(text, end, term)) is not None
    ]
    return sorted(found, key=itemgetter(0, 2))


def _run_end(text: str, end: int, term: Term) -> int | None:
    """Where a term ends whose first word ends at `end`; None if other words follow."""
    for wanted in term.folded[1:]:
        following = next_word(text, end)
        if following is None or " ".join(folded_pieces(following[0])) != wanted:
            return None
        end = following[1]
    return end


def _hits_of_tokens(text: str, terms: Sequence[Term]) -> list[tuple[int, int, int]]:
    first: dict[str, list[int]] = {}
    for number, term in enumerate(terms):
        if not term.prefix or len(term.folded) > 1:
            first.setdefault(term.folded[0], []).append(number)
    single = {term.folded[0]: n for n, term in enumerate(terms) if term.prefix}
    tokens = _tokens(text)
    found: list[tuple[int, int, int]] = []
    for place, (token, span) in enumerate(tokens):
        for number in first.get(token, ()):
            end = _phrase_end(tokens, place, terms[number])
            if end is not None:
                found.append((span.start, end, number))
        if single and (number := single.get(token[:1], -1)) >= 0:
            found.append((span.start, span.start + 1, number))
    return found


def _tokens(text: str) -> list[tuple[str, Span]]:
    return [
        (piece, span)
        for span in spans(text)
        for piece in folded_pieces(text[span.start : span.end])
    ]


def _phrase_end(tokens: list[tuple[str, Span]], place: int, term: Term) -> int | None:
    last = place + len(term.folded) - 1
    if last >= len(tokens):
        return None
    for offset, wanted in enumerate(term.folded):
        token, _ = tokens[place + offset]
        is_last = offset == len(term.folded) - 1
        if token != wanted and not (term.prefix and is_last and token.startswith(wanted)):
            return None
    span = tokens[last][1]
    return span.start + 1 if term.prefix else span.end


def _best_start(hits: list[tuple[int, int, int]], length: int) -> int:
    """The start of the window with most different terms, then most hits, then the earliest."""
    best, best_worth = 0, (0, 0)
    inside: dict[int, int] = {}
    last = 0
    for first in range(len(hits)):
        while last < len(hits) and hits[last][1] <= hits[first][0] + length - _REACH * 2:
            number = hits[last][2]
            inside[number] = inside.get(number, 0) + 1
            last += 1
        worth = (sum(1 for count in inside.values() if count), max(0, last - first))
        if worth > best_worth:
            best, best_worth = max(0, hits[first][0] - _REACH * 2), worth
        if last > first:
            inside[hits[first][2]] -= 1
        else:
            last = first + 1
    return best


def _edge(text: str, place: int, *, back: bool) -> int:
    """Move an edge to a space nearby: the start forwards, the end backwards."""
    if back:
        space = text.find(" ", max(0, place - 1), place + _REACH)
        return space + 1 if space >= 0 else place
    space = text.rfind(" ", max(0, place - _REACH), place + 1)
    return space if space >= 0 else place


def _cut(text: str, start: int, end: int, hits: list[tuple[int, int, int]]) -> Pieces:
    pieces: list[tuple[str, bool]] = []
    place = start
    for hit_start, hit_end, _ in hits:
        left, right = max(hit_start, place), min(hit_end, end)
        if left >= right:
            continue
        pieces.extend(((text[place:left], False), (text[left:right], True)))
        place = right
    pieces.append((text[place:end], False))
    return _joined(tuple(pieces))


def _joined(pieces: Pieces) -> Pieces:
    joined: list[tuple[str, bool]] = []
    for piece, is_hit in pieces:
        if not piece:
            continue
        if joined and joined[-1][1] == is_hit:
            joined[-1] = (joined[-1][0] + piece, is_hit)
        else:
            joined.append((piece, is_hit))
    return tuple(joined)

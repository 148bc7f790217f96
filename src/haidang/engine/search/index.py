"""What the search table stores for an article: its tokens, cut by us, twice.

`exact` keeps the marks (tone places unified), `folded` drops them. Title, lead and text follow
one another with a token between them that no query can hold, so that no phrase reaches across.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from haidang.engine.search.cut import exact_pieces, folded_pieces, spans
from haidang.engine.text import nfc

BREAK = "zqq"
"""Between title, lead and text. The escapes of `cut` carry a number here, words a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexForm:
    """Tokens separated by single spaces, for two columns of one full-text table."""

    exact: str
    folded: str


def index_form(title: str, lead: str, text: str) -> IndexForm:
    """The tokens of an article, for FTS5 with `unicode61 remove_diacritics 0` or `simple`."""
    fields = [nfc(part) for part in (title, lead, text)]
    return IndexForm(exact=_joined(fields, exact_pieces), folded=_joined(fields, folded_pieces))


def title_form(title: str) -> IndexForm:
    """The tokens of a title alone: what `CandidateForRanking` carries for title hits."""
    return IndexForm(
        exact=_joined([nfc(title)], exact_pieces), folded=_joined([nfc(title)], folded_pieces)
    )


def _joined(fields: list[str], cut: Callable[[str], tuple[str, ...]]) -> str:
    return f" {BREAK} ".join(" ".join(_tokens(part, cut)) for part in fields if part)


def _tokens(text: str, cut: Callable[[str], tuple[str, ...]]) -> Iterator[str]:
    for span in spans(text):
        yield from cut(text[span.start : span.end])

"""What the search table stores for an article: its tokens, cut by us, twice.

`exact` keeps the marks (tone places unified), `folded` drops them. Title, lead and text follow
one another with a token between them that no query can hold, so that no phrase reaches across.
"""

from __future__ import annotations

from dataclasses import dataclass

from haidang.engine.search.cut import joined_pieces
from haidang.engine.search.pairs import pairs_of
from haidang.engine.text import nfc

BREAK = "zqq"
"""Between title, lead and text. The escapes of `cut` carry a number here, words a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexForm:
    """Tokens separated by single spaces, for two columns of one full-text table."""

    exact: str
    folded: str

    @property
    def pairs(self) -> str:
        """The common pairs of words in it, for a third column; see `pairs`."""
        return " ".join(pairs_of(self.folded.split()))


def index_form(title: str, lead: str, text: str) -> IndexForm:
    """The tokens of an article, for FTS5 with `unicode61 remove_diacritics 0` or `simple`."""
    cut = [joined_pieces(nfc(part)) for part in (title, lead, text) if part]
    between = f" {BREAK} "
    return IndexForm(
        exact=between.join(exact for exact, _folded in cut),
        folded=between.join(folded for _exact, folded in cut),
    )


def title_form(title: str) -> IndexForm:
    """The tokens of a title alone: what `CandidateForRanking` carries for title hits."""
    exact, folded = joined_pieces(nfc(title))
    return IndexForm(exact=exact, folded=folded)

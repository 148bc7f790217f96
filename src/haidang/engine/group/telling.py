"""By which of its terms an article is found: the heaviest of three kinds, for many articles at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from haidang.engine.group.evidence import KINDS, NAMES, PAIRS, WORDS, Weights

TOGETHER_MAX = 64
"""So many articles at most: their terms are numbered in sixteen bits."""

_INDEXED = {WORDS: 16, PAIRS: 24, NAMES: 8}
"""How many terms of each kind an article is found by."""
_ROOM = np.array([_INDEXED.get(kind, 0) for kind in range(len(KINDS))])

Places = npt.NDArray[np.int64]


def by_weight(pieces: Places, weights: Weights) -> Places:
    """Places of the terms by which articles may be found: piece by piece, the heaviest first.

    `pieces`: of each term, article times kinds plus kind, ascending; terms without weight are left out.
    """
    wanted = ((_ROOM > 0)[pieces % len(KINDS)] & (weights > 0)).nonzero()[0]
    # One number a term: its piece, then how light it is, then where it stands.
    light = ~weights[wanted].astype(np.float32).view(np.uint32)
    keys = pieces[wanted].astype(np.uint64) << np.uint64(48)
    keys |= light.astype(np.uint64) << np.uint64(16)
    keys |= wanted.astype(np.uint64)
    keys.sort()
    keys &= np.uint64(0xFFFF)
    return keys.astype(np.int64)


def heaviest(ordered: Places, pieces: Places, articles: int) -> tuple[Places, list[int]]:
    """The first of each piece, so many as its kind has room for; where each article's begin, and the last ends.

    `ordered`: of those that `by_weight` gave, all or some.
    """
    piece = pieces[ordered]
    starts = piece.searchsorted(np.arange(articles * len(KINDS) + 1))
    kept = np.arange(len(piece)) - starts[piece] < _ROOM[piece % len(KINDS)]
    cuts = piece[kept].searchsorted(np.arange(articles + 1) * len(KINDS))
    return ordered[kept], cuts.tolist()

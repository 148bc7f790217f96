"""By which of its terms an article is found: the heaviest of three kinds, for many articles at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from haidang.engine.group.evidence import KINDS, NAMES, PAIRS, WORDS, Weights

TOGETHER_MAX = 64
"""So many articles at most: their terms are numbered in sixteen bits."""

_INDEXED = {WORDS: 16, PAIRS: 24, NAMES: 8}
"""How many terms of each kind an article is found by."""

Places = npt.NDArray[np.int64]


def telling_terms(pieces: Places, weights: Weights, articles: int) -> tuple[Places, list[int]]:
    """Places of the heaviest terms of each article, and where each article's begin, and the last ends.

    `pieces`: of each term, article times kinds plus kind, ascending; terms without weight are left out.
    """
    room = np.zeros(len(KINDS), np.int64)
    room[list(_INDEXED)] = list(_INDEXED.values())
    wanted = ((room > 0)[pieces % len(KINDS)] & (weights > 0)).nonzero()[0]
    # One number a term: its piece, then how light it is, then where it stands.
    light = ~weights[wanted].astype(np.float32).view(np.uint32)
    keys = pieces[wanted].astype(np.uint64) << np.uint64(48)
    keys |= light.astype(np.uint64) << np.uint64(16)
    keys |= wanted.astype(np.uint64)
    keys.sort()
    piece = (keys >> np.uint64(48)).astype(np.int64)
    starts = piece.searchsorted(np.arange(articles * len(KINDS) + 1))
    rank = np.arange(len(piece)) - starts[piece]
    kept = rank < room[piece % len(KINDS)]
    places = (keys[kept] & np.uint64(0xFFFF)).astype(np.int64)
    cuts = piece[kept].searchsorted(np.arange(articles + 1) * len(KINDS))
    return places, cuts.tolist()

"""What a text is made of, in numbers: overlapping runs of four words, and a sketch to keep.

A shingle is a run of four folded words (in scripts without spaces: of four pairs, so five
characters), hashed to 32 bits by its words (`tokens`) and a multiply-shift mix, equal on all
machines. The sketch is the bottom-k sample of the distinct shingles (A. Broder 1997, "On the
resemblance and containment of documents"; E. Cohen 1997): short texts are held whole. Linear.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from haidang.engine.group.tokens import read_tokens

Hashes = npt.NDArray[np.uint32]
Shorts = npt.NDArray[np.uint16]

SHINGLE_WORDS = 4
_SHINGLE_STEP = np.int64(SHINGLE_WORDS)
SKETCH_MAX = 240
"""Hashes in a sketch: 4 bytes each, so that a sketch stays under 1,000 bytes."""

_WORDS_MAX = 20_000
"""Words of a text that are looked at; the longest newspaper pieces have about 10,000."""
_FACTORS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93],
    dtype=np.uint64,
)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_HEAD = struct.Struct("<HI")  # version, number of distinct shingles
_VERSION = 2


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text's sketch: `shingles` distinct runs of words, of which the smallest hashes are kept."""

    shingles: int
    hashes: Hashes  # ascending, at most SKETCH_MAX

    def to_bytes(self) -> bytes:
        """At most 966 bytes, the same on all machines."""
        return _HEAD.pack(_VERSION, self.shingles) + self.hashes.astype("<u4").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Fingerprint:
        """Read what `to_bytes` gave. Errors: ValueError for bytes of another kind or version."""
        if len(data) < _HEAD.size or (len(data) - _HEAD.size) % 4:
            raise ValueError("not a fingerprint")
        version, shingles = _HEAD.unpack_from(data)
        if version != _VERSION:
            raise ValueError(f"a fingerprint of version {version}, not {_VERSION}")
        return cls(shingles, np.frombuffer(data, "<u4", offset=_HEAD.size).astype(np.uint32))

    def shared_with(self, other: Fingerprint) -> float:
        """Estimate of the part of this text's shingles that the other holds too, 0..1.

        Both samples are complete below the smaller of their largest hashes; there the parts are
        counted. The standard error is about 3 % for texts of equal length.
        """
        if not len(self.hashes) or not len(other.hashes):
            return 0.0
        limit = np.uint32(0xFFFFFFFF)
        for one in (self, other):
            if one.shingles > len(one.hashes):
                limit = min(limit, one.hashes[-1])
        mine = self.hashes[: int(np.searchsorted(self.hashes, limit, side="right"))]
        return float(np.isin(mine, other.hashes).mean()) if len(mine) else 0.0


def fingerprint(text: str) -> Fingerprint:
    """The sketch of a text; equal for texts that differ only in marks, case and punctuation."""
    return sketch_of(shingle_hashes(read_tokens([text]).folded[:_WORDS_MAX]))


def sketch_of(shingles: Hashes) -> Fingerprint:
    """The sketch of a text's shingles."""
    distinct = np.unique(shingles)
    return Fingerprint(len(distinct), distinct[:SKETCH_MAX].copy())


@lru_cache(maxsize=200_000)
def word_hash(word: str) -> int:
    """32 bits for a folded word, the same on all machines."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def shingle_hashes(hashes: npt.NDArray[np.uint64]) -> Hashes:
    """One hash for each place of the text at which four words begin.

    A text of fewer words is one shingle of all its words; an empty one has none.
    """
    if not len(hashes):
        return np.zeros(0, np.uint32)
    width = min(SHINGLE_WORDS, len(hashes))
    count = len(hashes) - width + 1
    wide = hashes
    mixed = np.zeros(count, np.uint64)
    for offset in range(width):
        mixed += wide[offset : offset + count] * _FACTORS[offset]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX
    return (mixed >> np.uint64(32)).astype(np.uint32)


class Sharing:
    """Compares shingles kept in 16 bits, by a table of its own."""

    def __init__(self) -> None:
        self._held = np.zeros(1 << 16, bool)  # clean between two uses

    def share(self, shingles: Shorts, other: Shorts, *, least: float = 0.0) -> float:
        """The part of a text's words that stand in a shingle of the other text, 0..1.

        This is what "shares 60 % of its text" means here: a word counts when it stands with its
        neighbours as in the other text. Some shingles of 16 bits agree by chance; as many as are
        expected are taken off. Where it is surely under `least`, 0 is told: that is quicker.
        """
        if not len(shingles) or not len(other):
            return 0.0
        is_found = self._found(shingles, other)
        if SHINGLE_WORDS * np.count_nonzero(is_found) < max(1.0, least * len(shingles)):
            return 0.0
        found = is_found.nonzero()[0]
        steps = np.minimum(found[1:] - found[:-1], _SHINGLE_STEP)
        words = len(shingles) + SHINGLE_WORDS - 1
        share = (SHINGLE_WORDS + int(np.add.reduce(steps))) / words
        chance = 1.0 - (1.0 - min(len(other), 0x8000) / 0x10000) ** SHINGLE_WORDS
        return max(0.0, (share - chance) / (1.0 - chance))

    def is_same_within(self, shingles: Shorts, other: Shorts, *, edge: int) -> bool:
        """Whether all of a text but `edge` places at either end is the other's, unbroken."""
        inside = shingles[edge : len(shingles) - edge] if len(shingles) > 4 * edge else shingles
        return bool(len(inside) and self._found(inside, other).all())

    def _found(self, shingles: Shorts, other: Shorts) -> npt.NDArray[np.bool_]:
        places = other.astype(np.intp)
        self._held[places] = True
        found = self._held.take(shingles)
        self._held[places] = False
        return found


SAMPLED = np.uint32(0xFFFFFFFF // 32)
"""The shingles by which copies are looked for: of a long text those of small hash, one in 32. A sample by
value is kept by a cut: what is sampled of the copy is sampled of the original."""
SAMPLE_MIN = 16
"""So many at least, the smallest."""

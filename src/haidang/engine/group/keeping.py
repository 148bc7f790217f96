"""An article's evidence and the odds of its pairs as bytes, so that no text is read again at start.

A term has 22 bits; the ten above them number its weight in a table of the article's own, because an
article has few different weights. Equal on all machines; about 4 KB for 400 words.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

import numpy as np

from haidang.engine.group.evidence import KINDS, TERM_BITS, Evidence

_VERSION = 4
"""To be raised with every change of `read_evidence`: what was kept before is then read anew."""
_HEAD = struct.Struct(f"<H12sII6H{len(KINDS)}HH")
_WEIGHTS_MAX = 1 << (32 - TERM_BITS)
_LOW = np.uint32((1 << TERM_BITS) - 1)


def pack_evidence(evidence: Evidence, near: Mapping[int, float]) -> bytes:
    """The bytes; empty for what does not fit (a text of over 65,000 words): it is then read anew.

    `near`: id of each article that it was compared with → log-odds of their being one story.
    """
    table, places = np.unique(evidence.weights, return_inverse=True)
    language = evidence.language.encode()
    parts = (
        evidence.shingles,
        evidence.sample,
        evidence.terms,
        evidence.facts,
        evidence.digits,
        table,
    )
    sizes = [len(part) for part in parts]
    if max(sizes) > 0xFFFF or len(table) > _WEIGHTS_MAX or len(language) > 12:
        return b""
    head = _HEAD.pack(
        _VERSION, language, evidence.length, evidence.count, *sizes, *evidence.bounds, len(near)
    )
    terms = evidence.terms | (places.astype(np.uint32) << np.uint32(TERM_BITS))
    packed = (evidence.sample, terms, evidence.facts, evidence.digits)
    return b"".join(
        (
            head,
            *(part.astype("<u4").tobytes() for part in packed),
            table.astype("<f4").tobytes(),
            evidence.shingles.astype("<u2").tobytes(),
            np.fromiter(near, "<i8", len(near)).tobytes(),
            np.fromiter(near.values(), "<f4", len(near)).tobytes(),
        )
    )


def can_unpack(kept: bytes) -> bool:
    """Whether these bytes are of the present version."""
    return len(kept) >= _HEAD.size and kept[:2] == struct.pack("<H", _VERSION)


def unpack_evidence(kept: bytes) -> tuple[Evidence, dict[int, float]]:
    """What `pack_evidence` was given. Errors: ValueError for bytes of another kind or version."""
    if not can_unpack(kept):
        raise ValueError("not kept by this version")
    told = _HEAD.unpack_from(kept)
    language, length, count = told[1:4]
    (shingled, *sizes), bounds, pairs = told[4:10], told[10:-1], told[-1]
    shorts_from = _HEAD.size + 4 * sum(sizes)
    near_from = shorts_from + 2 * shingled
    if len(kept) != near_from + 12 * pairs:
        raise ValueError("the kept bytes are not whole")
    numbers = np.frombuffer(kept, "<u4", count=sum(sizes), offset=_HEAD.size)
    numbers = numbers.astype(np.uint32, copy=False)
    shingles = np.frombuffer(kept, "<u2", count=shingled, offset=shorts_from)
    ids = np.frombuffer(kept, "<i8", count=pairs, offset=near_from)
    odds = np.frombuffer(kept, "<f4", count=pairs, offset=near_from + 8 * pairs)
    ends = np.cumsum(sizes).tolist()
    sample, terms, facts, digits = (
        numbers[end - size : end] for end, size in zip(ends[:4], sizes[:4], strict=True)
    )
    table = numbers[ends[3] :].view(np.float32)
    evidence = Evidence(
        language=language.rstrip(b"\0").decode(),
        shingles=shingles.astype(np.uint16, copy=False),
        sample=sample,
        terms=terms & _LOW,
        weights=table[terms >> np.uint32(TERM_BITS)],
        bounds=bounds,
        facts=facts,
        digits=digits,
        length=length,
        count=count,
    )
    return evidence, dict(zip(ids.tolist(), odds.tolist(), strict=True))

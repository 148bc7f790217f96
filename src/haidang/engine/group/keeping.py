"""An article's evidence as bytes, so that the window can be rebuilt without reading texts again.

A term has 22 bits; the ten above them number its weight in a table of the article's own, because an
article has few different weights. Equal on all machines; about 4 KB for 400 words.
"""

from __future__ import annotations

import struct

import numpy as np

from haidang.engine.group.evidence import KINDS, TERM_BITS, Evidence

_VERSION = 1
"""To be raised with every change of `read_evidence`: what was kept before is then read anew."""
_HEAD = struct.Struct(f"<H12sII5H{len(KINDS)}H")
_WEIGHTS_MAX = 1 << (32 - TERM_BITS)
_LOW = np.uint32((1 << TERM_BITS) - 1)
_DIGIT_SHAPE = np.uint64(2 << 32)


def pack_evidence(evidence: Evidence) -> bytes:
    """The bytes; empty for what does not fit (a text of over 65,000 words): it is then read anew."""
    table, places = np.unique(evidence.weights, return_inverse=True)
    language = evidence.language.encode()
    parts = (evidence.shingles, evidence.terms, evidence.facts, evidence.digits, table)
    sizes = [len(part) for part in parts]
    if max(sizes) > 0xFFFF or len(table) > _WEIGHTS_MAX or len(language) > 12:
        return b""
    head = _HEAD.pack(_VERSION, language, evidence.length, evidence.count, *sizes, *evidence.bounds)
    terms = evidence.terms | (places.astype(np.uint32) << np.uint32(TERM_BITS))
    digits = (evidence.digits & np.uint64(0xFFFFFFFF)).astype("<u4")
    packed = (evidence.shingles.astype("<u4"), terms.astype("<u4"), evidence.facts.astype("<u4"))
    return b"".join(
        (
            head,
            *(part.tobytes() for part in packed),
            digits.tobytes(),
            table.astype("<f4").tobytes(),
        )
    )


def can_unpack(kept: bytes) -> bool:
    """Whether these bytes are of the present version."""
    return len(kept) >= _HEAD.size and kept[:2] == struct.pack("<H", _VERSION)


def unpack_evidence(kept: bytes) -> Evidence:
    """What `pack_evidence` was given. Errors: ValueError for bytes of another kind or version."""
    if not can_unpack(kept):
        raise ValueError("not kept by this version")
    told = _HEAD.unpack_from(kept)
    language, length, count = told[1:4]
    sizes, bounds = told[4:9], told[9:]
    if len(kept) != _HEAD.size + 4 * sum(sizes):
        raise ValueError("the kept bytes are not whole")
    numbers = np.frombuffer(kept, "<u4", offset=_HEAD.size).astype(np.uint32, copy=False)
    ends = np.cumsum(sizes).tolist()
    shingles, terms, facts, digits = (
        numbers[end - size : end] for end, size in zip(ends[:4], sizes[:4], strict=True)
    )
    table = numbers[ends[3] :].view(np.float32)
    return Evidence(
        language=language.rstrip(b"\0").decode(),
        shingles=shingles,
        terms=terms & _LOW,
        weights=table[terms >> np.uint32(TERM_BITS)],
        bounds=bounds,
        facts=facts,
        digits=digits.astype(np.uint64) | _DIGIT_SHAPE,
        length=length,
        count=count,
    )

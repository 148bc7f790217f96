"""The exact form of the log of acts: what is hashed, and how. Pure functions; nothing else decides it.

An entry stands in the chain as the SHA-256 (hex) of this text in UTF-8, without spaces:

    {"act":…,"at":"2026-11-23T02:30:00.000000Z","before":…,"by":7,"number":12,"words":…}

`before` is the digest of the entry with the number before it (64 zeros for the first), `by` the
number of a member or null for the machine, `words` the SHA-256 of

    {"data":{…},"salt":…,"what":…}

All that names or describes (a title, an address, a reason, a user name) is in the words, which lie in a
row of their own. When they are erased the chain keeps their hash, and 128 bits of chance in `salt`, which
goes with them, keep anybody from guessing them by trying. A name is never in the chain: `by` is a number.

Canonical JSON is that of RFC 8785 for what we allow in it: text, whole numbers up to 2^53 - 1, true, false,
null, lists, and tables with text for keys. Keys are in the order of their code points; only the quotation
mark, the backslash and control characters are escaped. A fraction, a moment, a larger number is written as text before it
comes in (`tidy`), so that no database gives back other digits than it was given.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

FORMAT = "haidang-log-1"
FIRST_BEFORE = "0" * 64
LARGEST = 2**53 - 1
_WRITER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def to_canonical(value: Any) -> str:
    """The one text of a value made of what `tidy` gives."""
    return _WRITER.encode(value)


def tidy(value: Any) -> Any:
    """The value as it can stand in the log: see above. Text loses NUL and lone surrogates."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if -LARGEST <= value <= LARGEST else str(int(value))
    if isinstance(value, Mapping):
        return {tidy_text(str(key)): tidy(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        told = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [tidy(one) for one in told]
    if isinstance(value, datetime):
        return to_moment(value)
    return tidy_text(str(value))


def tidy_text(text: str) -> str:
    """Without NUL (PostgreSQL refuses it) and lone surrogates (UTF-8 does)."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def to_moment(at: datetime) -> str:
    """UTC, always with six digits of a second: "2026-11-23T02:30:00.000000Z"."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def digest_words(what: str, data: Any, salt: str) -> str:
    """What the chain keeps of an entry's words; both must be tidy."""
    return _sha256(to_canonical({"data": data, "salt": salt, "what": what}))


def digest_entry(
    *, number: int, at: datetime, by: int | None, act: str, words: str, before: str
) -> str:
    """An entry's place in the chain."""
    told = {
        "act": act,
        "at": to_moment(at),
        "before": before,
        "by": by,
        "number": number,
        "words": words,
    }
    return _sha256(to_canonical(told))


def to_head(*, number: int, digest: str, at: datetime) -> str:
    """The text that is signed when the log's end is published."""
    return to_canonical({"at": to_moment(at), "digest": digest, "log": FORMAT, "number": number})


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

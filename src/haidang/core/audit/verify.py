"""`haidang audit verify`: does the log still say what it said, and is it as long as it was?

Walks the chain once, in the order of its numbers, and holds every head against it: those in the database,
those noted beside it, and any that somebody kept outside. Looks, and changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from haidang.core import signatures
from haidang.core.actions.guards import find_guards, list_guards
from haidang.core.audit import chain
from haidang.core.models import LogEntry, LogErasure, LogHead

FAULTS_TOLD = 20
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was. `kind`: gap, order, entry, words, lost_words, head, short, key, signature, guard."""

    kind: str
    number: int | None


@dataclass(slots=True)
class Verified:
    """What the walk found. `faults` holds the first twenty, `fault_count` counts all."""

    entries: int = 0
    erased: int = 0
    heads: int = 0
    backwards: int = 0  # entries whose clock stood before that of the one before them
    last_number: int = 0
    last_digest: str = chain.FIRST_BEFORE
    last_at: datetime | None = None
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, kind: str, number: int | None) -> None:
        self.fault_count += 1
        if len(self.faults) < FAULTS_TOLD:
            self.faults.append(Fault(kind, number))


@dataclass(frozen=True, slots=True)
class _Head:
    number: int
    digest: str


def verify_log(
    *, outside: Iterable[signatures.SignedText] = (), beside: Path | None = None
) -> Verified:
    """Verify the log of this desk's database. `beside` is the file of heads in the data folder."""
    told = Verified()
    heads = _read_heads(told, outside=outside, beside=beside)
    erased = dict(LogErasure.objects.values_list("entry__number", "by_entry__act"))
    for row in _rows():
        _look_at(row, told, erased)
        for digest in heads.pop(row.number, ()):
            if digest != told.last_digest:
                told.add("head", row.number)
    for number in sorted(heads):
        told.add("short", number)
    for number in sorted(erased):
        told.add("lost_words", number)
    told.fault_count += len(missing := set(list_guards()) - set(find_guards()))
    told.faults += [Fault("guard", None)] * min(1, len(missing))
    return told


class _Row(NamedTuple):
    number: int
    at: datetime
    by: int | None
    act: str
    before: str
    words: str
    digest: str
    salt: str | None
    what: str | None
    data: Any


def _rows() -> Iterator[_Row]:
    asked = LogEntry._base_manager.order_by("number").values_list(  # noqa: SLF001 -- without the words laid beside
        "number", "at", "member_id", "act", "before", "words_digest", "digest",
        "words__salt", "words__what", "words__data",
    )  # fmt: skip
    for row in asked.iterator(chunk_size=CHUNK):
        yield _Row._make(row)


def _look_at(row: _Row, told: Verified, erased: dict[int, str]) -> None:
    told.entries += 1
    if row.number != told.last_number + 1:
        told.add("gap", told.last_number + 1)
    elif row.before != told.last_digest:
        told.add("order", row.number)
    digest = chain.digest_entry(
        number=row.number, at=row.at, by=row.by, act=row.act, words=row.words, before=row.before
    )
    if digest != row.digest:
        told.add("entry", row.number)
    if row.salt is not None:
        if chain.digest_words(row.what or "", row.data, row.salt) != row.words:
            told.add("words", row.number)
    elif erased.pop(row.number, "") != "erase_words":
        told.add("lost_words", row.number)
    else:
        told.erased += 1
    told.backwards += told.last_at is not None and row.at < told.last_at
    told.last_number, told.last_digest, told.last_at = row.number, digest, row.at


def _read_heads(
    told: Verified, *, outside: Iterable[signatures.SignedText], beside: Path | None
) -> dict[int, set[str]]:
    """The digests that were published, by number; a head that is not the desk's is a fault."""
    ours = signatures.find_public_key()
    stored = [
        signatures.SignedText(signatures.HEAD, head.text, head.key, head.proof)
        for head in LogHead.objects.all()
    ]
    keys = {ours, *(head.key for head in stored)}
    heads: dict[int, set[str]] = {}
    for signed in (*stored, *_read_beside(beside), *outside):
        head = read_head(signed)
        if head is None or not signatures.verify_text(signed):
            told.add("signature", head.number if head else None)
        elif signed.key not in keys:
            told.add("key", head.number)
        else:
            told.heads += 1
            heads.setdefault(head.number, set()).add(head.digest)
    return heads


def read_head(signed: signatures.SignedText) -> _Head | None:
    """The number and digest that a signed head tells; None if it tells none."""
    try:
        table = json.loads(signed.text)
    except ValueError:
        return None
    is_head = signed.kind == signatures.HEAD and isinstance(table, dict)
    if not is_head or table.get("log") != chain.FORMAT:
        return None
    number, digest = table.get("number"), table.get("digest")
    if not isinstance(number, int) or not isinstance(digest, str):
        return None
    return _Head(number, digest)


def _read_beside(path: Path | None) -> Iterator[signatures.SignedText]:
    if path is None or not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield signatures.from_json(line)
        except ValueError:
            yield signatures.SignedText("", line, "", "")


def read_kept_heads(text: str) -> list[signatures.SignedText]:
    """Heads that somebody kept: one signed text, a list of them, or /audit.json. Raises ValueError."""
    told = json.loads(text)
    if isinstance(told, Mapping) and "heads" in told:
        told = told["heads"]
    rows = told if isinstance(told, list) else [told]
    return [signatures.from_table(row) for row in rows]

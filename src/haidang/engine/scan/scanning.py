"""All looks over one text, and what remains of findings that overlap."""

from __future__ import annotations

from haidang.engine.scan.kinds import Place, ScanFinding, ScanKind
from haidang.engine.scan.marks import find_marks
from haidang.engine.scan.numbers import find_numbers
from haidang.engine.scan.people import find_people

# Of two findings on the same words the earlier kind here stays.
_ORDER = (
    ScanKind.MARK, ScanKind.EMAIL, ScanKind.CARD, ScanKind.IDENTITY, ScanKind.ACCOUNT, ScanKind.PHONE,
    ScanKind.PASSPORT, ScanKind.PLATE, ScanKind.MINOR, ScanKind.ADDRESS,
)  # fmt: skip


def scan_text(text: str, *, year: int) -> tuple[ScanFinding, ...]:
    """All findings in a text in NFC, in the order of their places, none overlapping another.

    `year` is the current one: it decides who is a minor and which years of birth there are.
    """
    places = [*find_marks(text), *find_numbers(text, year=year), *find_people(text, year=year)]
    places.sort(key=lambda place: (_ORDER.index(place[0]), place[1]))
    taken = bytearray(len(text))
    kept: list[Place] = []
    for kind, start, end in places:
        if not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            kept.append((kind, start, end))
    kept.sort(key=lambda place: place[1])
    return tuple(ScanFinding(kind, start, end, text[start:end]) for kind, start, end in kept)

"""What can be found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ScanKind(StrEnum):
    """A kind of finding; the room tells what it means, in the reader's language."""

    IDENTITY = "identity"
    PASSPORT = "passport"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    ACCOUNT = "account"
    CARD = "card"
    PLATE = "plate"
    MINOR = "minor"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class ScanFinding:
    """One place: `text[start:end]` is `excerpt` (characters, of the text as it was given)."""

    kind: ScanKind
    start: int
    end: int
    excerpt: str


Place = tuple[ScanKind, int, int]

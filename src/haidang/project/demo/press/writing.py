"""How an article's words come about: written out, or made from another one by an editor's changes.

Pure: tables in, versions out. Faults are collected as lines, so that a hand-written file is
corrected in one go.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What an article says at one time."""

    title: str
    lead: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The paragraphs, a blank line between two of them."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An `[[article]]` table as a hand wrote it."""

    event: str
    key: str
    publication: str
    hours_ago: float
    section: str = ""
    title: str = ""
    lead: str = ""
    text: str = ""
    signed: str = ""
    copy_of: str = ""
    how: str = ""
    edits: tuple[Pair, ...] = ()
    add: tuple[str, ...] = ()
    drop: tuple[int, ...] = ()
    keep: int = 0
    translation_of: str = ""
    title_later: str = ""
    text_edits_later: tuple[Pair, ...] = ()
    claim: str = ""
    note_claim: str = ""

    @classmethod
    def from_table(cls, event: str, table: Mapping[str, object]) -> Self:
        """Take a table as read from TOML. Raises TypeError on unknown, missing or mistyped names."""
        row = {name: _as_tuple(value) for name, value in table.items()}
        if isinstance(row.get("hours_ago"), int):
            row["hours_ago"] = float(str(row["hours_ago"]))
        for name in ("copy_of", "translation_of"):
            if row.get(name) and "/" not in str(row[name]):
                row[name] = f"{event}/{row[name]}"
        draft = cls(event=event, **row)  # type: ignore[arg-type]  # the next lines look at each type
        for field in fields(cls):
            wanted = {"float": float, "int": int, "str": str}.get(str(field.type), tuple)
            if not isinstance(getattr(draft, field.name), wanted):
                raise TypeError(f"{field.name} is not a {wanted.__name__}")
        return draft

    @property
    def whole_key(self) -> str:
        return f"{self.event}/{self.key}"


def _as_tuple(value: object) -> object:
    if isinstance(value, list):
        return tuple(_as_tuple(item) for item in value)
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def write_versions(drafts: Mapping[str, Draft], faults: list[str]) -> dict[str, Version]:
    """The first version of every article, reprints made from their originals.

    A draft whose words cannot be made adds a line to `faults` and is left out.
    """
    written: dict[str, Version] = {}

    def write(key: str, trail: tuple[str, ...]) -> Version | None:
        if key in written:
            return written[key]
        draft = drafts.get(key)
        if draft is None or key in trail:
            faults.append(f"{trail[-1]}: copies {key}, which is not there or copies it")
            return None
        if not draft.copy_of:
            paragraphs = split_paragraphs(draft.text)
            version = Version(title=draft.title, lead=draft.lead, paragraphs=paragraphs)
        elif original := write(draft.copy_of, (*trail, key)):
            version = reprint(original, draft, faults)
        else:
            return None
        written[key] = version
        return version

    for key in drafts:
        write(key, ())
    return written


def reprint(original: Version, draft: Draft, faults: list[str]) -> Version:
    """The words of a copy: `cut` keeps the first paragraphs, `edited` replaces, drops and adds."""
    last = len(original.paragraphs)
    if any(not 0 <= index < last for index in draft.drop):
        faults.append(f"{draft.whole_key}: drops a paragraph that is not there")
    if draft.how == "cut" and not 0 < draft.keep < last:
        faults.append(f"{draft.whole_key}: keeps {draft.keep} of {last} paragraphs")
    edited = replace_all(original, draft.edits, draft.whole_key, faults)
    kept = [text for index, text in enumerate(edited.paragraphs) if index not in draft.drop]
    if draft.how == "cut":
        kept = kept[: draft.keep]
    return Version(
        title=draft.title or edited.title,
        lead=draft.lead or edited.lead,
        paragraphs=(*kept, *draft.add),
    )


def write_later(draft: Draft, first: Version, faults: list[str]) -> Version | None:
    """What the article says once it was changed after publication; None where it never is."""
    if not draft.title_later and not draft.text_edits_later:
        return None
    later = replace_all(first, draft.text_edits_later, draft.whole_key, faults)
    return replace(later, title=draft.title_later or first.title)


def replace_all(version: Version, pairs: Sequence[Pair], key: str, faults: list[str]) -> Version:
    """Each pair's first half replaced in title, lead and text; it must occur in the text."""
    title, lead, paragraphs = version.title, version.lead, version.paragraphs
    for pair in pairs:
        if len(pair) != 2:
            faults.append(f"{key}: an edit is a pair of texts")
            continue
        before, after = pair
        if not before or not any(before in text for text in paragraphs):
            faults.append(f"{key}: the text has no “{before}”")
        title, lead = title.replace(before, after), lead.replace(before, after)
        paragraphs = tuple(text.replace(before, after) for text in paragraphs)
    return Version(title=title, lead=lead, paragraphs=paragraphs)


def split_paragraphs(text: str) -> tuple[str, ...]:
    """Paragraphs stand between blank lines; a single line break is a space."""
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())

"""Reading an import file's JSON lines: address, title, text, date, source, language; nothing else.

A file whose rows carry authors, users or likes is about people and is refused whole (promise 1);
other fields are left out and counted. Runs in a sandbox child, a stretch of lines at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.extract import clean_text
from haidang.engine.text import fold, identify_language, nfc
from haidang.engine.text.dates import read_date
from haidang.engine.types import (
    TITLE_MAX,
    URL_MAX,
    ImportedRow,
    PageData,
    RowsRead,
    When,
)

WANTED = frozenset({"url", "title", "text", "published", "source", "language"})
# Field names, folded and without marks between words, that tell of people.
ABOUT_PEOPLE = frozenset(
    "author authors byline bylines creator writer user users username userid userprofile screenname "
    "account accountid handle profile profileurl poster postedby commenter likes like likecount "
    "favorites favourites shares sharecount retweets reposts reactions followers followercount "
    "comments commentcount tacgia nguoidung nguoidang luotthich luotchiase binhluan".split()
)
LINE_MAX = 5_000_000
# Not told, or told in words only: such a date is as good as none.
NO_DATE = (None, "", "null", "None")


def read_rows(body: bytes, *, first_line: int, now: datetime) -> RowsRead:
    """Rows of a stretch of lines. `first_line` is its number in the file, from 1.

    Raises EngineError BAD_FILE (detail "about_people", the line and the field) for a file that is
    refused whole. A row that cannot be read is a fault: not_json, no_url, no_text, too_long.
    """
    rows: list[ImportedRow] = []
    faults: list[tuple[int, str]] = []
    left_out: list[str] = []
    for number, line in _lines(body, first_line):
        if len(line) > LINE_MAX:
            faults.append((number, "too_long"))
            continue
        told = _as_object(line)
        if told is None:
            faults.append((number, "not_json"))
            continue
        _refuse_people(told, number)
        left_out += sorted(nfc(name)[:60] for name in set(told) - WANTED)
        row = _read_row(told, now=now)
        if isinstance(row, str):
            faults.append((number, row))
        else:
            rows.append(row)
    return RowsRead(rows=tuple(rows), faults=tuple(faults), fields_left_out=tuple(left_out))


def _lines(body: bytes, first_line: int) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(body.split(b"\n"), first_line):
        if line.strip():
            yield number, line


def _as_object(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _refuse_people(told: dict[str, Any], number: int) -> None:
    for name in told:
        plain = "".join(filter(str.isalnum, fold(name)))
        if plain in ABOUT_PEOPLE:
            raise EngineError(
                Trouble.BAD_FILE, detail="about_people", line=number, field=nfc(name)[:60]
            )


def _read_row(told: dict[str, Any], *, now: datetime) -> ImportedRow | str:
    url, text = told.get("url"), told.get("text")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return "no_url"
    if len(url) > URL_MAX:
        return "too_long"
    if not url.strip().isprintable():  # NUL, lone surrogates: no database keeps them
        return "no_url"
    if not isinstance(text, str) or not text.strip():
        return "no_text"
    cleaned = clean_text(text)
    title = _plain(told.get("title")) or cleaned.partition("\n")[0][:200]
    return ImportedRow(
        url=url.strip(),
        source=_plain(told.get("source")),
        page=PageData(
            title=title[:TITLE_MAX],
            lead="",
            text=cleaned,
            published=_date(told.get("published"), now=now),
            language=_language(told.get("language"), title, cleaned),
        ),
    )


def _plain(value: object) -> str:
    return " ".join(nfc(value).split()) if isinstance(value, str) else ""


def _language(value: object, title: str, text: str) -> str:
    hint = value.lower() if isinstance(value, str) and len(value) <= 12 else None
    return identify_language(f"{title}\n{text[:2000]}", hint=hint)


def _date(value: object, *, now: datetime) -> When | None:
    if value in NO_DATE or not isinstance(value, str):
        return None
    told = read_date(value)
    return told if told is not None and told.at <= now else None

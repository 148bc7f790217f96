"""Dates as sources print them: read, believed within reason, never later than seen, precision kept.

The list goes the whole way twice, once as a feed's date and once as a page's; a round is one mutant of
it through reading and believing alone, which may not take longer than ten milliseconds of CPU.
"""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from tests.prove import SHARED
from tests.prove.desk import open_desk

LIST = SHARED / "hostile" / "dates.jsonl"
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SLOWEST_S = 0.010
SLACK = timedelta(minutes=10)  # a clock that runs ahead is believed so far, and cut to now
OURS = (
    ("Mon, 01 Jun 2026 08:00:00 +0700", "2026-06-01T01:00:00Z"),
    ("1/6/2026 20:15", "2026-06-01T13:15:00Z"),
    ("Thứ Hai, ngày 1 tháng 6 năm 2026", "2026-06-01"),
    ("2026年6月1日", "2026-06-01"),
    ("31/04/2026", "none"),
    ("2026-06-01T25:61:61", "none"),
    ("9999-12-31T23:59:59+14:00", "none"),
    ("Thu, 01 Jan 1970 00:00:00 GMT", "none"),
    ("2027-06-01T00:00:00Z", "future"),
    ("hôm qua", "relative"),
    ("", "none"),
    ("(" * 10_000, "none"),
)
PIECES = (
    "2026",
    "1970",
    "99",
    "/",
    "-",
    ":",
    "T",
    "Z",
    "+07:00",
    "tháng",
    "ngày",
    "年",
    "AM",
    " ",
    "\u202e",
    "\0",
    "٣",
    "０",
)


def run(rounds: int, *, seed: int = 20261123) -> list[str]:
    """The faults, one sentence each."""
    rows = _rows()
    with open_desk():
        faults = _read_list(rows)
        faults += _go_whole_way([text for text, _expect in rows])
        slowest = 0.0
        chance = random.Random(seed)
        for _ in range(rounds):
            told, took = _believe(_mutate(chance.choice(rows)[0], chance))
            slowest = max(slowest, took)
            faults += told
    print(
        f"{len(rows)} dates listed, {rounds} mutants; slowest {slowest * 1000:.1f} ms", flush=True
    )
    return faults


def _rows() -> list[tuple[str, str]]:
    if not LIST.exists():
        print("../shared is absent: our own dates alone", flush=True)
        return list(OURS)
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return [(row["text"], row["expect"]) for row in map(json.loads, lines)] + list(OURS)


def _read_list(rows: list[tuple[str, str]]) -> list[str]:
    """Each listed date means what the list says, as far as that is a moment, a day, or none."""
    from haidang.engine.text.dates import VIETNAM, read_date

    faults = []
    for text, expect in rows:
        when = read_date(text)
        if expect.startswith("none") and not expect.startswith("none,"):
            right = when is None
        elif expect.endswith("Z") and expect[:4].isdigit():
            right = when is not None and when.at == datetime.fromisoformat(expect)
        elif len(expect) == 10 and expect[:4].isdigit():
            right = when is not None and (
                when.at.astimezone(VIETNAM).date().isoformat(),
                when.precision,
            ) == (expect, "day")
        elif "relative" in expect or "no date" in expect:
            right = when is None
        else:
            right = True
        if not right:
            faults.append(f"{text[:40]!r} was read as {when}, expected {expect}")
    return faults


def _believe(text: str) -> tuple[list[str], float]:
    from haidang.engine.text.dates import read_date
    from haidang.watch.actions.feeds import believe

    begun = time.thread_time()
    when = read_date(text)
    took = time.thread_time() - begun
    at, precision = believe(when, now=NOW)
    faults = []
    if took > SLOWEST_S:
        # A hiccup of the machine is not the reader's: the best of three counts.
        took = min(_clock(text) for _ in range(3))
        if took > SLOWEST_S:
            faults.append(f"{text[:60]!r} took {took:.3f} s")
    if at is not None and when is not None:
        if at > NOW or at > when.at:
            faults.append(f"{text[:60]!r} is believed to be {at}, later than seen or told")
        if precision.value != when.precision.value:
            faults.append(
                f"{text[:60]!r} was told by the {when.precision}, kept by the {precision}"
            )
    elif at is None and precision != "seen":
        faults.append(f"{text[:60]!r} has no date but the precision {precision}")
    return faults, took


def _clock(text: str) -> float:
    from haidang.engine.text.dates import read_date

    begun = time.thread_time()
    read_date(text)
    return time.thread_time() - begun


def _mutate(text: str, chance: random.Random) -> str:
    letters = list(text[:400])
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(letters) + 1)
        act = chance.randrange(3)
        if act == 0:
            letters[place:place] = chance.choice(PIECES) * chance.choice((1, 1, 1, 50))
        elif act == 1:
            del letters[place : place + chance.randint(1, 5)]
        else:
            letters[place:place] = letters[place : place + 10] * 2
    return "".join(letters)


def _go_whole_way(texts: list[str]) -> list[str]:
    """As a feed's date and as a page's: stored, placed, never later than seen."""
    from django.utils import timezone
    from tests.watch.rows import make_entry, make_feed, make_publication, make_visit

    from haidang.core.machines import find_machines
    from haidang.engine.pipeline import PageRead
    from haidang.watch import actions
    from haidang.watch.models import Article, Entry

    now = timezone.now()
    reader = find_machines().reader
    feed = make_feed(make_publication(host="bao.example"), url="https://bao.example/feed")
    data = reader.run(
        "haidang.engine.feeds:parse_feed", _feed_of(texts), url=feed.url,
        content_type="application/rss+xml", now=now,
    )  # fmt: skip
    actions.store_visit(feed, make_visit(*data.entries), now=now)
    for number, text in enumerate(texts):
        page = reader.run(
            "haidang.engine.extract:extract_page", _page_of(text, number),
            url=f"https://bao.example/trang/{number}", content_type="text/html; charset=utf-8", now=now,
        )  # fmt: skip
        url = f"https://bao.example/trang/{number}"
        entry = make_entry(feed, key=url, url=url, title=f"Trang {number}", first_seen=now)
        actions.store_read(entry, PageRead(page=page), now=now)
    for entry in Entry.objects.filter(state="waiting"):
        page = reader.run(
            "haidang.engine.extract:extract_page", _page_of("", entry.id), url=entry.url,
            content_type="text/html; charset=utf-8", now=now,
        )  # fmt: skip
        actions.store_read(entry, PageRead(page=page), now=now)
    actions.place_waiting(now=now)
    return _check_rows(list(Article.objects.all()), expected=2 * len(texts))


def _check_rows(articles: list[Any], *, expected: int) -> list[str]:
    faults = []
    if len(articles) != expected:
        faults.append(f"{len(articles)} articles instead of {expected}")
    for article in articles:
        late = article.published_at > article.first_seen or article.sort_at > article.first_seen
        if late:
            faults.append(f"{article.url} is dated {article.published_at}, after it was seen")
        if article.precision == "seen" and article.published_at != article.first_seen:
            faults.append(f"{article.url} has no told date, yet another than that of its sight")
        if article.published_at.year < 1990:
            faults.append(f"{article.url} is dated {article.published_at}")
    return faults


def _feed_of(texts: list[str]) -> bytes:
    items = "".join(
        f"<item><title>Tin {number}</title><link>https://bao.example/tin/{number}</link>"
        f"<guid>{number}</guid><pubDate>{escape(_xml(text))}</pubDate></item>"
        for number, text in enumerate(texts)
    )
    return f'<rss version="2.0"><channel><title>Báo</title>{items}</channel></rss>'.encode()


def _page_of(text: str, number: int) -> bytes:
    told = escape(_xml(text), quote=True)
    body = "".join(
        f"<p>Đoạn {part} của bài {number}: hợp tác xã gặt xong {number + 7} mẫu ruộng bên sông.</p>"
        for part in range(6)
    )
    return (
        f'<!doctype html><html lang="vi"><head><title>Trang {number}</title>'
        f'<meta property="article:published_time" content="{told}"></head>'
        f'<body><article><h1>Trang {number}</h1><time datetime="{told}">{told}</time>{body}'
        "</article></body></html>"
    ).encode()


def _xml(text: str) -> str:
    return "".join(char for char in text if char >= " " or char in "\t\n")

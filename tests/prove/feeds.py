"""Hostile feeds through the whole way: loopback server, gate, sandbox, tables.

The hand cases and the shared corpus once, and a round for each mutant. Each feed is visited three
times: hostile when new (so that discovery is tried), then good, then hostile again. Meanwhile a good
feed on another host brings one entry after another. No crash, no visit over six seconds, no process
over 600 MB; a broken feed is told in words in both languages and loses no entry that it had.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.prove import SHARED
from tests.prove.desk import MemoryWatch, allow_hosts, open_desk
from tests.watch.press import Paper, Press

MAKER = SHARED / "hostile" / "gen_feeds.py"
CORPUS = SHARED / "data" / "feeds" / "feedparser_cases.zip"
VISIT_S, RESIDENT_MB, DELAY_S = 6.0, 600, 5.0
THREADS = 3  # beside the good feed's; the reading children are two, as on a desk
SAMPLE = 20  # of the shared corpus, where fewer than 1,000 rounds are asked for
SMALL, LIGHT = 100, 100_000  # with fewer rounds, feeds of more bytes are left out
GOOD = "<title>Báo</title><item><title>Tin {n}</title><link>http://{host}/tin/{n}</link><guid>{n}</guid></item>"
RSS = '<?xml version="1.0"?><rss version="2.0"><channel>{inside}</channel></rss>'

Case = tuple[str, bytes]


def run(rounds: int, *, seed: int = 20261123) -> list[str]:
    """The faults, one sentence each."""
    with open_desk(SHORTEST_VISIT="1"), Press() as press, tempfile.TemporaryDirectory() as folder:
        cases = list(_make_cases(rounds, Path(folder), random.Random(seed)))
        press._server.handle_error = lambda *_told: None  # type: ignore[method-assign] # the gate hangs up on what is too large
        desk = _Desk(press)
        with MemoryWatch() as memory, ThreadPoolExecutor(THREADS) as pool:
            beside = threading.Thread(target=desk.bring_good_entries)
            beside.start()
            try:
                told = list(pool.map(desk.try_case, range(len(cases)), cases))
            finally:
                desk.over.set()
                beside.join()
    faults = [fault for one in told for fault in one]
    if memory.most_mb > RESIDENT_MB:
        faults.append(f"a process held {memory.most_mb} MB resident")
    if desk.longest_delay_s > DELAY_S:
        faults.append(f"the good feed was delayed by {desk.longest_delay_s:.1f} s")
    print(
        f"{len(cases)} feeds, {3 * len(cases)} visits; slowest {desk.slowest[0]:.2f} s ({desk.slowest[1]}); "
        f"largest process {memory.most_mb} MB, all together {memory.all_mb} MB; good feed: {desk.brought} "
        f"entries, longest delay {desk.longest_delay_s:.2f} s\n{dict(desk.ends.most_common())}",
        flush=True,
    )
    return faults


# ---------------------------------------------------------------- cases


def _make_cases(rounds: int, folder: Path, chance: random.Random) -> Iterator[Case]:
    if not MAKER.exists():
        print("../shared is absent: our own feeds and their mutants alone", flush=True)
        yield from _make_our_own(rounds, chance)
        return
    subprocess.run(
        [sys.executable, str(MAKER), str(folder), str(rounds)], check=True, capture_output=True
    )
    for path in sorted(folder.iterdir()):
        if rounds >= SMALL or path.stat().st_size < LIGHT:
            yield path.stem, path.read_bytes()
    with zipfile.ZipFile(CORPUS) as corpus:
        names = sorted(name for name in corpus.namelist() if not name.endswith("/"))
        for name in names if rounds >= 1_000 else chance.sample(names, SAMPLE):
            yield name, corpus.read(name)
    yield from (case for case in _our_own() if rounds >= SMALL or len(case[1]) < LIGHT)


def _our_own() -> Iterator[Case]:
    item = "<item><title>{t}</title><link>http://pub.test/1</link><guid>1</guid></item>"

    def rss(inside: str, *, head: str = "") -> bytes:
        return (head + RSS.format(inside=inside)).encode("utf-8", "surrogatepass")

    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    yield "empty", b""
    yield "nul", b"\0" * 4096
    yield (
        "page",
        b"<!doctype html><title>Trang</title><p>Vui l\xc3\xb2ng \xc4\x91\xc4\x83ng nh\xe1\xba\xadp",
    )
    yield "cut", rss(item.format(t="Tin"))[:-60]
    yield "entities", rss(item.format(t="&l8;"), head=f'<!DOCTYPE r [<!ENTITY l0 "ha">{lol}]>')
    yield (
        "outside",
        rss(item.format(t="&e;"), head='<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    )
    yield "deep", rss("<item>" + "<a>" * 200_000)
    yield "attributes", rss("<item " + " ".join(f'a{n}="1"' for n in range(60_000)) + "/>")
    yield (
        "items",
        rss(
            "".join(
                f"<item><title>{n}</title><link>http://pub.test/{n}</link></item>"
                for n in range(60_000)
            )
        ),
    )
    yield "long title", rss(item.format(t="đ" * 3_000_000))
    yield "marks", rss(item.format(t="V" + "\u0301\u0323" * 300_000))
    yield (
        "marks in JSON",
        b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"http://pub.test/1","title":"V'
        + "\u0301\u0323".encode() * 300_000
        + b'"}]}',
    )
    yield "json deep", b"[" * 200_000
    yield (
        "json odd",
        b'{"version":"https://jsonfeed.org/version/1.1","items":[null,3,{"id":{},"url":5}]}',
    )
    yield (
        "half a letter",
        b'{"version":"https://jsonfeed.org/version/1.1","title":"\\ud800","items":[]}',
    )
    yield "path", b"/etc/passwd"
    yield "gzip", b"\x1f\x8b\x08\0" + b"x" * 50
    yield "good", rss(GOOD.format(n=7, host="pub.test"))


def _make_our_own(rounds: int, chance: random.Random) -> Iterator[Case]:
    cases = list(_our_own())
    yield from cases
    seeds = [body for _name, body in cases if 100 < len(body) < 5_000]
    for number in range(rounds):
        body = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 20)):
            place = chance.randrange(len(body) + 1)
            act = chance.randrange(3)
            if act == 0:
                body[place : place + 1] = bytes([chance.randrange(256)])
            elif act == 1:
                del body[place : place + chance.randint(1, 30)]
            else:
                body[place:place] = chance.choice(
                    [b"<![CDATA[", b"]]>", b"<!--", b"&#x", b"\xff\xfe", b"<!DOCTYPE"]
                )
        yield f"mutant {number}", bytes(body)


# ---------------------------------------------------------------- visits


class _Desk:
    """A registered publication for each thread, one for the good feed, and what was noticed."""

    def __init__(self, press: Press) -> None:
        from tests.watch.rows import make_publication

        self.over = threading.Event()
        self.ends: Counter[str] = Counter()
        self.slowest = (0.0, "")
        self.longest_delay_s = 0.0
        self.brought = 0
        self._lock = threading.Lock()
        self._papers = [press.paper(f"bao{number}") for number in range(THREADS)]
        self._good = press.paper("lanh")
        papers = [*self._papers, self._good]
        allow_hosts({paper.host: 0.0 for paper in papers})
        self._publications = {paper.host: make_publication(host=paper.host) for paper in papers}

    def try_case(self, number: int, case: Case) -> list[str]:
        """Hostile when new, good, hostile again; what was wrong."""
        from django.db import connection

        try:
            return self._try_case(number, case)
        except Exception as error:  # noqa: BLE001 -- a crash is what the campaign looks for
            return [f"{case[0]}: crashed with {type(error).__name__}: {str(error)[:200]}"]
        finally:
            connection.close()

    def _try_case(self, number: int, case: Case) -> list[str]:
        name, body = case
        paper, path = self._papers[number % THREADS], f"/feed/{number}"
        body = body.replace(b"pub.test", paper.host.encode())
        good = RSS.format(inside=GOOD.format(n=f"{number}a", host=paper.host)).encode()
        feed = self._follow(paper, path)
        faults = []
        paper.pages[path] = (200, "application/xml", body)
        faults += self._visit(feed, name)
        paper.pages[path] = (200, "application/xml", good)
        faults += self._visit(feed, "good after " + name)
        before = self._entries(feed)
        if not any(key == f"{number}a" for key, _url, _state in before):
            faults.append(
                f"{name}: the good feed behind it was not read ({feed.trouble} {feed.url})"
            )
        paper.pages[path] = (200, "application/xml", body)
        faults += self._visit(feed, name)
        if lost := before - self._entries(feed):
            faults.append(f"{name}: lost {lost}")
        del paper.pages[path]
        with self._lock:
            self.ends[feed.trouble or "read"] += 1
        return faults + _read_trouble(name, feed)

    def _follow(self, paper: Paper, path: str) -> Any:
        from django.utils import timezone

        from haidang.watch import actions

        url = f"http://{paper.host}{path}"
        publication = self._publications[paper.host]
        return actions.add_feed(publication, url, by=None, now=timezone.now(), from_command=True)

    def _visit(self, feed: Any, name: str) -> list[str]:
        from django.utils import timezone

        from haidang.core.machines import find_machines
        from haidang.engine.pipeline import visit_feed
        from haidang.watch import actions, jobs
        from haidang.watch.queries.due import find_feed_for_update

        machines, now = find_machines(), timezone.now()
        told = find_feed_for_update(feed)
        begun = time.monotonic()
        visit = visit_feed(
            told,
            http=machines.http,
            reader=machines.reader,
            now=now,
            may_follow=jobs._follower_of(feed),
        )
        took = time.monotonic() - begun
        actions.store_visit(feed, visit, now=now)
        with self._lock:
            self.slowest = max(self.slowest, (took, name))
        return [f"{name}: the visit took {took:.1f} s"] if took > VISIT_S + 0.5 else []

    def _entries(self, feed: Any) -> set[tuple[str, str, str]]:
        from haidang.watch.models import Entry

        return set(Entry.objects.filter(feed=feed).values_list("key", "url", "state"))

    # ------------------------------------------------------------ the good feed beside

    def bring_good_entries(self) -> None:
        """One new entry after another; how long each takes from the server into the tables."""
        from django.db import connection

        feed = self._follow(self._good, "/feed")
        number = 0
        while not self.over.is_set():
            number += 1
            item = GOOD.format(n=number, host=self._good.host)
            self._good.pages["/feed"] = (200, "application/xml", RSS.format(inside=item).encode())
            begun = time.monotonic()
            self._visit(feed, "the good feed")
            there = any(key == str(number) for key, _url, _state in self._entries(feed))
            delay = time.monotonic() - begun if there else 999.0
            self.longest_delay_s = max(self.longest_delay_s, delay)
            self.brought += there
            self.over.wait(0.3)
        connection.close()


def _read_trouble(name: str, feed: Any) -> list[str]:
    """What the editor reads must be a whole sentence, in both languages, and not the same one."""
    from django.utils import translation

    from haidang.watch.troubles import UNKNOWN, tell_trouble

    if not feed.trouble:
        return []
    told = {}
    for language in ("vi", "en"):
        with translation.override(language):
            told[language] = tell_trouble(feed.trouble, feed.trouble_facts)
            if "%(" in told[language] or told[language] == str(UNKNOWN) % {"word": feed.trouble}:
                return [f"{name}: no sentence for {feed.trouble} {feed.trouble_facts}"]
    if told["vi"] == told["en"] or min(map(len, told.values())) < 30:
        return [f"{name}: {feed.trouble} is told the same in both languages"]
    return []

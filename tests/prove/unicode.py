"""Letters that look alike, hide, or are written in several ways: equal where they must be, apart where not.

Each pair of the list is compared in the form that searching uses, and goes into a desk as headline and
text: what is stored is clean, is found again, and every page that shows it answers. A round is one
random text, made of the list's letters, through every form.
"""

from __future__ import annotations

import json
import random
import time
import unicodedata

from tests.prove import SHARED
from tests.prove.desk import open_desk

LIST = SHARED / "hostile" / "unicode.jsonl"
LONG, LINEAR_S = 200_000, 1.0  # letters of a text, and CPU seconds for it in each form
# Runs that a normaliser takes the square of its time for unless they are cut first.
HEAPS = ("\u0301\u0323", "\u0301\u200d\u0323\u200d", "\u0591\u0323", "\U0001d165\U0001d167")
INVISIBLE = frozenset("\0\u0085\u200b\u202a\u202b\u202d\u202e\ufeff\ufffe\uffff")
OURS = (
    ("Tiếng Việt", unicodedata.normalize("NFD", "Tiếng Việt"), "match"),
    ("hòa bình", "hoà bình", "match-search"),
    ("Đà Nẵng", "Da Nang", "match-folded"),
    ("ＶＩＥＴＮＡＭ", "VIETNAM", "match-folded"),
    ("Hà\u00a0Nội", "Hà Nội", "match"),
    ("bán", "bàn", "must-not-fold"),
    ("a\0b", "ab", "strip"),
    ("a\uffffb", "ab", "strip"),
    ("Thủ đô \u202egnud iôđ", "", "isolate+flag"),
    ("V" + "\u0301\u0323" * 5000, "", "keep, no crash"),
    ("👨‍👩‍👧 họp mặt", "", "keep as one"),
    ("\u0301a", "", "keep, no crash"),
)


def run(rounds: int, *, seed: int = 20261123) -> list[str]:
    """The faults, one sentence each."""
    rows = _rows()
    with open_desk():
        faults = _compare(rows)
        faults += _go_whole_way([row[0] for row in rows] + [row[1] for row in rows if row[1]])
        faults += _check_random(rounds, "".join(a + b for a, b, _ in rows), random.Random(seed))
        faults += _check_linear(
            [row[0] for row in rows] + list(HEAPS), length=min(LONG, rounds * 40)
        )
    print(f"{len(rows)} pairs listed, {rounds} random texts", flush=True)
    return faults


def _rows() -> list[tuple[str, str, str]]:
    if not LIST.exists():
        print("../shared is absent: our own pairs alone", flush=True)
        return list(OURS)
    told = [json.loads(line) for line in LIST.read_text(encoding="utf-8").splitlines()]
    # An HTML entity is undone by the readers of feeds and pages, never in plain text.
    listed = [(row["a"], row["b"], row["expect"]) for row in told if row["id"] != "html-ent"]
    return [*listed, *OURS]


def _compare(rows: list[tuple[str, str, str]]) -> list[str]:
    from haidang.engine.text import exact, fold, nfc, words

    faults = []
    for a, b, expect in rows:
        if expect.startswith("match") and "optional" not in expect:
            right = words(fold(nfc(a))) == words(fold(nfc(b)))
        elif expect.startswith("must-not-fold"):
            right = exact(a) != exact(b)
        elif expect.startswith("strip"):
            right = nfc(a) == b
        elif expect.startswith("keep") and "crash" not in expect:
            right = nfc(a) == a
        else:
            right = True
        if not right:
            faults.append(f"{a[:30]!r} and {b[:30]!r} should be: {expect}")
    return faults


def _check_random(rounds: int, letters: str, chance: random.Random) -> list[str]:
    from haidang.engine.text import exact, fold, nfc, words

    faults = []
    for _ in range(rounds):
        text = "".join(chance.choices(letters, k=chance.randint(1, 80)))
        clean = nfc(text)
        if (
            nfc(clean) != clean
            or fold(fold(text)) != fold(text)
            or exact(exact(text)) != exact(text)
        ):
            faults.append(f"a form of {text!r} is not final")
        if INVISIBLE & set(clean):
            faults.append(f"{text!r} keeps an invisible letter")
        if words(fold(unicodedata.normalize("NFD", clean))) != words(fold(clean)):
            faults.append(f"{text!r} is not equal to itself when taken apart")
    return faults[:20]


def _check_linear(texts: list[str], *, length: int) -> list[str]:
    from haidang.engine.text import exact, fold, nfc, sentences, words

    faults = []
    for text in texts:
        long = (text * (length // len(text) + 1))[:length]
        for form in (nfc, fold, exact, words, sentences):
            begun = time.thread_time()
            form(long)
            if (took := time.thread_time() - begun) > LINEAR_S:
                faults.append(f"{form.__name__} took {took:.1f} s for {text[:20]!r} repeated")
    return faults


def _go_whole_way(texts: list[str]) -> list[str]:
    """As headlines and texts of a desk: clean, found again, shown."""
    from django.utils import timezone
    from tests.watch.rows import make_feed, make_publication, make_read

    from haidang.engine.text import fold, nfc, words
    from haidang.watch import actions
    from haidang.watch.models import Article
    from haidang.watch.queries import SearchFilters, search_articles

    now = timezone.now()
    feed = make_feed(make_publication(host="bao.example"), url="https://bao.example/feed")
    for number, text in enumerate(texts):
        clean = nfc(text)[:900]
        make_read(
            feed.publication, f"Bài số {number} về {clean} ở bến sông.\nĐoạn hai kể tiếp chuyện {number}.",
            title=f"Tin dấu{number}dấu {clean}", at=now, feed=feed,
        )  # fmt: skip
    actions.place_waiting(now=now)
    faults = []
    articles = {article.title.split()[1]: article for article in Article.objects.all()}
    if len(articles) != len(texts):
        faults.append(f"{len(articles)} articles instead of {len(texts)}")
    for number, text in enumerate(texts):
        phrase = f"dấu{number}dấu"
        if words(fold(told := nfc(text)[:40].replace('"', " "))):
            phrase += f' "{told}"'
        found = search_articles(phrase, filters=SearchFilters(), now=now).hits
        if articles[f"dấu{number}dấu"].id not in {hit.article_id for hit in found}:
            faults.append(f"{text[:30]!r} is not found by {phrase[:60]!r}")
    return faults + _show([article.id for article in articles.values()])


def _show(articles: list[int]) -> list[str]:
    from django.test import Client
    from tests.prove.served import let_everyone_read

    let_everyone_read()
    client = Client(headers={"host": "localhost"})
    paths = ["/watch/", "/watch.atom", "/watch.rss", "/watch.json", "/watch.csv", "/sources/"]
    paths += [f"/a/{number}" for number in articles]
    answers = {path: client.get(path).status_code for path in paths}
    return [f"{path} answers {status}" for path, status in answers.items() if status != 200]

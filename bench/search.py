"""Search: is an article found by its title, with and without marks; how quick at a given size; what it costs.

    ./haidang bench search --data JSONL [--size 50000] [--at 5000] [--home FOLDER] [--peer-size 20000] [--json]

`mrr10_*`: a title is the query, its own article, indexed without that title, the answer.
`mrr10_titled_*`: the same with the title in the index, as on a desk.
Times are those of the whole answer (`search_articles`: hits, snippets, count), in ms, over an archive
of `--size` articles grown from the given texts. It is kept in FOLDER where one is given, and filled only once: a
million articles take twelve CPU-minutes and 12 GB. `--at`: smaller archives, for the slower of the two p95 in each order.
The peers answer over `--peer-size` articles, with numbers alone.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.growing import Mill, Text, demo_texts, read_texts
from bench.measuring import measure, parser_of, progress, tell

QUERIES_MAX = 500
SAMPLE = 3_000
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
ORDERS = ("newest", "relevance")


def main(arguments: list[str]) -> int:
    parser = parser_of("search", __doc__ or "")
    parser.add_argument("--data", type=Path, help="JSON Lines with `text`, perhaps `title`")
    parser.add_argument("--size", type=int, default=50_000)
    parser.add_argument("--at", default="", help="sizes of other archives, with commas between")
    parser.add_argument("--peer-size", type=int, default=20_000)
    parser.add_argument("--home", type=Path, help="where the grown archive is kept")
    parser.add_argument("--queries", type=int, default=40, help="of each kind")
    told = parser.parse_args(arguments)
    ours = {"size": told.size, **_quality(told.data, "ours"), **_cost(told.data, "ours")}
    ours |= _times_of_ours(told, told.size, told.home)
    for size in [int(one) for one in told.at.split(",") if one]:
        figures = _times_of_ours(told, size, None)
        ours |= {f"{order}_p95_ms_at_{size}": figures[f"{order}_p95_ms"] for order in ORDERS}
    peers = {}
    if not told.no_peers:
        from bench.search_peers import PEERS, answers

        for name in PEERS:
            if name == "postgresql" and not answers():
                progress("no PostgreSQL answers on 127.0.0.1:5432: left out")
                continue
            peers[name] = _peer(told, name)
    return tell("search", ours, peers, as_json=told.json)


def _peer(told: Any, name: str) -> dict[str, Any]:
    size = min(told.size, told.peer_size)
    figures = {"size": size, **_quality(told.data, name), **_cost(told.data, name)}
    progress(f"{name}: times at {size}")
    return figures | measure(peer_times, told.data, name, size, told.queries, repeats=1).value


# ---------------------------------------------------------------- found by its title


def _quality(data: Path | None, engine: str) -> dict[str, float]:
    progress(f"{engine}: titles to their articles")
    return measure(mrr_of, data, engine, repeats=1).value


def mrr_of(data: Path | None, engine: str) -> dict[str, float]:
    """MRR@10 with and without marks, the title left out of the index and in it."""
    texts = _texts(data)
    figures = {}
    for prefix, titled in (("mrr10", False), ("mrr10_titled", True)):
        ask = _our_asker(texts, titled=titled) if engine == "ours" else _peer_asker(
            engine, texts, titled=titled
        )  # fmt: skip
        for marks in ("accented", "unaccented"):
            figures[f"{prefix}_{marks}"] = round(_mrr(ask, texts, marks=marks == "accented"), 4)
    return figures


def _mrr(ask: Any, texts: list[Text], *, marks: bool) -> float:
    from haidang.engine.text import fold

    step = max(1, len(texts) // QUERIES_MAX)
    asked = range(0, len(texts), step)
    total = 0.0
    for place in asked:
        title = texts[place].title[:200].replace('"', " ").replace(":", " ").replace("-", " ")
        found = ask(title if marks else fold(title))[:10]
        if place + 1 in found:
            total += 1 / (found.index(place + 1) + 1)
    return total / len(asked)


def _our_asker(texts: list[Text], *, titled: bool) -> Any:
    from bench import desk

    home = Path(tempfile.mkdtemp(prefix="haidang-bench-"))
    desk.wake(home)
    from haidang.watch.queries import SearchFilters, search_articles

    desk.refill(texts, titled=titled, now=NOW)
    shutil.rmtree(home)  # the open file lives until this process ends

    def ask(words: str) -> list[int]:
        page = search_articles(words, filters=SearchFilters(), now=NOW, order="relevance")
        return [hit.article_id for hit in page.hits]

    return ask


def _peer_asker(engine: str, texts: list[Text], *, titled: bool) -> Any:
    from bench.search_peers import PEERS

    peer = PEERS[engine]()
    peer.fill(
        (number, text.title if titled else "", text.body) for number, text in enumerate(texts, 1)
    )
    return peer.any_of


# ---------------------------------------------------------------- what indexing costs


def _cost(data: Path | None, engine: str) -> dict[str, float]:
    progress(f"{engine}: indexing")
    run = measure(
        index_ours if engine == "ours" else index_peer,
        data,
        engine,
        prepare=prepare_ours if engine == "ours" else prepare_peer,
        repeats=1,
    )
    return {
        "index_docs_per_cpu_s": round(SAMPLE / run.cpu_s, 1),
        "index_bytes_per_doc": round(run.value / SAMPLE),
    }


def prepare_ours(data: Path | None, _engine: str) -> Any:
    """Articles in the tables of a desk, and no index of them yet."""
    from bench import desk

    home = Path(tempfile.mkdtemp(prefix="haidang-bench-"))
    desk.wake(home)
    from django.db import connection

    from haidang.watch.models import Article

    desk.fill(Mill(_texts(data)).make(SAMPLE), size=SAMPLE, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO watch_search (watch_search) VALUES ('delete-all')")
    return home, list(Article.objects.select_related("publication").order_by("id"))


def index_ours(given: Any) -> int:
    """The real action, forty articles in a transaction as in placing; bytes."""
    from django.db import transaction

    from bench import desk
    from haidang.watch.actions import search

    home, articles = given
    for start in range(0, len(articles), 40):
        with transaction.atomic():
            for article in articles[start : start + 40]:
                search.cut_title(article)
                search.index_article(article)
    shutil.rmtree(home)
    return desk.index_bytes()


def prepare_peer(data: Path | None, engine: str) -> Any:
    """An empty peer and its rows."""
    from bench.search_peers import PEERS

    return PEERS[engine](), [
        (one.number, one.title.words, one.text) for one in Mill(_texts(data)).make(SAMPLE)
    ]


def index_peer(given: Any) -> int:
    """Fill it; bytes. Of a server's own CPU-seconds nothing is seen here."""
    peer, rows = given
    peer.fill(rows)
    size = peer.size()
    peer.close()
    return size


# ---------------------------------------------------------------- how quick


def _times_of_ours(told: Any, size: int, kept: Path | None) -> dict[str, Any]:
    home = kept or Path(tempfile.mkdtemp(prefix="haidang-bench-"))
    try:
        progress(f"ours: an archive of {size} in {home}")
        grown = measure(grow, told.data, home, size, repeats=1)
        progress("ours: times")
        run = measure(our_times, told.data, home, told.queries, repeats=1)
        return {**run.value, "grown_cpu_s": round(grown.cpu_s), "peak_mb": run.peak_mb}
    finally:
        if kept is None:
            shutil.rmtree(home)


def grow(data: Path | None, home: Path, size: int) -> None:
    """Fill the desk of that folder, unless that was done with so many; what was filled by halves is thrown away."""
    from bench import desk

    done = home / f"grown-{size}"
    if done.exists():
        return
    home.mkdir(parents=True, exist_ok=True)
    for file in (*home.glob("haidang.sqlite3*"), *home.glob("grown-*")):
        file.unlink()
    desk.wake(home)
    desk.fill(Mill(_texts(data)).make(size), size=size, now=NOW)
    done.touch()


def our_times(data: Path | None, home: Path, each: int) -> dict[str, Any]:
    """p50 and p95 of each kind in both orders, and how many answers ran out of time."""
    from bench import desk
    from bench.asking import choose_queries, time_queries

    desk.wake(home)
    from haidang.watch.queries import SearchFilters, search_articles

    queries = choose_queries(_texts(data), each=each)
    figures: dict[str, Any] = {}
    for order in ORDERS:
        cut = 0

        def ask(words: str, order: str = order) -> None:
            nonlocal cut
            cut += search_articles(words, filters=SearchFilters(), now=NOW, order=order).cut_short

        figures |= _told(order, time_queries(ask, queries))
        figures[f"{order}_cut_short"] = cut
    return figures


def peer_times(data: Path | None, engine: str, size: int, each: int) -> dict[str, Any]:
    """The same of a peer."""
    from bench.asking import choose_queries, time_queries
    from bench.search_peers import PEERS

    texts = _texts(data)
    peer = PEERS[engine]()
    try:
        peer.fill((one.number, one.title.words, one.text) for one in Mill(texts).make(size))
        queries = choose_queries(texts, each=each)
        figures: dict[str, Any] = {}
        for order, ask in (("newest", peer.newest), ("relevance", peer.relevant)):
            figures |= _told(order, time_queries(ask, queries))
        return figures
    finally:
        peer.close()


def _told(order: str, figures: dict[str, tuple[float, float]]) -> dict[str, float]:
    told = {}
    for kind, (middle, high) in figures.items():
        told[f"{order}_{kind}_p50_ms"] = round(middle, 2)
        told[f"{order}_{kind}_p95_ms"] = round(high, 2)
    told[f"{order}_p95_ms"] = round(max(high for _middle, high in figures.values()), 2)
    return told


def _texts(data: Path | None) -> list[Text]:
    return read_texts(data) if data else demo_texts()

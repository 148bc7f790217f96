"""The verbs that read and write the archive, on real machines: fetch, import, source, search, demo."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from tests.watch.press import Press
from tests.watch.rows import BRIDGE, BRIDGE_ELSEWHERE, RICE, make_feed, make_publication

from haidang.core import queries as core_queries
from haidang.core.models import LogEntry
from haidang.project.cli.main import main
from haidang.watch.models import Article, Entry, Feed, Publication, Story
from haidang.watch.queries.health import find_disorder

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Khánh thành cầu Suối Mộc"


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as running:
        yield running


def write_rows(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def row(number: int, text: str, **told: object) -> dict[str, object]:
    return {
        "url": f"https://baotinh.example/{number}.html",
        "title": f"Tin {number}",
        "text": text,
        "published": f"2024-03-0{number + 1} 08:00:00+07:00",
        "source": "Báo tỉnh",
        "language": "vi",
        **told,
    }


# ---------------------------------------------------------------- fetch


@pytest.mark.parametrize("by_name", [True, False])
def test_fetch_reads_what_is_due_or_named_and_says_how_much(
    press: Press, let_read, capsys, *, by_name: bool
) -> None:
    paper = press.paper("agency")
    paper.list((paper.write("/cau", TITLE, BRIDGE), TITLE, 1))
    feed = make_feed(
        make_publication(host=paper.host),
        url=f"http://{paper.host}/feed.xml",
        next_visit_at=None if by_name else timezone.now(),
    )
    let_read(*press.hosts())
    assert main(["fetch", *(["--source", feed.url] if by_name else [])]) == 0
    assert capsys.readouterr().out == "1 bài mới\n"
    assert Article.objects.get().text == BRIDGE
    assert find_disorder() == []


# ---------------------------------------------------------------- import


def test_import_places_rows_among_their_own_time(tmp_path: Path, let_read, capsys) -> None:
    make_publication(host="baotinh.example")
    make_publication(host="bao-khac.example")
    path = write_rows(
        tmp_path / "rows.jsonl",
        row(1, BRIDGE, title=TITLE),
        row(2, BRIDGE, title=TITLE, url="https://bao-khac.example/2"),
        row(3, BRIDGE_ELSEWHERE, title="Cầu Suối Mộc ở Vân Trì thông xe", summary="bỏ qua"),
        row(4, RICE, title="An Khê gặt lúa sớm"),
    )
    assert main(["import", str(path)]) == 0
    assert "summary" in capsys.readouterr().out
    assert sorted(Story.objects.values_list("articles", "originals")) == [(1, 1), (3, 2)]
    assert set(Article.objects.values_list("page_kind", flat=True)) == {"imported"}
    assert {one.sort_at.year for one in Article.objects.all()} == {2024}


def test_import_twice_changes_nothing(tmp_path: Path, let_read) -> None:
    make_publication(host="baotinh.example")
    path = tmp_path / "rows.jsonl.gz"
    plain = write_rows(tmp_path / "rows.jsonl", row(1, BRIDGE), row(2, RICE))
    path.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
    assert main(["import", str(path)]) == 0
    before = sorted(Article.objects.values_list("id", "url", "story_id"))
    let_read()  # a verb ends its process and with it its machines
    assert main(["import", str(plain)]) == 0
    assert sorted(Article.objects.values_list("id", "url", "story_id")) == before
    assert len(before) == 2


def test_import_leaves_out_what_cannot_be_read_and_takes_the_rest(
    tmp_path: Path, let_read, capsys
) -> None:
    make_publication(host="baotinh.example")
    path = write_rows(tmp_path / "rows.jsonl", row(1, BRIDGE), row(2, ""), row(3, RICE))
    path.write_text(path.read_text("utf-8") + "\nkhông phải JSON\n[1]\n", "utf-8")
    assert main(["import", str(path)]) == 0
    told = capsys.readouterr().err.splitlines()
    assert (Article.objects.count(), len(told)) == (2, 3)


@pytest.mark.parametrize("end", ["\\ud800", "\\u0000", "\\u0007", " với khoảng trắng"], ids=ascii)
def test_import_survives_addresses_and_fields_that_no_database_can_keep(
    tmp_path: Path, let_read, capsys, end: str
) -> None:
    """Half a character, a zero: the row is left out or mended, the others are taken."""
    make_publication(host="baotinh.example")
    odd = json.dumps(row(2, RICE)).replace("2.html", f"2.html{end}")
    more = json.dumps(row(3, RICE)).replace('"language"', f'"l{end}": 1, "language"')
    path = write_rows(tmp_path / "rows.jsonl", row(1, BRIDGE))
    path.write_text("\n".join([path.read_text("utf-8"), odd, more]), "utf-8")
    assert main(["import", str(path)]) == 0
    kept = set(Article.objects.values_list("url", flat=True))
    assert {f"https://baotinh.example/{number}.html" for number in (1, 3)} <= kept
    assert find_disorder() == []


def test_import_registers_hosts_when_told_to(tmp_path: Path, let_read, capsys) -> None:
    path = write_rows(tmp_path / "rows.jsonl", row(1, BRIDGE), row(2, RICE))
    assert main(["import", str(path), "--register", "--yes"]) == 0
    publication = Publication.objects.get()
    assert (publication.name, publication.hosts.get().host) == ("Báo tỉnh", "baotinh.example")
    assert Article.objects.count() == 2
    assert "baotinh.example" in capsys.readouterr().err


def test_import_of_a_damaged_file_is_one_line(tmp_path: Path, let_read, capsys) -> None:
    make_publication(host="baotinh.example")
    packed = gzip.compress(
        write_rows(tmp_path / "a", *(row(1, RICE * n) for n in range(9))).read_bytes()
    )
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(packed[: len(packed) // 2])
    assert main(["import", str(path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


# ---------------------------------------------------------------- sources, search, members, demo


def test_source_add_registers_once_and_follows(capsys) -> None:
    told = ["--name", "Báo tỉnh", "--organisation", "Tỉnh", "--page", "https://baotinh.example/"]
    for path in ("rss", "rss", "the-thao.rss"):
        assert main(["source", "add", f"https://baotinh.example/{path}", *told]) == 0
    assert (Publication.objects.count(), Feed.objects.count()) == (1, 2)
    assert main(["source", "list"]) == 0
    assert capsys.readouterr().out.count("https://baotinh.example/") == 5


def test_source_check_stores_nothing(press: Press, let_read, capsys) -> None:
    paper = press.paper("agency")
    paper.list((paper.write("/cau", TITLE, BRIDGE), TITLE, 1))
    let_read(*press.hosts())
    assert main(["source", "check", f"http://{paper.host}/feed.xml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "kind": "rss",
        "entries": [f"http://{paper.host}/cau"],
    }
    assert (Feed.objects.count(), Entry.objects.count()) == (0, 0)


def test_search_verb_finds_what_the_page_finds(tmp_path: Path, let_read, capsys) -> None:
    make_publication(host="baotinh.example")
    assert main(["import", str(write_rows(tmp_path / "a.jsonl", row(1, BRIDGE, title=TITLE)))]) == 0
    capsys.readouterr()
    assert main(["search", "suoi", "moc", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["total"], [hit["title"] for hit in told["hits"]]) == (1, [TITLE])


def test_user_add_prints_a_link_that_lets_in(client, capsys) -> None:
    assert main(["user", "add", "an"]) == 0
    link = capsys.readouterr().out.split("http://127.0.0.1:8000")[1].strip()
    assert client.get(link).status_code == 200
    assert main(["user", "add", "an"]) == 1


def test_demo_begins_ends_and_leaves_an_empty_real_desk(let_read, capsys) -> None:
    assert main(["demo", "load"]) == 0
    assert core_queries.is_demo()
    followed = Feed.objects.count()
    assert followed >= 10
    assert main(["demo", "load"]) == 0
    assert main(["demo", "reset"]) == 0
    assert Feed.objects.count() == followed
    assert main(["demo", "leave"]) == 0
    assert (Publication.objects.count(), core_queries.find_desk().mode) == (0, "real")
    assert main(["demo", "load"]) == 1
    assert Publication.objects.count() == 0
    assert LogEntry.objects.filter(act="set_mode").count() == 3

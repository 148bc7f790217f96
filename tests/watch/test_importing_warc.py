"""`haidang import FILE.warc.gz` on real machines: whose pages, when they were seen, what is left out."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from tests.warcs import Warc, page_of
from tests.watch.rows import BRIDGE, BRIDGE_ELSEWHERE, RICE, make_publication

from haidang.project.cli.main import main
from haidang.watch.models import Article, Entry, Publication, Story
from haidang.watch.queries.health import find_disorder

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Khánh thành cầu Suối Mộc"
HOST = "https://baotinh.example/"


@pytest.fixture(autouse=True)
def _machines(let_read: Any) -> None:
    """Each test with machines of its own."""


def write(folder: Path, data: bytes, name: str = "bao.warc.gz") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def three_articles(*, packed: bool = True) -> bytes:
    return (
        Warc(packed=packed)
        .page(HOST + "cau", TITLE, BRIDGE)
        .page("https://bao-khac.example/cau", TITLE, BRIDGE, date="2019-03-06T00:00:00Z")
        .page(HOST + "lua", "An Khê gặt lúa sớm", RICE)
        .done()
    )


@pytest.mark.parametrize(("name", "packed"), [("a.warc.gz", True), ("A.WARC", False)])
def test_pages_are_placed_as_of_the_day_they_were_fetched(
    tmp_path: Path, name: str, *, packed: bool
) -> None:
    make_publication(host="baotinh.example")
    make_publication(host="bao-khac.example")
    assert main(["import", write(tmp_path, three_articles(packed=packed), name)]) == 0
    assert sorted(Story.objects.values_list("articles", "originals")) == [(1, 1), (2, 1)]
    first = Article.objects.get(url=HOST + "cau")
    assert (first.text, first.page_kind, first.first_seen.isoformat()) == (
        BRIDGE,
        "imported",
        "2019-03-05T06:07:08+00:00",
    )
    assert Article.objects.get(original=first).url == "https://bao-khac.example/cau"
    assert find_disorder() == []


def test_import_twice_changes_nothing(tmp_path: Path, let_read: Any) -> None:
    make_publication(host="baotinh.example")
    path = write(tmp_path, three_articles())
    assert main(["import", path]) == 0
    before = sorted(Article.objects.values_list("id", "url"))
    let_read()  # a verb ends its process and with it its machines
    assert main(["import", path]) == 0
    assert sorted(Article.objects.values_list("id", "url")) == before
    assert len(before) == 2


def test_pages_of_no_publication_and_other_records_are_counted_and_left_out(
    tmp_path: Path, capsys: Any
) -> None:
    make_publication(host="baotinh.example")
    warc = (
        Warc()
        .add("request", HOST + "cau")
        .page(HOST + "cau", TITLE, BRIDGE)
        .add("revisit", HOST + "cau")
        .page("https://la.example/1", "Của ai đó", RICE)
        .add("response", HOST + "trong", b"<html><body></body></html>")
    )
    assert main(["import", write(tmp_path, warc.done())]) == 0
    told = capsys.readouterr()
    assert [article.url for article in Article.objects.all()] == [HOST + "cau"]
    assert "la.example" in told.out
    assert "3" in told.out.splitlines()[1]
    assert told.err.count(HOST + "trong") == 1


def test_hosts_are_registered_when_told_to(tmp_path: Path) -> None:
    assert main(["import", write(tmp_path, three_articles()), "--register", "--yes"]) == 0
    assert sorted(Publication.objects.values_list("name", flat=True)) == [
        "bao-khac.example",
        "baotinh.example",
    ]
    assert Article.objects.count() == 3


def test_cut_archive_brings_what_is_whole_and_says_so(tmp_path: Path, capsys: Any) -> None:
    make_publication(host="baotinh.example")
    data = Warc().page(HOST + "cau", TITLE, BRIDGE).done()
    more = Warc().page(HOST + "lua", "An Khê gặt lúa sớm", RICE).done()
    assert main(["import", write(tmp_path, data + more[: len(more) - 60])]) == 0
    assert [article.text for article in Article.objects.all()] == [BRIDGE]
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"khong phai", "WARC"),
        (gzip.compress(three_articles(packed=False)), "gunzip"),
        (b"", "WARC"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    tmp_path: Path, capsys: Any, data: bytes, word: str
) -> None:
    assert main(["import", write(tmp_path, data)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert word in line
    assert Entry.objects.count() == 0


def test_many_pages_come_once_each(tmp_path: Path) -> None:
    """More than one call of the reading child brings."""
    make_publication(host="baotinh.example")
    warc = Warc()
    for number in range(45):
        text = "\n".join(
            f"Tin số {number} đoạn {part} về thôn {number * 7 + part}." for part in range(6)
        )
        warc.page(f"{HOST}{number}", f"Tin số {number}", text)
    assert main(["import", write(tmp_path, warc.done())]) == 0
    assert (Article.objects.count(), Entry.objects.count()) == (45, 45)


def test_names_that_sign_and_wishes_not_to_be_kept_are_heeded(tmp_path: Path) -> None:
    make_publication(host="baotinh.example")
    body = page_of(TITLE, BRIDGE + "\nVàng Thị Lả", head='<meta name="robots" content="noarchive">')
    later = page_of(
        "Cầu mới",
        BRIDGE_ELSEWHERE,
        head='<meta property="article:published_time" content="2031-01-01">',
    )
    warc = Warc().add("response", HOST + "cau", body).add("response", HOST + "moi", later)
    assert main(["import", write(tmp_path, warc.done())]) == 0
    article = Article.objects.get(url=HOST + "cau")
    assert (article.text, article.noarchive) == (BRIDGE, True)
    dated = Article.objects.get(url=HOST + "moi")
    assert (dated.precision, dated.sort_at.year) == ("seen", 2019)

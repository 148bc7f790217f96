"""Lists of sources in and out: every row comes to one end, told with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.watch.rows import NOW, make_feed, make_publication

from haidang.core.models import LogEntry, Member
from haidang.engine.errors import EngineError
from haidang.watch.listing import (
    COLUMNS,
    RowEnd,
    read_list,
    take_list,
    write_list_csv,
    write_list_opml,
)
from haidang.watch.models import Feed, Proposal, Publication

pytestmark = pytest.mark.django_db

OPML = """<opml version="2.0"><body>
<outline text="Báo" xmlUrl="https://bao.example/second.xml"/>
<outline text="Đã có" xmlUrl="https://bao.example/first.xml"/>
<outline text="Lạ" xmlUrl="https://noinao.example/f"/>
<outline text="Người" xmlUrl="https://bao.example/tac-gia/a/feed"/>
<outline text="Hỏng" xmlUrl="javascript:alert(1)"/>
</body></opml>"""
TABLE = """feed,name,organisation,organisation_page,level,country,language
https://moi.example/rss,Báo Mới,Sở Mới,https://so.example/,province,VN,vi
https://thieu.example/rss,Báo Thiếu,,,province,VN,vi
https://x.com/ai,Một người,Một người,https://so.example/,province,VN,vi
https://sai.example/rss,Báo Sai,Sở Sai,https://so.example/,vũ trụ,VN,vi
"""


class Here:
    """A reader that reads in this process: the child is tested elsewhere."""

    def run(self, target: str, *args: Any, **kwargs: Any) -> Any:
        from importlib import import_module

        module, _colon, name = target.partition(":")
        return getattr(import_module(module), name)(*args, **kwargs)


def told(rows: tuple[RowEnd, ...]) -> list[tuple[int, str]]:
    return [(row.line, row.end) for row in rows]


def test_opml_adds_what_is_registered_and_tells_the_rest(an: Member) -> None:
    publication = make_publication(host="bao.example")
    make_feed(publication, url="https://bao.example/first.xml")
    report = take_list(read_list(OPML.encode(), reader=Here()), by=an, now=NOW)
    assert told(report.rows) == [
        (2, "added"), (3, "known"), (4, "refused"), (5, "refused"), (6, "refused"),
    ]  # fmt: skip
    assert all(row.why for row in report.refused)
    assert Feed.objects.count() == 2


def test_csv_proposes_publications_and_follows_none_of_them_yet(an: Member) -> None:
    report = take_list(read_list(TABLE.encode(), reader=Here()), by=an, now=NOW)
    assert told(report.rows) == [(2, "proposed"), (3, "refused"), (4, "refused"), (5, "refused")]
    assert [Proposal.objects.get().id] == list(report.proposals)
    assert (Publication.objects.count(), Feed.objects.count()) == (0, 0)


def test_look_changes_nothing_and_tells_the_same(an: Member) -> None:
    rows = read_list(TABLE.encode(), reader=Here())
    look = take_list(rows, by=an, now=NOW, look_only=True)
    assert (Proposal.objects.count(), LogEntry.objects.count(), look.proposals) == (0, 0, ())
    assert look.rows == take_list(rows, by=an, now=NOW).rows


@pytest.mark.parametrize(
    "body",
    [
        "name,author,feed\nA,B,https://a.example/f\n",
        "name,organisation\nA,B\n",
        "",
        "<opml><body><outline",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><opml/>",
        b"feed\n\xff\xfe\n",
    ],
)
def test_file_that_is_no_list_is_refused_whole(body: str | bytes) -> None:
    data = body if isinstance(body, bytes) else body.encode()
    with pytest.raises(EngineError):
        read_list(data, reader=Here())


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: b"feed;name\n" + text.encode("utf-8", "ignore"))
)
def test_no_bytes_break_the_reading_of_a_list(data: bytes) -> None:
    try:
        rows = read_list(data, reader=Here())
    except EngineError:
        return
    assert all(row.line > 0 for row in rows)


def test_list_that_went_out_comes_back_as_known(an: Member) -> None:
    make_feed(make_publication("=Báo; “A”"))
    make_feed(make_publication("Báo B"))
    for data in (write_list_csv().encode(), write_list_opml()):
        report = take_list(read_list(data, reader=Here()), by=an, now=NOW)
        assert {row.end for row in report.rows} == {"known"}
        assert len(report.rows) == 2
    [first, _second] = csv.DictReader(io.StringIO(write_list_csv()[1:]))
    assert tuple(first) == COLUMNS


def test_lists_leave_out_what_is_stopped_or_paused() -> None:
    make_feed(stopped_at=NOW, url="https://stopped.example/f")
    paused = make_feed(url="https://paused.example/f").publication
    Publication.objects.filter(id=paused.id).update(paused_at=NOW)
    assert b"stopped.example" not in write_list_opml()
    assert "paused.example" not in write_list_csv()


@pytest.mark.django_db(transaction=True)
def test_member_imports_in_the_browser_and_reads_the_report(
    an: Member, client_of: Callable[..., Client]
) -> None:
    make_publication(host="bao.example")
    client = client_of(an)
    client.cookies["language"] = "en"
    sent = SimpleUploadedFile("nguon.opml", OPML.encode())
    page = client.post("/sources/import", {"file": sent}).content.decode()
    assert "2 added, 0 known already, 0 proposed, 3 refused" in page
    assert "belongs to no registered publication" in page
    broken = SimpleUploadedFile("nguon.opml", b"<opml><body>")
    assert client.post("/sources/import", {"file": broken}).status_code == 400


def test_lists_are_for_members(everyone: dict[str, Any], client_of: Callable[..., Client]) -> None:
    for path in ("/sources/import", "/sources/export.opml", "/sources/export.csv"):
        told = {name: client_of(who).get(path).status_code for name, who in everyone.items()}
        assert told == {"An": 200, "Bình": 200, "Cúc": 302, "Dũng": 302}, path
    assert client_of(everyone["An"]).get("/sources/export.exe").status_code == 404

"""Entering one article by hand: from an address, a pasted text, a file; looked through, then placed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.clippings import make_pdf, make_png
from tests.machines import run_jobs
from tests.watch.press import Press
from tests.watch.rows import BRIDGE, RICE, make_article, make_publication

from haidang.core.machines import evidence_folder, find_file_store
from haidang.core.models import LogEntry, Member
from haidang.watch import actions
from haidang.watch.enums import Way
from haidang.watch.models import Article, Draft, Entry, KeptFile, Snapshot
from haidang.watch.queries.health import find_disorder

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Khánh thành cầu Suối Mộc"
SIGNED = BRIDGE + "\nVàng Thị Lả"
HAND_MARK = "Nhập tay"


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as running:
        yield running


@pytest.fixture
def browser(an: Member, client_of: Callable[..., Client], let_read: Any) -> Client:
    return client_of(an)


def paste(publication: Any, **told: Any) -> dict[str, Any]:
    day = timezone.localdate() - timedelta(days=1)
    return {
        "publication": publication.id,
        "title": TITLE,
        "text": SIGNED,
        "day": f"{day:%d/%m/%Y}",
        "language": "vi",
        **told,
    }


def add(browser: Client, way: str, **told: Any) -> Any:
    return browser.post(f"/articles/add?way={way}", told)


def read_one(browser: Client, way: str, **told: Any) -> Draft:
    """Hand something in and have it read; the draft."""
    answer = add(browser, way, **told)
    assert answer.status_code == 302, answer.content.decode()
    run_jobs()
    return Draft.objects.get()


def place(browser: Client, draft: Draft, **told: Any) -> Any:
    """Confirm a draft with what its form shows and what is told; the answer."""
    form = browser.get(f"/articles/drafts/{draft.id}").context["form"]
    shown = {
        name: form[name].value() or "" for name in form.fields if form[name].value() is not None
    }
    if "day" in shown and not isinstance(shown["day"], str):
        shown["day"] = f"{shown['day']:%d/%m/%Y}"
    if "hour" in shown and not isinstance(shown["hour"], str):
        shown["hour"] = f"{shown['hour']:%H:%M}"
    answer = browser.post(f"/articles/drafts/{draft.id}", {**shown, "act": "place", **told})
    run_jobs()
    return answer


def upload(data: bytes, name: str = "scan.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def as_handed_in() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Draft, KeptFile, Entry, Article)}


# ---------------------------------------------------------------- the three ways


def test_pasted_text_is_looked_through_and_placed_beside_its_original(browser: Client) -> None:
    first = make_article(
        make_publication("Báo gốc"), BRIDGE, title=TITLE, at=timezone.now() - timedelta(days=2)
    )
    paper = make_publication("Báo in")
    draft = read_one(browser, "text", **paste(paper))
    assert (draft.state, draft.text) == ("ready", BRIDGE)
    assert Article.objects.count() == 1
    assert place(browser, draft).status_code == 302
    article = Article.objects.get(publication=paper)
    assert (article.text, article.page_kind, article.precision) == (BRIDGE, "hand", "day")
    assert (article.original_id, article.story_id, article.reprint_kind) == (
        first.id,
        first.story_id,
        "verbatim",
    )
    assert browser.get(f"/articles/drafts/{draft.id}").headers["Location"] == f"/a/{article.id}"
    page = browser.get(f"/a/{article.id}").content.decode()
    assert HAND_MARK in page
    assert "data-original" not in page
    told = list(LogEntry.objects.filter(member__username="an").values_list("act", flat=True))
    assert told == ["begin_draft", "enter_article"]
    assert find_disorder() == []


def test_address_is_fetched_archived_and_placed_as_it_was_printed(
    browser: Client, press: Press, let_read: Any
) -> None:
    paper = press.paper("agency")
    url = paper.write("/cau", TITLE, SIGNED)
    make_publication(host=paper.host)
    let_read(*press.hosts())
    draft = read_one(browser, "address", url=url)
    assert (draft.title, draft.text, draft.snapshot) == (TITLE, BRIDGE, Snapshot.objects.get())
    place(browser, draft)
    article = Article.objects.get()
    assert (article.url, article.text, article.page_kind, article.snapshot) == (
        url,
        BRIDGE,
        "article",
        draft.snapshot,
    )
    assert HAND_MARK not in browser.get(f"/a/{article.id}").content.decode()


def test_correcting_a_fetched_page_marks_it(browser: Client, press: Press, let_read: Any) -> None:
    paper = press.paper("agency")
    url = paper.write("/cau", TITLE, BRIDGE)
    make_publication(host=paper.host)
    let_read(*press.hosts())
    place(browser, read_one(browser, "address", url=url), title="Cầu Suối Mộc thông xe")
    article = Article.objects.get()
    assert (article.title, article.page_kind) == ("Cầu Suối Mộc thông xe", "hand")


def test_page_that_cannot_be_read_is_told_and_may_be_typed(
    browser: Client, press: Press, let_read: Any
) -> None:
    paper = press.paper("agency")
    url = paper.serve("/cau", "nghỉ", status=500)
    make_publication(host=paper.host)
    let_read(*press.hosts())
    draft = read_one(browser, "address", url=url)
    assert (draft.state, draft.trouble) == ("ready", "http_status")
    assert "500" in browser.get(f"/articles/drafts/{draft.id}").content.decode()
    place(browser, draft, title=TITLE, text=BRIDGE, language="vi")
    assert (Article.objects.get().url, Article.objects.get().page_kind) == (url, "hand")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext on this machine")
def test_clipping_is_kept_read_corrected_and_placed_with_its_file(browser: Client) -> None:
    data = make_pdf(
        ["New bridge opens", "The bridge over the Moc opened today after months of work."]
    )
    paper = make_publication("Báo in", language="en")
    draft = read_one(browser, "file", publication=paper.id, file=upload(data, "An's holiday.exe"))
    assert (draft.title, draft.text) == (
        "New bridge opens",
        "The bridge over the Moc opened today after months of work.",
    )
    assert place(browser, draft).status_code == 400, "the day is wanted"
    place(browser, draft, day="01/03/2024", text=draft.text + "\nIt is 186 metres long.")
    article, file = Article.objects.get(), KeptFile.objects.get()
    assert (article.page_kind, article.language, article.sort_at.year) == ("hand", "en", 2024)
    assert (file.sha256, file.size, file.kind) == (
        hashlib.sha256(data).hexdigest(),
        len(data),
        "pdf",
    )
    page = browser.get(f"/a/{article.id}").content.decode()
    assert file.sha256 in page
    assert "holiday" not in page + str(list(LogEntry.objects.values_list("what", "data")))
    answer = browser.get(f"/articles/files/{file.sha256}")
    assert answer.content == data


def test_scan_without_a_reader_is_typed_by_the_member(
    browser: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (
        "apt install tesseract-ocr tesseract-ocr-vie"
        in browser.get("/articles/add?way=file").content.decode()
    )
    paper = make_publication()
    draft = read_one(browser, "file", publication=paper.id, file=upload(make_png()))
    assert (draft.trouble, draft.trouble_facts["detail"]) == ("clipping_unread", "no_tesseract")
    assert "apt install" in browser.get(f"/articles/drafts/{draft.id}").content.decode()
    place(browser, draft, title=TITLE, text=SIGNED, day="01/03/2024")
    assert Article.objects.get().text == BRIDGE


# ---------------------------------------------------------------- promises


def test_signature_typed_at_the_last_moment_is_cut_too(browser: Client) -> None:
    draft = read_one(browser, "text", **paste(make_publication(), text=BRIDGE))
    place(browser, draft, text=SIGNED)
    assert Article.objects.get().text == BRIDGE
    assert "Vàng Thị Lả" not in str(list(Draft.objects.values_list("text", flat=True)))


def test_nothing_but_a_signature_is_no_article(browser: Client) -> None:
    draft = read_one(browser, "text", **paste(make_publication(), text=BRIDGE))
    place(browser, draft, text="Theo dõi báo trên Google News\nTags: cầu")
    draft.refresh_from_db()
    assert Article.objects.count() == (0 if draft.state == "ready" else 1)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://chua-dang-ky.example/bai", "chua-dang-ky.example"),
        ("https://www.facebook.com/ai-do/posts/1", "facebook.com"),
        ("https://bao.example/tac-gia/nguyen-van-a", "một cá nhân"),
        ("javascript:alert(1)", "http://"),
        ("https://bao.example/search?q=x", "tìm kiếm"),
    ],
)
def test_address_of_no_publication_is_refused_before_it_is_fetched(
    browser: Client, url: str, sentence: str
) -> None:
    make_publication(host="bao.example")
    answer = add(browser, "address", url=url)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert as_handed_in() == dict.fromkeys(as_handed_in(), 0)


def test_unregistered_publication_is_offered_to_be_registered(browser: Client) -> None:
    page = add(browser, "address", url="https://chua-dang-ky.example/bai").content.decode()
    assert 'class="button" href="/sources/add"' in page


def test_paused_publication_takes_no_article(browser: Client) -> None:
    paper = make_publication(host="bao.example")
    paper.paused_at = timezone.now()
    paper.save()
    assert add(browser, "address", url="https://bao.example/1").status_code == 400
    assert add(browser, "text", **paste(paper)).status_code == 400
    assert Draft.objects.count() == 0


def test_members_alone_enter_articles_and_open_files(
    everyone: dict[str, Any], client_of: Callable[..., Client], let_read: Any
) -> None:
    paper = make_publication()
    draft = actions.begin_draft(
        actions.NewDraft(way=Way.FILE, publication=paper, file=make_png()),
        by=None, now=timezone.now(), then=bool, from_command=True,
    )  # fmt: skip
    paths = [
        "/articles/add",
        f"/articles/drafts/{draft.id}",
        f"/articles/files/{draft.file.sha256}",
    ]
    for path in paths:
        told = {name: client_of(who).get(path).status_code for name, who in everyone.items()}
        assert told == {"An": 200, "Bình": 200, "Cúc": 302, "Dũng": 302}, path


def test_demo_opens_no_file_to_outsiders(client: Client, let_read: Any, now: datetime) -> None:
    from haidang.core.actions import set_mode
    from haidang.core.enums import DeskMode

    name = find_file_store().keep(make_png())
    KeptFile.objects.create(sha256=name, size=1, kind="png", kept_at=now)
    set_mode(DeskMode.DEMO, now=now)
    for path in (f"/articles/files/{name}", "/articles/add"):
        assert client.get(path, headers={"host": "localhost"}).status_code == 302


# ---------------------------------------------------------------- files


def test_file_is_given_as_bytes_to_be_saved(browser: Client, now: datetime) -> None:
    name = find_file_store().keep(b"tin <b>x")
    KeptFile.objects.create(sha256=name, size=8, kind="text", kept_at=now)
    headers = browser.get(f"/articles/files/{name}").headers
    told = {
        key: headers[key]
        for key in (
            "Content-Type",
            "Content-Disposition",
            "X-Content-Type-Options",
            "Content-Security-Policy",
        )
    }
    assert told == {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{name[:16]}.txt"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }


@pytest.mark.parametrize(
    "path",
    ["/articles/files/" + "0" * 64, "/articles/files/..%2f..%2fsecret_key", "/articles/drafts/999"],
)
def test_what_is_not_there_is_a_page(browser: Client, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"MZ\x90\0" + b"\0" * 99, "scan.jpg"),
        (b"<svg xmlns='x'><script>alert(1)</script></svg>", "scan.png"),
        (make_png(told=(50_000, 50_000)), "scan.png"),
        (make_pdf(["x"], pages=10_000), "ten-thousand.pdf"),
        (make_pdf(["x"]) + b"PK\5\6" + b"\0" * 18, "both.pdf"),
        (b"", "scan.png"),
        (b"\0" * 100, "a\0b.png"),
    ],
)  # fmt: skip
def test_bad_file_is_refused_with_a_sentence_and_nothing_is_lost(
    browser: Client, data: bytes, name: str
) -> None:
    paper = make_publication()
    answer = add(
        browser, "file", publication=paper.id, file=upload(data, name), title=TITLE, text=BRIDGE
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "wrong-why" in page
    assert (TITLE in page, BRIDGE.splitlines()[0] in page) == (True, True)
    assert as_handed_in() == dict.fromkeys(as_handed_in(), 0)
    assert [path for path in evidence_folder().rglob("*") if path.is_file()] == []


def test_request_beyond_all_forms_is_refused_by_its_length(browser: Client) -> None:
    answer = browser.generic("POST", "/articles/add?way=file", b"x", CONTENT_LENGTH=str(28 << 20))
    assert answer.status_code == 413


# ---------------------------------------------------------------- twice, later, together


def test_same_article_twice_is_one(browser: Client) -> None:
    paper = make_publication()
    told = paste(paper)
    for _ in range(2):
        Draft.objects.all().delete()
        place(browser, read_one(browser, "text", **told))
    assert (Article.objects.count(), Entry.objects.count()) == (1, 1)


def test_article_that_is_here_already_is_shown(browser: Client) -> None:
    article = make_article()
    answer = add(browser, "address", url=article.url)
    assert answer.status_code == 400
    assert f'href="/a/{article.id}"' in answer.content.decode()


def test_draft_confirmed_by_two_is_placed_once(
    browser: Client, binh: Member, client_of: Callable[..., Client]
) -> None:
    draft = read_one(browser, "text", **paste(make_publication()))
    day = f"{timezone.localtime(draft.published_at):%d/%m/%Y}"
    told = {"title": TITLE, "text": BRIDGE, "day": day, "language": "vi", "act": "place"}
    answers = [
        one.post(f"/articles/drafts/{draft.id}", told).status_code
        for one in (browser, client_of(binh))
    ]
    run_jobs()
    assert (answers, Article.objects.count()) == ([302, 400], 1)


def test_draft_is_kept_as_left_and_thrown_away(browser: Client) -> None:
    draft = read_one(browser, "text", **paste(make_publication()))
    answer = browser.post(
        f"/articles/drafts/{draft.id}", {"act": "keep", "title": "Mới", "text": "", "day": ""}
    )
    draft.refresh_from_db()
    assert (answer.status_code, draft.title, draft.text, draft.state) == (302, "Mới", "", "ready")
    browser.post(f"/articles/drafts/{draft.id}", {"act": "drop"})
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("day", ["31/12/2999", "01/01/1900", "2024-13-45", "hôm qua"])
def test_impossible_day_is_told(browser: Client, day: str) -> None:
    assert add(browser, "text", **paste(make_publication(), day=day)).status_code == 400


def test_drafts_and_their_files_are_forgotten_after_a_week(browser: Client) -> None:
    old = datetime(2026, 1, 1, tzinfo=UTC)
    for at in (old, timezone.now()):
        actions.begin_draft(
            actions.NewDraft(way=Way.FILE, publication=make_publication(), file=make_png(at.year % 97 + at.month)),
            by=None, now=at, then=bool, from_command=True,
        )  # fmt: skip
    assert actions.forget_drafts(now=timezone.now()) == 1
    assert (Draft.objects.count(), KeptFile.objects.count()) == (1, 1)
    assert list(find_file_store().verify([KeptFile.objects.get().sha256])) == []


def test_list_of_drafts_asks_as_often_for_three_as_for_one(
    browser: Client, django_assert_num_queries: Any
) -> None:
    from django.db import connection

    asked = []
    for number in (1, 2):
        for _ in range(number):
            actions.begin_draft(
                actions.NewDraft(way=Way.TEXT, publication=make_publication(), text=RICE),
                by=None, now=timezone.now(), then=bool, from_command=True,
            )  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as told:
            assert browser.get("/articles/add").status_code == 200
        asked.append(len(told))
    assert asked[0] == asked[1]

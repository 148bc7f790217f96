"""Adding, repairing and leaving a source in a real browser, on a real desk with a press on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.cast import PASSWORD
from tests.machines import run_jobs
from tests.watch.press import Paper, Press
from tests.watch.rows import make_feed, make_publication

from haidang.core.models import Member
from haidang.watch.models import Feed, Publication

NAME = "Báo Lam Giang"


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as running:
        yield running


@pytest.fixture
def paper(press: Press, let_read: Any) -> Paper:
    opened = press.paper("lamgiang")
    let_read(*press.hosts())
    return opened


def sign_in(page: Any, name: str, path: str) -> None:
    page.goto(path)
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"**{path}")


def check(page: Any) -> None:
    """Open to all readers: axe finds nothing, nothing scrolls sideways."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    faults = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == width, page.url


@pytest.mark.parametrize("script", [True, False])
def test_source_is_added_once_its_page_bears_it_out(
    open_browser: Callable[..., Any], an: Member, paper: Paper, script: bool
) -> None:
    page = open_browser(java_script_enabled=script)
    sign_in(page, "an", "/sources/add")
    about = paper.serve("/gioi-thieu", "<p>Báo Sông Giang</p>")
    for field, told in {
        "name": NAME, "organisation": "Tỉnh Lam Giang", "organisation_page": about,
        "feed": f"http://{paper.host}/feed.xml",
    }.items():  # fmt: skip
        page.fill(f"#id_{field}", told)
    page.click("main button.primary")
    page.wait_for_url("**/sources/proposals/*")
    run_jobs()
    page.reload()
    assert NAME in page.inner_text(".note")
    paper.serve("/gioi-thieu", f"<p>Cơ quan ngôn luận: {NAME}</p>")
    page.click("main .form button.primary")
    run_jobs()
    page.reload()
    page.wait_for_url(f"**/sources/{Publication.objects.get().id}")
    assert NAME in page.inner_text(".messages")


@pytest.mark.parametrize(("width", "appearance"), [(1280, "light"), (320, "dark")])
def test_source_is_repaired_paused_and_left(
    open_browser: Callable[..., Any], live_server: Any, an: Member, width: int, appearance: str
) -> None:
    publication = make_publication(NAME, host="bao.example")
    make_feed(publication, url="https://bao.example/old.xml", trouble="gone", failures=1)
    page = open_browser(width=width, appearance=appearance)
    sign_in(page, "an", f"/sources/{publication.id}")
    check(page)
    page.fill("form[action$=address] input[type=url]", "https://noinao.example/rss")
    page.click("form[action$=address] button")
    assert "noinao.example" in page.inner_text(".form-errors")
    page.fill("form[action$=address] input[type=url]", "https://bao.example/new.xml")
    page.click("form[action$=address] button")
    page.wait_for_url(f"**/sources/{publication.id}")
    assert Feed.objects.get().url == "https://bao.example/new.xml"
    page.click(".source-side summary >> nth=-1")
    page.fill("#leave-reason", "Báo đã đóng cửa.")
    page.click("form[action$=leave] button")
    page.wait_for_url(f"**/sources/{publication.id}")
    assert "Báo đã đóng cửa." in page.inner_text(".note")
    check(page)


def test_stranger_says_that_an_entry_is_a_person_and_gets_no_cookie(
    open_browser: Callable[..., Any], live_server: Any, an: Member, binh: Member
) -> None:
    from haidang.watch.views.register import pace

    pace.forget()
    publication = make_publication(NAME, host="bao.example")
    stranger = open_browser(width=390)
    stranger.goto("/sources/public")
    check(stranger)
    stranger.click("form[action$=person] button")
    stranger.wait_for_url("**#publication-*")
    assert stranger.locator("form[action$=person]").count() == 0
    assert {cookie["name"] for cookie in stranger.context.cookies()} == {"language", "appearance"}
    first, second = open_browser(), open_browser()
    sign_in(first, "an", f"/sources/{publication.id}")
    check(first)
    first.check("input[name=finding][value=publication]")
    first.fill("#id_reason", "Là báo của tỉnh, có giấy phép.")
    first.click("form[action$=finding] button")
    first.wait_for_url(f"**/sources/{publication.id}")
    assert first.locator("form[action$=approve]").count() == 0
    sign_in(second, "bình", f"/sources/{publication.id}")
    second.click("form[action$=approve] button")
    second.wait_for_url(f"**/sources/{publication.id}")
    assert Publication.objects.get().paused_at is None


def test_list_from_a_file_is_reported_row_by_row(
    open_browser: Callable[..., Any], live_server: Any, an: Member
) -> None:
    make_publication(NAME, host="bao.example")
    page = open_browser(width=390)
    sign_in(page, "an", "/sources/import")
    body = b"feed\nhttps://bao.example/1.xml\nhttps://facebook.com/ai-do\n"
    page.set_input_files("#id_file", {"name": "n.csv", "mimeType": "text/csv", "buffer": body})
    page.click("main button.primary")
    assert page.locator(".report tbody tr").count() == 2
    check(page)

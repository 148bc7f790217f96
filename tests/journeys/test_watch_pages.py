"""WATCH in a real browser: for everyone, on any screen, with nothing alive that should not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.cast import PASSWORD
from tests.sheet import Sheet


def all_pages(sheet: Sheet) -> list[str]:
    return [
        "/", "/promises", "/help/keys", "/sign-in", "/watch/", "/watch/?order=largest",
        f"/s/{sheet.story}", f"/a/{sheet.original}", f"/a/{sheet.edited}", f"/a/{sheet.hostile}",
        "/search", "/search?q=cầu&publication=&language=vi", "/search?q=-cầu", "/sources/", "/nowhere",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "appearance", "width"), [("vi", "light", 1280), ("en", "dark", 390)]
)
def test_pages_are_open_to_all_readers(
    sheet: Sheet, open_browser: Callable[..., Any], language: str, appearance: str, width: int
) -> None:
    """axe-core finds nothing, with all that folds unfolded."""
    from axe_playwright_python.sync_playwright import Axe

    page = open_browser(language=language, appearance=appearance, width=width)
    found = {}
    for path in all_pages(sheet):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        for fault in Axe().run(page).response["violations"]:
            found[path, fault["id"]] = fault["nodes"][0]["html"]
    assert found == {}


def test_nothing_is_alive_and_nothing_leaves_the_desk(
    sheet: Sheet, open_browser: Callable[..., Any], live_server: Any
) -> None:
    page = open_browser()
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: told.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    for path in all_pages(sheet)[:-1]:
        page.goto(path)
        assert page.evaluate("window.alive") is None, path
    assert told == []
    assert [url for url in asked if not url.startswith(live_server.url + "/")] == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_narrow_screen_never_scrolls_sideways(
    sheet: Sheet, open_browser: Callable[..., Any], language: str
) -> None:
    page = open_browser(language=language, width=320)
    widths = {}
    for path in all_pages(sheet):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    assert set(widths.values()) == {320}, widths


def test_what_can_be_pressed_is_large_enough(
    sheet: Sheet, open_browser: Callable[..., Any]
) -> None:
    """24 px each way (WCAG 2.5.8); links within a sentence or a heading are excepted by the rule."""
    page = open_browser(width=390)
    for path in ("/watch/", f"/s/{sheet.story}", "/search", "/sources/", "/sign-in"):
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, input, select, summary, nav a")]
                .filter(each => !each.closest(".heard, dialog") && each.offsetParent)
                .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
                .filter(([, box]) => box.width > 1 && Math.min(box.width, box.height) < 24)
                .map(([html]) => html)"""
        )
        assert small == [], path


def test_reading_needs_no_script(sheet: Sheet, open_browser: Callable[..., Any]) -> None:
    page = open_browser(java_script_enabled=False)
    page.goto("/")  # in a demo the way leads straight to the news
    assert page.url.endswith("/watch/")
    first = page.inner_text(".river h3")
    page.click(".more a")
    assert page.inner_text(".river h3") != first
    page.click("nav.rooms a >> nth=0")
    page.click(".lead h2 a")
    assert "/s/" in page.url
    page.click(".art h3 a >> nth=0")
    assert "/a/" in page.url
    page.fill("#find", "cau vinh an")
    page.press("#find", "Enter")
    assert page.locator(".hit").count() > 0


def test_night_is_there_from_the_first_byte(sheet: Sheet, open_browser: Callable[..., Any]) -> None:
    page = open_browser(java_script_enabled=False)
    page.goto("/watch/?order=largest")
    page.click("button[name=appearance][value=dark]")
    assert page.url.endswith("/watch/?order=largest")
    assert page.get_attribute("html", "data-appearance") == "dark"
    page.click("button[name=language][value=en]")
    assert page.get_attribute("html", "lang") == "en"


def test_more_stories_come_without_a_jump_and_take_the_focus(
    sheet: Sheet, open_browser: Callable[..., Any]
) -> None:
    page = open_browser()
    page.goto("/watch/")
    before = page.locator("[data-story]").count()
    more = page.locator(".more a")
    more.scroll_into_view_if_needed()
    place = page.evaluate("window.scrollY")
    more.press("Enter")
    page.locator("[data-story] :focus").wait_for()
    assert page.evaluate("window.scrollY") == place
    assert (
        page.evaluate(
            "[...document.querySelectorAll('[data-story]')].indexOf(document.activeElement.closest('[data-story]'))"
        )
        == before
    )
    days = page.locator(".days h2.day").all_inner_texts()
    assert len(days) == len(set(days))


def test_member_signs_in_registers_and_signs_out(
    sheet: Sheet, open_browser: Callable[..., Any], an: Any
) -> None:
    page = open_browser()
    page.goto("/sources/add")
    page.fill("#id_username", "an")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/sources/add")
    page.fill("#id_name", "Báo Cửa Sót")
    page.fill("#id_organisation", "Hội Nhà báo Cửa Sót")
    page.fill("#id_organisation_page", "https://hoi.example/bao")
    page.fill("#id_feed", "https://www.facebook.com/cuasot")
    page.click("main button.primary")
    assert "facebook.com" in page.inner_text(".form-errors")
    assert page.input_value("#id_name") == "Báo Cửa Sót"
    page.fill("#id_feed", "https://cua-sot.example/rss")
    page.click("main button.primary")
    page.wait_for_url("**/sources/proposals/*")
    assert "Báo Cửa Sót" in page.inner_text("h1")
    page.click(".who button")
    assert page.locator(".who a").count() == 1

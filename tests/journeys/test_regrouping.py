"""Splitting and merging a story in the browser, with undo; and the same without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.cast import PASSWORD
from tests.sheet import Sheet

from haidang.watch.models import Article, Story
from haidang.watch.queries.health import find_disorder


@pytest.fixture
def sign_in(an: Any, open_browser: Callable[..., Any]) -> Callable[..., Any]:
    def as_an(**chosen: Any) -> Any:
        page = open_browser(**chosen)
        page.goto("/sign-in")
        page.fill("#id_username", "an")
        page.fill("#id_password", PASSWORD)
        page.click("main button.primary")
        return page

    return as_an


@pytest.mark.parametrize("script", [True, False])
def test_story_is_split_and_put_together_again(
    sheet: Sheet, sign_in: Callable[..., Any], *, script: bool
) -> None:
    page = sign_in(java_script_enabled=script)
    page.goto(f"/s/{sheet.story}")
    page.click(".regroupings a.button")
    page.click("main button.primary")  # nothing is chosen yet
    assert "Chưa chọn bài nào." in page.inner_text(".form-errors")
    page.check(f"input[name=articles][value='{sheet.translated}']")
    page.click("main button.primary")
    new = Article.objects.get(id=sheet.translated).story_id
    assert page.url.endswith(f"/s/{new}")
    assert page.inner_text(".art h3") == "New bridge opens"
    page.goto(f"/s/{sheet.story}")
    assert page.locator(".art").count() == 1
    assert "an tách 1 bài thành “New bridge opens”" in page.inner_text(".regroupings")
    page.click(".regroupings form button")
    assert "Đã hoàn tác" in page.inner_text(".messages")
    assert page.locator(".art").count() == 2
    assert "hoàn tác" in page.inner_text(".regroupings li")
    assert Article.objects.get(id=sheet.translated).story_id == sheet.story
    page.goto(f"/s/{new}")
    assert page.url.endswith(f"/s/{sheet.story}")
    assert find_disorder() == []


def test_stories_are_merged_by_the_keyboard_and_parted_again(
    sheet: Sheet, sign_in: Callable[..., Any]
) -> None:
    short = Story.objects.filter(title="Tin ngắn số 1").get()
    page = sign_in()
    page.goto(f"/s/{short.id}/edit")
    page.focus("input[name=act][value=split]")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.focus("#other")
    page.keyboard.type(f"http://desk.example/s/{sheet.story}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/s/{sheet.story}")
    assert page.locator(".art").count() == 3
    page.goto(f"/s/{short.id}")
    assert page.url.endswith(f"/s/{sheet.story}")  # the old address leads on
    page.click(".regroupings form button")
    page.goto(f"/s/{short.id}")
    assert page.url.endswith(f"/s/{short.id}")
    assert page.inner_text(".art h3") == "Tin ngắn số 1"
    assert find_disorder() == []


@pytest.mark.parametrize(
    ("language", "appearance", "width"), [("vi", "light", 320), ("en", "dark", 1280)]
)
def test_edit_mode_is_open_to_all(
    sheet: Sheet, sign_in: Callable[..., Any], language: str, appearance: str, width: int
) -> None:
    """axe-core finds nothing; nothing scrolls sideways; all that is pressed is large enough."""
    from axe_playwright_python.sync_playwright import Axe

    page = sign_in(language=language, appearance=appearance, width=width)
    page.goto(f"/s/{sheet.story}/edit")
    page.check(f"input[name=articles][value='{sheet.translated}']")
    page.click("main button.primary")
    for path in (f"/s/{sheet.story}", f"/s/{sheet.story}/edit"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        faults = [fault["id"] for fault in Axe().run(page).response["violations"]]
        assert (path, faults) == (path, [])
        assert page.evaluate("document.documentElement.scrollWidth") == width
        small = page.evaluate(
            """() => [...document.querySelectorAll("main button, main input, main summary")]
                .filter(each => each.offsetParent)
                .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
                .filter(([, box]) => Math.min(box.width, box.height) < 24)
                .map(([html]) => html)"""
        )
        assert small == []

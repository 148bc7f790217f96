"""Keys: they move, they rest while one types or composes letters, and they can be switched off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.sheet import Sheet

FOCUSED = "document.activeElement.textContent.trim()"
COMPOSED = """key => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
    { key, keyCode: 229, isComposing: true, bubbles: true, cancelable: true }))"""


@pytest.fixture
def page(sheet: Sheet, open_browser: Callable[..., Any]) -> Any:
    page = open_browser()
    page.goto("/watch/")
    return page


def headline(page: Any, number: int) -> str:
    return str(page.locator("[data-story] :is(h2, h3) a").nth(number).inner_text().strip())


def test_j_and_k_walk_the_headlines_and_o_opens(page: Any) -> None:
    for key in "jjjk":
        page.keyboard.press(key)
    assert page.evaluate(FOCUSED) == headline(page, 1)
    told = headline(page, 1)
    page.keyboard.press("o")
    page.wait_for_url("**/s/*")
    assert page.inner_text("h1") == told


def test_walk_stops_at_the_ends(page: Any) -> None:
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert page.evaluate(FOCUSED) == headline(page, 0)


def test_slash_searches_and_escape_leaves(page: Any) -> None:
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("jjk?/g")
    assert page.input_value("#find") == "jjk?/g"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_question_mark_shows_the_keys_and_escape_closes(page: Any) -> None:
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def test_g_then_letter_goes_to_a_room(page: Any) -> None:
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/sources/")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/watch/")


@pytest.mark.parametrize("key", ["j", "/", "?", "o"])
def test_keys_rest_while_letters_are_being_composed(page: Any, key: str) -> None:
    page.keyboard.press("j")
    before = page.evaluate(FOCUSED)
    page.evaluate(COMPOSED, key)
    assert page.evaluate(FOCUSED) == before
    assert page.locator("dialog[open]").count() == 0


@pytest.mark.parametrize("chord", ["Control+j", "Alt+j", "Meta+j"])
def test_keys_leave_chords_to_the_browser(page: Any, chord: str) -> None:
    page.keyboard.press(chord)
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_keys_can_be_switched_off_and_on(page: Any) -> None:
    page.goto("/help/keys")
    switch = page.locator("main [data-keys-switch]")
    switch.click()
    page.goto("/watch/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.goto("/help/keys")
    switch.click()
    page.goto("/watch/")
    page.keyboard.press("j")
    assert page.evaluate(FOCUSED) == headline(page, 0)


def test_first_tab_leads_past_the_bar(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_everything_that_takes_focus_shows_it(page: Any) -> None:
    for _ in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid", page.evaluate("document.activeElement.outerHTML.slice(0, 80)")

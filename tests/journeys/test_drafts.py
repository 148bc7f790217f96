"""Entering one article by hand in a real browser, with and without scripts, in both lights."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest
from tests.cast import PASSWORD
from tests.clippings import make_pdf
from tests.machines import run_jobs
from tests.watch.rows import make_publication

LINES = ["New bridge opens", "The bridge over the Moc opened today", "after months of work."]


def sign_in(page: Any, path: str) -> None:
    page.goto(f"/sign-in?next={path}")
    page.fill("#id_username", "an")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"**{path}")


def faults_of(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    return [fault["id"] for fault in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(
    ("language", "appearance", "width"), [("vi", "light", 1280), ("en", "dark", 320)]
)
def test_pages_for_entering_are_open_to_all(
    live_server: Any,
    an: Any,
    let_read: Any,
    open_browser: Callable[..., Any],
    language: str,
    appearance: str,
    width: int,
) -> None:
    make_publication("Báo tỉnh")
    page = open_browser(language=language, appearance=appearance, width=width)
    sign_in(page, "/articles/add")
    found = {}
    for way in ("address", "text", "file"):
        page.goto(f"/articles/add?way={way}")
        found[way] = (faults_of(page), page.evaluate("document.documentElement.scrollWidth"))
    page.goto("/articles/add?way=text")
    page.select_option("#id_publication", label="Báo tỉnh")
    page.fill("#id_title", "An Khê gặt lúa sớm")
    page.fill("#id_text", "Hợp tác xã gặt xong ba mươi héc-ta.")
    page.click("main button.primary")
    page.wait_for_url("**/drafts/*")
    found["waiting"] = (faults_of(page), page.evaluate("document.documentElement.scrollWidth"))
    run_jobs()
    page.locator("#id_title").wait_for()
    found["draft"] = (faults_of(page), page.evaluate("document.documentElement.scrollWidth"))
    assert found == dict.fromkeys(found, ([], width))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext on this machine")
def test_clipping_becomes_an_article_without_any_script(
    live_server: Any, an: Any, let_read: Any, open_browser: Callable[..., Any]
) -> None:
    make_publication("Báo in", language="en")
    page = open_browser(java_script_enabled=False)
    sign_in(page, "/articles/add")
    page.click(".ways a >> nth=2")
    page.select_option("#id_publication", label="Báo in")
    given = {"name": "q.jpg", "mimeType": "image/jpeg", "buffer": b"MZ\x90\0" + b"\0" * 90}
    page.set_input_files("#id_file", given)
    page.fill("#id_day", "01/03/2024")
    page.click("main button.primary")
    assert page.locator("#id_file_error").count() == 1
    assert page.input_value("#id_day") == "01/03/2024"
    page.set_input_files("#id_file", {**given, "buffer": make_pdf(LINES)})
    page.click("main button.primary")
    run_jobs()
    page.click("main a.primary")
    assert page.input_value("#id_title") == "New bridge opens"
    page.click("button[value=place]")
    run_jobs()
    page.click("main a.primary")
    assert (
        page.inner_text(".reading .text")
        == "The bridge over the Moc opened today after months of work."
    )
    with page.expect_download() as saved:
        page.click("aside a[href^='/articles/files/']")
    assert saved.value.suggested_filename.endswith(".pdf")

"""What a digest writes: strangers' words stay words, in every form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from markdown_it import MarkdownIt

from haidang.engine.types import EntryData, PageData
from haidang.project.digest import FORMS, Found, group

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def write(form: str, title: str) -> str:
    found = Found(
        title,
        EntryData(key="1", url="https://bao.example/1?a=<b>", title=title),
        PageData(title=title, lead=title, text="Bài về cây cầu mới.", language="vi"),
    )
    return FORMS[form](group([found], now=NOW), timedelta(hours=24))


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        "![x](http://evil.test/x.png)",
        "[x](javascript:alert(1))",
        "](<https://evil.test>) [",
        "a\n\n<img src=x onerror=alert(1)>",
        "`code` *sao* _gạch_ # 1",
    ],
)
def test_markdown_of_a_digest_shows_a_strangers_words_as_they_are(title: str) -> None:
    """Whoever renders it may let tags through, as most do: none of a stranger's may be among them."""
    html = MarkdownIt("commonmark").render(write("md", title))
    for tag in ("<script", "<img", "<code", "<em", 'javascript:alert(1)"', 'evil.test"'):
        assert tag not in html
    assert html.count("<a href=") == 1
    assert html.count("<h1>") == 1


def test_plain_title_stays_readable_in_markdown() -> None:
    assert "## [Thông xe cầu Vĩnh An](<https://bao.example/1?a=%3Cb%3E>)" in write(
        "md", "Thông xe cầu Vĩnh An"
    )

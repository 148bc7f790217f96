"""Whether a page names a publication, and what it links to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.extract import look_for_name
from haidang.engine.extract.naming import holds_name

URL = "https://tinh.example/gioi-thieu"


def names(body: str, name: str = "Báo Lam Giang") -> bool:
    told = f"<html><body>{body}</body></html>".encode()
    return look_for_name(told, name=name, url=URL, content_type="text/html; charset=utf-8").named


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("Báo Lam Giang", True),
        ("BÁO LAM GIANG", True),
        ("<p>Ba\u0301o <b>Lam&nbsp;</b>\n Giang.", True),
        ('<img alt="Báo Lam Giang">', True),
        ('<a aria-label="Báo Lam Giang" href="/"></a>', True),
        ("Báo Lam Giang’s", True),
        ("Báo Lam Giangg", False),
        ("Báo Lam, Sơn Giang", False),
        ("<!-- Báo Lam Giang -->", False),
        ("<script>var a = 'Báo Lam Giang'</script>", False),
        ("<template>Báo Lam Giang</template>", False),
        ('<a href="/bao-lam-giang">báo</a>', False),
        ("", False),
    ],
)
def test_page_names_by_words_that_a_reader_sees(body: str, *, named: bool) -> None:
    assert names(body) is named


def test_name_without_spaces_between_words_is_found_within_a_line() -> None:
    assert names("这是人民日报的官方网站", "人民日报")
    assert not names("这是人民邮电报", "人民日报")


def test_links_are_those_to_the_hosts_asked_for() -> None:
    body = (
        '<base href="https://tinh.example/"><a href="https://www.youtube.com/@a">1</a>'
        '<a href="//youtube.com/channel/x">2</a><a href="https://youtube.com.evil.example/">3</a>'
        '<a href="https://youtube.com@evil.example/">4</a><a href="/youtube.com">5</a>'
        '<a href="https://[">6</a><a href="javascript:youtube.com">7</a>'
    )
    page = f"<body>{body}</body>".encode()
    told = look_for_name(
        page, name="x", url=URL, content_type="text/html", link_hosts=("youtube.com",)
    )
    assert told.links == ("https://www.youtube.com/@a", "https://youtube.com/channel/x")


def test_page_that_forbids_keeping_says_so() -> None:
    page = b'<meta name="robots" content="noarchive"><p>a</p>'
    assert look_for_name(page, name="a", url=URL, content_type="text/html").noarchive
    told = look_for_name(
        b"<p>a</p>", name="a", url=URL, content_type="text/html", robots_header="noarchive"
    )
    assert told.noarchive


@given(st.text(max_size=60), st.text(max_size=200))
def test_name_holds_itself_wherever_it_stands_alone(name: str, around: str) -> None:
    has_words = holds_name(name, name=name)
    assert holds_name(f"{around} | {name} | {around}", name=name) or not has_words

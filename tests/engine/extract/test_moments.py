from datetime import UTC, datetime

import pytest

from haidang.engine.extract import extract_page
from haidang.engine.types import Precision, When

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TEXT = (
    "<h1>Cầu Vĩnh An thông xe</h1>"
    + "<p>Cây cầu dài nối hai bờ sông Lam, người dân vui mừng đi bộ qua cầu trong buổi sáng đầu tiên.</p>"
    * 3
)


def _published(html: str, *, url: str = "https://baolamgiang.vn/a.html") -> When | None:
    return extract_page(
        f"<html lang=vi><body>{html}{TEXT}</body></html>".encode(),
        url=url,
        content_type="text/html",
        now=NOW,
    ).published


def _json_ld(published: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","datePublished":"{published}"}}</script>'


@pytest.mark.parametrize(
    ("html", "at", "precision"),
    [
        (_json_ld("2026-11-23T08:30:00+07:00"), (2026, 11, 23, 1, 30), Precision.TIME),
        (_json_ld("2026-11-23T08:30:00"), (2026, 11, 23, 1, 30), Precision.TIME),
        (_json_ld("2026-11-23"), (2026, 11, 22, 17), Precision.DAY),
        (_json_ld("2026-11"), (2026, 10, 31, 17), Precision.MONTH),
        (
            '<meta name="pubdate" content="2026-11-23T01:30:00Z">',
            (2026, 11, 23, 1, 30),
            Precision.TIME,
        ),
        (
            '<article><time datetime="2026-11-23T08:30+07:00">23/11</time></article>',
            (2026, 11, 23, 1, 30),
            Precision.TIME,
        ),
        (
            '<span class="post-date">Thứ Hai, 23/11/2026, 08:30 (GMT+7)</span>',
            (2026, 11, 23, 1, 30),
            Precision.TIME,
        ),
        ('<div class="date">23/11/2026</div>', (2026, 11, 22, 17), Precision.DAY),
    ],
)
def test_published_is_read_with_its_precision(
    html: str, at: tuple[int, ...], precision: Precision
) -> None:
    assert _published(html) == When(datetime(*at, tzinfo=UTC), precision)


def test_published_in_the_address_is_better_than_nothing() -> None:
    assert _published("", url="https://baolamgiang.vn/2026/11/20/cau.html") == When(
        datetime(2026, 11, 19, 17, tzinfo=UTC), Precision.DAY
    )


def test_published_in_json_ld_outweighs_the_rest() -> None:
    rest = '<meta property="article:published_time" content="2026-11-20T00:00:00Z"><div class="date">19/11/2026</div>'
    assert _published(rest + _json_ld("2026-11-23T01:30:00Z")) == When(
        datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    )


def test_published_is_never_in_the_future() -> None:
    later = '<meta property="article:published_time" content="2026-11-23T00:00:00Z">'
    assert _published(_json_ld("2027-11-23T01:30:00Z") + later) == When(
        datetime(2026, 11, 23, tzinfo=UTC)
    )
    assert _published(_json_ld("2026-11-24T12:09:00Z")) == When(
        datetime(2026, 11, 24, 12, 9, tzinfo=UTC)
    )
    assert _published(_json_ld("2026-11-24T12:11:00Z")) is None


@pytest.mark.parametrize(
    "html",
    [
        "",
        '<aside><time datetime="2026-11-20">20/11</time></aside>',
        '<div class="related-news"><span class="date">20/11/2026</span></div>',
        '<div class="current-date">24/11/2026</div>',
        '<div class="date">2 giờ trước</div>',
    ],
)
def test_published_is_not_taken_from_other_things_on_the_page(html: str) -> None:
    assert _published(html) is None

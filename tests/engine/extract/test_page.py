"""Whole pages, each against the whole PageData that a reader would make of it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.extract import extract_page
from haidang.engine.types import PageData, PageKind, Precision, When

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://baolamgiang.vn/thoi-su/cau-vinh-an-123.html"

PARAGRAPHS = (
    "Cây cầu dài 1,2 km nối phường Vĩnh An với xã Tân Thủy, rút ngắn quãng đường đi từ trung tâm tỉnh xuống cảng gần một nửa.",
    "Theo Sở Giao thông vận tải tỉnh, công trình khởi công từ tháng 3/2024 với tổng vốn 1.230 tỷ đồng, do ngân sách tỉnh chi trả.",
    "Người dân hai bên bờ cho biết họ đã chờ cây cầu này suốt hai mươi năm, vì mỗi mùa lũ phà đều phải ngừng chạy nhiều ngày.",
)
LEAD = "Sau hai năm rưỡi thi công, cầu Vĩnh An bắc qua sông Lam chính thức thông xe sáng 23/11."
TITLE = "Cầu Vĩnh An thông xe sau hai năm rưỡi"


def _page(
    *,
    head: str = "",
    before: str = "",
    paragraphs: tuple[str, ...] = PARAGRAPHS,
    after: str = "",
    title: str = TITLE,
    lang: str = "vi",
) -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} - Báo Lam Giang</title>{head}</head>'
        f'<body><nav><a href="/">Trang chủ</a><a href="/thoi-su">Thời sự</a><a href="/kinh-te">Kinh tế</a></nav>'
        f'<main><article><h1>{title}</h1>{before}<div class="content">{body}</div>{after}</article></main>'
        f"<footer><p>Tòa soạn: 1 đường Bờ Sông. Điện thoại đường dây nóng luôn mở.</p></footer></body></html>"
    ).encode()


def _extract(html: bytes, **given_facts: object) -> PageData:
    facts: dict[str, object] = {
        "url": URL,
        "content_type": "text/html; charset=utf-8",
        "now": NOW,
    } | given_facts
    return extract_page(html, **facts)


def test_a_vietnamese_page_with_json_ld_is_read_whole() -> None:
    html = _page(
        head="""
        <link rel="canonical" href="/thoi-su/cau-vinh-an-123.html">
        <meta property="og:title" content="Cầu Vĩnh An thông xe sau hai năm rưỡi">
        <meta property="og:image" content="https://anh.baolamgiang.vn/cau.jpg">
        <script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",
          "headline": "Cầu Vĩnh An thông xe sau hai năm rưỡi", "datePublished": "2026-11-23T08:30:00+07:00",
          "dateModified": "2026-11-23T10:00:00+07:00", "articleSection": "Thời sự",
          "author": {"@type": "Person", "name": "Xuân Trường"}}</script>
        <script type="application/ld+json">{"@type": "BreadcrumbList", "itemListElement": []}</script>""",
        before=f'<div class="date">23/11/2026 08:30</div><h2 class="sapo">{LEAD}</h2>',
        after="<p>Xuân Trường - Trường Giang</p>",
    )
    assert _extract(html) == PageData(
        title=TITLE,
        lead=LEAD,
        text="\n".join(PARAGRAPHS),
        kind=PageKind.ARTICLE,
        published=When(datetime(2026, 11, 23, 1, 30, tzinfo=UTC)),
        modified=When(datetime(2026, 11, 23, 3, 0, tzinfo=UTC)),
        canonical_url=URL,
        language="vi",
        section="Thời sự",
        image_url="https://anh.baolamgiang.vn/cau.jpg",
        noarchive=False,
    )


def test_an_english_page_with_metas_only_is_read_whole() -> None:
    paragraphs = (
        "The 1.2 kilometre bridge links the district of Vinh An with the commune of Tan Thuy and halves the way to the port.",
        "Work began in March 2024 at a cost of 1,230 billion dong, which was paid from the budget of the province alone.",
        "People on both banks said they had waited for the bridge for twenty years, since the ferry stops in every flood.",
    )
    html = _page(
        title="Vinh An bridge opens after thirty months of work",
        lang="en",
        head="""<meta property="article:published_time" content="2026-11-23T02:15:00Z">
        <meta property="article:section" content="Transport"><meta name="robots" content="index, noarchive">
        <meta property="og:image" content="/img/bridge.jpg"><link rel="canonical" href="https://copycat.example.com/bridge">""",
        before="<p>By Jane Doe and John Roe</p>",
        paragraphs=paragraphs,
        after="<p>Share</p>",
    )
    assert _extract(html, url="https://news.example.org/a/bridge") == PageData(
        title="Vinh An bridge opens after thirty months of work",
        lead="",
        text="\n".join(paragraphs),
        published=When(datetime(2026, 11, 23, 2, 15, tzinfo=UTC)),
        canonical_url=None,
        language="en",
        section="Transport",
        image_url="https://news.example.org/img/bridge.jpg",
        noarchive=True,
    )


def test_a_chinese_page_with_a_reporter_line_is_read_whole() -> None:
    paragraphs = (
        "岚江省永安大桥今天上午正式通车。大桥全长一点二公里，连接永安坊和新水社，从市中心到港口的路程缩短近一半，居民步行过桥庆祝。",
        "据省交通厅介绍，大桥于二〇二四年三月开工，总投资一万二千三百亿盾，资金全部由省财政承担，比原计划提前两个月完工。",
        "两岸居民说，他们等这座桥已经等了二十年，因为每到汛期渡船都要停航好几天，学生上学和病人就医都非常不方便。",
    )
    html = _page(
        title="岚江永安大桥通车",
        lang="zh",
        paragraphs=paragraphs,
        after="<p>责任编辑：张三</p>",
        before="<p>记者 李四／永安报道</p><time datetime='2026-11-23'>昨天</time>",
    )
    assert _extract(html, url="https://zh.example.com/2026/bridge") == PageData(
        title="岚江永安大桥通车",
        lead="",
        text="\n".join(paragraphs),
        published=When(datetime(2026, 11, 23, tzinfo=UTC), Precision.DAY),
        language="zh",
    )


def test_broken_json_ld_still_gives_its_date() -> None:
    html = _page(
        head='<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Cầu "Vĩnh An"", "datePublished": "2026-11-23T08:30:00+07:00",}</script>'
    )
    assert _extract(html).published == When(datetime(2026, 11, 23, 1, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@graph": [{"@type": "WebPage"}, {"@type": ["NewsArticle"], "isAccessibleForFree": "False"}]}</script>',
        '<meta property="article:content_tier" content="locked">',
    ],
)
def test_a_declared_paywall_is_told(head: str) -> None:
    assert _extract(_page(head=head)).kind == PageKind.PAYWALL


def test_a_wall_before_a_short_text_is_told() -> None:
    wall = _page(
        paragraphs=(
            PARAGRAPHS[0],
            "Nội dung này dành cho thuê bao. Mời bạn đăng nhập để đọc tiếp bài viết.",
        )
    )
    assert _extract(wall).kind == PageKind.PAYWALL
    consent = _page(
        title="Before you continue",
        lang="en",
        paragraphs=(
            "We value your privacy. We and our 800 partners store cookies on your device to show you advertising.",
        ),
    )
    assert _extract(consent, url="https://news.example.org/x").kind == PageKind.CONSENT


def test_a_page_with_a_title_and_no_text_is_empty() -> None:
    page = _extract(
        b"<html><head><title>C\xe1\xba\xa7u V\xc4\xa9nh An</title></head><body><div id=app></div></body></html>"
    )
    assert page == PageData(
        title="Cầu Vĩnh An", lead="", text="", kind=PageKind.EMPTY, language="vi"
    )


def test_the_robots_header_counts_as_the_page_does() -> None:
    assert _extract(_page(), robots_header="noarchive").noarchive is True
    assert _extract(_page(), robots_header="noindex").noarchive is False


def test_a_lead_repeated_in_the_text_is_taken_out_of_it() -> None:
    head = f'<meta property="og:description" content="{LEAD}">'
    page = _extract(_page(head=head, paragraphs=(LEAD, *PARAGRAPHS)))
    assert (page.lead, page.text) == (LEAD, "\n".join(PARAGRAPHS))


def test_a_description_cut_from_the_text_is_no_lead() -> None:
    page = _extract(
        _page(head=f'<meta property="og:description" content="{PARAGRAPHS[0][:70]}...">')
    )
    assert (page.lead, page.text) == ("", "\n".join(PARAGRAPHS))


def test_the_author_that_the_page_names_is_in_no_field() -> None:
    html = _page(
        head='<meta name="author" content="Quách Thị Ẩn Danh"><script type="application/ld+json">{"@type": "NewsArticle", "author": [{"name": "Kẻ Viết Thuê"}]}</script>',
        before="<p>Quách Thị Ẩn Danh, viết từ Vĩnh An</p>",
        after="<p>Kẻ Viết Thuê</p>",
    )
    page = _extract(html)
    assert page.text == "\n".join(PARAGRAPHS)
    assert "Ẩn Danh" not in repr(page)
    assert "Viết Thuê" not in repr(page)


@pytest.mark.parametrize(
    ("html", "content_type", "trouble"),
    [
        (b"%PDF-1.7 \x00", "text/html", Trouble.NOT_HTML),
        (b'{"a": 1}', "application/json", Trouble.NOT_HTML),
        (b"just words", None, Trouble.NOT_HTML),
        (b"", "text/html", Trouble.NO_TEXT),
        (b"<html><body></body></html>", "text/html", Trouble.NO_TEXT),
        (
            b"<p " + b" ".join(b"a%d=1" % number for number in range(5000)) + b">",
            "text/html",
            Trouble.HOSTILE_MARKUP,
        ),
        (
            b"<script " + b" ".join(b"a%d=1" % number for number in range(5000)) + b">",
            "text/html",
            Trouble.HOSTILE_MARKUP,
        ),
        (b"<div>" * 30_000, "text/html", Trouble.HOSTILE_MARKUP),
        (b"<div>" * 3_000, "text/html", Trouble.HOSTILE_MARKUP),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(
    html: bytes, content_type: str | None, trouble: Trouble
) -> None:
    with pytest.raises(EngineError) as refused:
        _extract(html, content_type=content_type)
    assert refused.value.trouble == trouble


def test_text_below_256_elements_is_not_lost() -> None:
    deep = (
        "<div>" * 600 + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) + "</div>" * 600
    )
    page = _extract(f"<html><head><title>{TITLE}</title></head><body>{deep}</body></html>".encode())
    assert page.text == "\n".join(PARAGRAPHS)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([None, "text/html", "text/html; charset=shift_jis", "text/html; charset=idna"]),
)
def test_any_bytes_give_a_page_or_an_engine_error(html: bytes, content_type: str | None) -> None:
    for attempt in (html, b"<html><body><p>" + html + b"</p>"):
        try:
            page = _extract(attempt, content_type=content_type)
        except EngineError:
            continue
        assert isinstance(page, PageData)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<article>",
                "<table><tr><td>",
                "<script type='application/ld+json'>",
                '{"@type":"NewsArticle",',
                '"datePublished":"2026-13-45"}',
                "</script>",
                "<meta property='og:url' content='http://[::1'>",
                "<time datetime='9999-12-31'>",
                "chữ ",
                "<h1>",
                "<!--",
                "<base href='javascript:x'>",
                "&#xD800;",
                "\x00",
            ]
        ),
        max_size=20,
    )
)
def test_any_markup_gives_a_page_or_an_engine_error(pieces: list[str]) -> None:
    try:
        page = _extract("".join(["<html>", *pieces]).encode())
    except EngineError:
        return
    assert page.published is None or page.published.at < NOW

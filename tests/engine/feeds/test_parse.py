"""What a feed is taken for, and what is taken from it when it is broken, odd or too much."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds import parse_feed
from haidang.engine.types import FeedData, FeedKind

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
URL = "https://den.example/tin.rss"


def read(body, *, content_type=None):
    if isinstance(body, str):
        body = body.encode()
    return parse_feed(body, url=URL, content_type=content_type, now=NOW)


def rss(items, *, head='<?xml version="1.0"?>'):
    return f'{head}<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'


def item(number, *, title="Tin", date="", guid="", link=None):
    parts = [f"<title>{title}</title><link>{link or f'https://den.example/{number}'}</link>"]
    parts += [f"<guid isPermaLink='false'>{guid}</guid>"] if guid else []
    parts += [f"<pubDate>{date}</pubDate>"] if date else []
    return f"<item>{''.join(parts)}</item>"


def trouble_of(body):
    with pytest.raises(EngineError) as caught:
        read(body)
    return caught.value.trouble, caught.value.facts


@pytest.mark.parametrize(
    ("body", "saw"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\0" * 100, "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\x89PNG\r\n\x1a\n0000", "image"),
        (b"GIF89a000", "image"),
        (b"RIFF0000WEBP", "image"),
        (b"\x1f\x8b\x08\x00xxx", "binary"),
        (b"%PDF-1.7", "binary"),
        (bytes(range(128, 256)) * 4, "binary"),
        (b"<!doctype html><html><body>Login</body></html>", "html"),
        (b"<html><head></head><body><p>&lt;rss&gt; <rss></p></body></html>", "html"),
        (b"Not found", "text"),
        (b"/etc/hostname", "text"),
        (b"http://127.0.0.1:9/", "text"),
        (b'{"error": "no"}', "text"),
        (b"[1, 2]", "text"),
    ],
)
def test_what_is_no_feed_is_told_by_what_it_is(body, saw):
    assert trouble_of(body) == (Trouble.NOT_A_FEED, {"saw": saw})


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": ', "JSONDecodeError"),
        (b"[" * 200_000, "RecursionError"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": {"a": 1}}', "items"),
        (b"<sitemapindex><sitemap/></sitemapindex>", "sitemapindex"),
        (b"<opml version='2.0'><body/></opml>", "opml"),
        (b"<", "unreadable"),
    ],
)
def test_broken_feed_is_told_as_broken(body, detail):
    assert trouble_of(body) == (Trouble.BAD_FEED, {"detail": detail})


def test_feed_without_entries_is_a_feed():
    assert (read(rss("")).entries, read(rss("")).ill_formed) == ((), False)


def test_cut_feed_keeps_whole_entries_and_drops_the_partial_one():
    body = rss(item(1) + item(2, title="Hai") + item(3, title="Ba")).encode()
    feed = read(body[: body.index(b"Ba") + 1])
    assert ([entry.title for entry in feed.entries], feed.ill_formed) == (["Tin", "Hai"], True)


def test_feed_cut_inside_a_letter_is_still_utf8():
    body = rss(item(1, title="Biển") + item(2, title="Nặng")).encode()
    feed = read(body[: body.index("ặ".encode()) + 1])
    assert [entry.title for entry in feed.entries] == ["Biển"]


def test_junk_before_the_document_is_skipped():
    assert [entry.title for entry in read("\n\n  PHP Notice: x\n" + rss(item(1))).entries] == [
        "Tin"
    ]


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("A &amp; B", "A & B"),
        ("A &amp;amp; B", "A & B"),
        ("A & B", "A & B"),
        ("A&nbsp;&eacute;&ocirc;", "A éô"),
        ("&nosuch; x", "&nosuch; x"),
        ("&#xD800;&#0;x", "��x"),
        ("a\x01\x02b\0c", "abc"),
        ("&lt;b&gt;Đậm&lt;/b&gt; nhạt", "Đậm nhạt"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Tin", "Tin"),
        ("<![CDATA[5 < 6 và 7 > 3]]>", "5 < 6 và 7 > 3"),
        ("Dòng\r\n hai\tba", "Dòng hai ba"),
        ("Tie\u0302\u0301ng", "Tiếng"),
        ("tr\u200bang", "trang"),
        ("<b>Đậm</b> nhạt", "Đậm nhạt"),
    ],
)
def test_title_becomes_one_line_of_plain_text(told, title):
    assert [entry.title for entry in read(rss(item(1, title=told))).entries] == [title]


def test_html_in_a_comment_before_the_feed_makes_it_no_page():
    assert len(read("<!-- made by <a href='x'>us</a> -->" + rss(item(1))).entries) == 1


def test_long_title_is_cut_between_words_at_the_limit():
    (entry,) = read(rss(item(1, title="một hai " * 500))).entries
    assert (len(entry.title) <= 1_000, entry.title[-5:]) == (True, " một…")


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/a/b?c=d#e", "https://den.example/a/b?c=d"),
        ("//CDN.example/x", "https://cdn.example/x"),
        ("https://other.example/x", "https://other.example/x"),
        ("  https://den.example/x\n", "https://den.example/x"),
        ("http://169.254.169.254/latest/", "http://169.254.169.254/latest/"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("https://user:secret@den.example/", None),
        ("https://den.example/&#13;&#10;Set-Cookie: a=b", None),
        ("https://den.example/" + "a" * 2_040, None),
        ("http://[::1", None),
        ("http://den.example:99999999/", None),
        ("https://", None),
    ],
)
def test_only_whole_web_addresses_are_kept(link, url):
    feed = read(rss(item(1, link=link)))
    assert [entry.url for entry in feed.entries] == ([url] if url else [])
    assert feed.left_out == (0 if url else 1)


def test_base_told_inside_the_feed_does_not_count():
    body = f'<rss version="2.0" xml:base="https://evil.example/"><channel>{item(1, link="x")}'
    whole, broken = body + "</channel></rss>", body + "<item><a></b></channel></rss>"
    urls = [[entry.url for entry in read(form).entries] for form in (whole, broken)]
    assert urls == [["https://den.example/x"]] * 2


def test_newest_of_entries_with_one_guid_wins():
    old = item(1, title="Cũ", guid="g", date="Sun, 22 Nov 2026 08:00:00 +0700")
    new = item(1, title="Mới", guid="g", date="Mon, 23 Nov 2026 08:00:00 +0700")
    titles = [[e.title for e in read(rss(items)).entries] for items in (old + new, new + old)]
    assert titles == [["Mới"], ["Mới"]]


def test_long_guid_stays_one_and_the_same():
    first, second = (read(rss(item(1, guid="g" * 5_000 + end))).entries[0].key for end in "ab")
    assert (len(first), first == second) == (71, False)


def test_newest_five_hundred_are_kept_in_their_order_and_the_rest_counted():
    items = "".join(item(n, date=f"2026-11-22T{n // 60:02}:{n % 60:02}:00Z") for n in range(600))
    feed = read(rss(items))
    assert (feed.entries[0].url, feed.entries[-1].url) == (
        "https://den.example/100",
        "https://den.example/599",
    )
    assert (len(feed.entries), feed.left_out) == (500, 100)


def test_entry_of_the_future_does_not_crowd_out_todays():
    late = "".join(item(n, date="2030-01-01T00:00:00Z") for n in range(400))
    today = "".join(item(n, date="2026-11-23T03:00:00Z") for n in range(400, 900))
    feed = read(rss(today + late))
    assert {entry.published.at.year for entry in feed.entries} == {2026}


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("windows-1258", "cp1258"),
        ("UTF-16", "utf-16"),
        ("utf-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("windows-1252", "utf-8"),
        ("x-no-such", "utf-8"),
        ("punycode", "utf-8"),
    ],
)
def test_text_is_right_whatever_is_declared(declared, encoding):
    title = "Lân Đô Phú"  # letters that windows-1258 has whole
    head = f'<?xml version="1.0" encoding="{declared}"?>'
    feed = read(rss(item(1, title=title), head=head).encode(encoding))
    assert ([entry.title for entry in feed.entries], feed.ill_formed) == ([title], False)


def test_charset_of_the_reply_is_used_where_the_document_is_silent():
    body = rss(item(1, title="Цена")).encode("koi8-r")
    feed = read(body, content_type="text/xml; charset=koi8-r")
    assert [entry.title for entry in feed.entries] == ["Цена"]


def test_undecodable_bytes_are_replaced_and_told():
    feed = read(rss(item(1, title="Vi@t")).encode().replace(b"@", b"\xd6"))
    assert ([entry.title for entry in feed.entries], feed.ill_formed) == (["Vi\ufffdt"], True)


@pytest.mark.parametrize(
    "subset",
    [
        '[<!ENTITY e SYSTEM "file:///etc/passwd">]',
        '[<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]',
        '[<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p;]',
    ],
)
def test_external_entity_is_not_read(subset):
    feed = read(rss(item(1, title="a&e;b"), head=f"<!DOCTYPE rss {subset}>"))
    assert {entry.title for entry in feed.entries} <= {"a&e;b", "ab"}


def test_internal_entity_of_a_feed_is_read():
    feed = read(rss(item(1, title="a&e;b"), head='<!DOCTYPE rss [<!ENTITY e "–">]>'))
    assert ([entry.title for entry in feed.entries], feed.ill_formed) == (["a–b"], False)


def test_entity_bomb_is_not_expanded():
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE rss [<!ENTITY l0 "lollollol">{levels}]>'
    for place in (
        item(1, title="&l9;"),
        '<item a="&l9;"><link>https://den.example/1</link></item>',
    ):
        feed = read(rss(place, head=head))
        assert [len(entry.title) < 20 for entry in feed.entries] == [True]


def test_old_and_rdf_forms_are_rss():
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<channel><title>R</title></channel>"
        '<item rdf:about="urn:1"><title>Một</title><link>/1</link><dc:date>2026-11-23</dc:date></item>'
        "</rdf:RDF>"
    )
    old = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">' + rss(item(1))
    )
    told = [(f.kind, f.title, f.ill_formed, len(f.entries)) for f in (read(rdf), read(old))]
    assert told == [(FeedKind.RSS, "R", False, 1), (FeedKind.RSS, "T", False, 1)]
    assert read(rdf).entries[0].key == "urn:1"


def test_wrong_json_types_are_as_good_as_absent():
    body = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": [], "items": ['
        '{"id": {}, "url": "/1", "title": 5, "date_published": true, "content_html": ["x"]},'
        '{"id": NaN, "url": 5}, 3]}'
    )
    feed = read(body)
    assert [(e.key, e.title, e.summary, e.published) for e in feed.entries] == [
        ("https://den.example/1", "", "", None)
    ]
    assert (feed.left_out, feed.ill_formed) == (2, True)


fragments = st.sampled_from(
    (
        '<rss>|<feed>|<item>|</item>|<![CDATA[|]]>|<!--|&|&lt;|<title>|{|"items":|[|<?xml|<link>|]>|'
        "http://|<!DOCTYPE r [|\ufffe|\0|ẫ"
    ).split("|")
)


@given(
    st.binary() | st.text().map(str.encode) | st.lists(fragments).map(lambda p: "".join(p).encode())
)
def test_arbitrary_bytes_give_a_feed_or_an_engine_error(body):
    for form in (body, b"<rss><channel>" + body + b"</channel></rss>"):
        try:
            feed = read(form)
        except EngineError:
            continue
        assert isinstance(feed, FeedData)
        assert len({entry.key for entry in feed.entries}) == len(feed.entries)

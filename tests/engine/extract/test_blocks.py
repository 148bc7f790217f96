"""Blocks: ours are those that a walk over a browser's tree gives, whatever tags are left out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.extract.blocks import read_blocks
from haidang.engine.extract.markup import read_markup
from haidang.engine.extract.meta import Head, read_standfirst

Seen = list[tuple[str, int, tuple[str, ...]]]
"""Of each block: its text, how much of it stands in links, the tags around it from the body on."""

INLINE = frozenset("a b i em span strong time".split())
UNREAD = frozenset("-comment button footer img nav noscript script select style svg".split())


def ours(html: str) -> Seen:
    blocks = read_blocks(read_markup(html.encode(), content_type="text/html")).blocks
    return [
        (text, linked, tuple(reversed(list(_up(blocks, home)))))
        for text, linked, home in zip(blocks.texts, blocks.links, blocks.homes, strict=True)
    ]


def _up(blocks, element):
    while element >= 0:
        yield blocks.tags[element]
        element = blocks.parents[element]


def in_a_browser(html: str) -> Seen:
    """The same, by a tree that Lexbor built."""
    found: Seen = []
    pieces: list[str] = []
    linked: list[int] = []

    def end(path):
        lines = [" ".join(line.split()) for line in "".join(pieces).split("\0")]
        if text := "\n".join(filter(None, lines)):
            found.append((text, sum(linked), path))
        pieces.clear()
        linked.clear()

    def walk(node, path, in_link):
        child = node.first_child
        while child is not None:
            tag = child.tag
            if tag == "-text":
                if pieces or not child.text_content.isspace():
                    pieces.append(child.text_content)
                    if in_link:
                        linked.append(len(child.text_content.strip()))
            elif tag == "br":
                pieces.append("\0")
            elif tag in INLINE:
                walk(child, path, in_link or tag in ("a", "time"))
            elif tag not in UNREAD:
                end(path)
                if "hidden" not in child.attributes:
                    walk(child, (*path, tag), in_link)
                    end((*path, tag))
            child = child.next

    walk(LexborHTMLParser(html).body, ("body",), in_link=False)
    end(("body",))
    return found


@pytest.mark.parametrize(
    "html",
    [
        "<p>Một<p>Hai<div>Ba</div>Bốn",
        "<ul><li>Một<li>Hai<ul><li>Ba</ul><li>Bốn</ul>Năm",
        "<dl><dt>Một<dd>Hai<dt>Ba</dl>",
        "<table><tr><td>Một<td>Hai<tr><th>Ba</table>Bốn",
        "<table><tbody><tr><td><table><td>Một</table>Hai</td></tr></tbody></table>",
        "<table><tr><td>Một</div>Hai</table>Ba",
        "<h2>Một<h3>Hai</h3>Ba",
        "<div><section>Một</div>Hai</section>Ba",
        "Một</p>Hai</div>Ba",
        "<p>Một<hr>Hai",
        "<p>Một <b>hai</b> ba<br>bốn &amp; năm&nbsp;sáu",
        "<p>1 < 2 và 3 > 2 <3",
        "<p title='a > b' class=\"x<y\">Một</p>Hai",
        '<div data-x="<p>không</p>">Một</div>',
        "<P CLASS=x>Một<BR/>Hai</P>",
        "<!-- <p>không</p> --><p>Một<!-- x -->Hai<!--> Ba",
        "<p>Một<script>if (a<b) document.write('<p>x</p>')</script>Hai",
        "<p>Một<svg><title>không</title><path d='x'/></svg>Hai<svg/>",
        "<nav><a>không</a><nav>không</nav></nav>Một",
        "<footer>không<nav>không</nav></footer>Một<NAV>không</NAV><footers>Hai</footers>",
        "<p>Một<nav>không</nav>Hai",
        "Một<button>không</button>Hai<select><option>không</select>",
        "<div hidden><div>không</div>không</div>Một",
        "<p><a href=x>Một</a> hai <time>ba</time>",
        "<a><div>Một</div></a>Hai",
        "<x-y>Một<p>Hai</p></x-y>Ba",
        "<html><head><title>không</title><body><p>Một</body></html>",
    ],
)
def test_blocks_are_those_of_a_browsers_tree(html: str) -> None:
    assert ours(html) == in_a_browser(html)


@st.composite
def elements(draw, depth=4):
    """Markup whose elements all end where they should; a paragraph and a heading hold no blocks."""
    tag = draw(st.sampled_from(["div", "section", "p", "h2", "span", "b", "blockquote", "article"]))
    words = st.sampled_from(["Cầu ", "mới &amp; ", " cũ", "<br>", "<img alt=x>", "<!--x-->", " "])
    inside = words
    if depth and tag not in ("p", "h2", "span", "b"):
        inside = st.one_of(words, elements(depth=depth - 1))
    return f"<{tag} class='a'>{''.join(draw(st.lists(inside, max_size=4)))}</{tag}>"


@settings(max_examples=200, deadline=None)
@given(st.lists(elements(), max_size=4).map("".join))
def test_blocks_of_orderly_markup_are_those_of_a_browsers_tree(html: str) -> None:
    assert ours(html) == in_a_browser(html)


@pytest.mark.parametrize(
    ("told", "is_hidden"),
    [
        ("hidden", True),
        ("class='a'hidden", True),
        ('class="a"\nhidden=""', True),
        ('style="DISPLAY : none"', True),
        ("class=a style='visibility:hidden'", True),
        ('class="hidden"', False),
        ('class="a hidden-xs" aria-hidden="true"', False),
        ('style="overflow: hidden"', False),
        ('data-style="display:none"', False),
        ('class="style none"', False),
    ],
)
def test_what_is_not_shown_is_not_read(told: str, is_hidden: bool) -> None:
    expected = ["Hai"] if is_hidden else ["Một", "Hai"]
    assert [text for text, _, _ in ours(f"<div {told}>Một</div>Hai")] == expected


def test_element_that_never_ends_is_read() -> None:
    assert [text for text, _, _ in ours("<nav>Một<div>Hai</div><p>Ba")] == ["Một", "Hai", "Ba"]


def test_navigation_that_ends_is_passed_over_beside_one_that_never_does() -> None:
    html = "<nav>Một<nav>không</nav><p>Hai<nav>không<p>không</nav>Ba"
    assert [text for text, _, _ in ours(html)] == ["Một", "Hai", "Ba"]


@pytest.mark.parametrize(
    "html",
    [
        '<div id="articleBody" class="post_body-2 post" role=main>Một</div>',
        '<div\nid="articleBody"\n\tclass="post_body-2 post" role=main\n>Một</div>',
        "<DIV\tID='articleBody' data-class=\"x\" class = 'post_body-2 post' role=main>Một</DIV >",
        '<div data-id=x id="articleBody" aria-role="y" class="post_body-2 post" role=main>Một</div>',
    ],
)
def test_elements_are_named_by_tag_class_and_id(html: str) -> None:
    (_, names) = read_blocks(read_markup(html.encode(), content_type=None)).blocks.named
    assert names == ("<div", "article", "body", "post", "main")


@pytest.mark.parametrize(
    "meta",
    [
        '<meta property="og:title" content="Cầu &amp; đường">',
        '<meta name="og:title" content=" Cầu &amp; đường " />',
        "<META\ncontent='Cầu &amp; đường' property=OG:Title>",
        '<meta name="og:title" data-x="1" content="Cầu &amp; đường">',
    ],
)
def test_meta_element_is_read_however_it_is_written(meta: str) -> None:
    reading = read_blocks(read_markup(meta.encode(), content_type="text/html"))
    assert Head(reading.metas).first(("og:title",)) == "Cầu & đường"


MANY = 50_000


@pytest.mark.parametrize(
    "html",
    [
        "<a " * MANY,
        '<a x="' * MANY,
        "<a x='<" * MANY,
        "<!--" * MANY,
        "<script " * MANY,
        "<svg " * MANY + "/>",
        "".join(f"<x-{number} hidden>" for number in range(20_000)),
        "<p class=sapo>Ngắn" * 20_000,
        "<script>" * MANY,
        "<svg>" * MANY,
        "<nav>" * MANY,
        "<nav><footer>" * (MANY // 4),
        "<footer>" + "<nav></nav>" * (MANY // 4),
        "<p>x</x>" * (MANY // 4),
        "<p>x" + "<a x='>" * MANY,
        "<li><div>" * 900 + "</ul>" * (MANY // 2),
        "<" * MANY,
        "&lt" * MANY,
    ],
)
def test_hostile_markup_is_read_or_refused_in_little_time(html: str) -> None:
    # Anything quadratic would take minutes, and the sandbox would stop it; linear, it is under a second.
    try:
        reading = read_blocks(read_markup(html.encode(), content_type="text/html"))
    except EngineError as refused:
        told = refused.trouble
    else:
        told = read_standfirst(reading.blocks)
    assert told in ("", Trouble.HOSTILE_MARKUP)

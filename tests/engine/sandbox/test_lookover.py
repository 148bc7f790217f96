"""The look before any parser refuses what no honest page has, quickly, and lets pages pass."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.sandbox import look_over

SHARED = Path(__file__).parents[4] / "shared"

PAGE = b"""<!doctype html><html><head><title>Tin</title><script>if (a<b) { c("<div>") }</script>
<style>p > a { color: red }</style></head><body><!-- <div> --><p class='x' title="a > b">M<br>
<img src="x" alt=""/></p></body></html>"""


def refusal(markup, kind):
    try:
        look_over(markup, kind=kind)
    except EngineError as error:
        return error.facts["what"] if error.trouble is Trouble.HOSTILE_MARKUP else error
    return None


@pytest.mark.parametrize(
    ("markup", "kind", "what"),
    [
        (PAGE, "html", None),
        (b"", "html", None),
        (b"<div " + b'a="1" ' * 512 + b">", "html", None),
        (b"<div " + b'a="1" ' * 513 + b">", "html", "attributes"),
        (b"<div " + b"a " * 513 + b">", "html", "attributes"),
        (b"<div" + b"/a" * 600 + b">", "html", "attributes"),
        (b"<div " + b'a=">" ' * 600 + b">", "html", "attributes"),
        (b"<div>" * 2_000, "html", None),
        (b"<div>" * 2_001, "html", "depth"),
        (b"<DIV>" * 2_001, "html", "depth"),
        (b"<div></div>" * 20_000, "html", None),
        (b"<p>" * 5_000, "html", None),
        (b"<p>" * 50_001, "html", "tags"),
        (b"<script>" + b"<div>" * 5_000 + b"</script>", "html", None),
        (b"<!--" + b"<div>" * 5_000 + b"-->", "html", None),
        (b"<a>" * 2_001, "xml", "depth"),
        (b"<a/>" * 200_000, "xml", None),
        (b"<rss><![CDATA[" + b"<div>" * 5_000 + b"]]></rss>", "xml", None),
        (b"<rss>" + b"<item></item>" * 100_000 + b"</rss>", "xml", None),
        (
            b"<item " + b" ".join(b"xmlns:n%d='u'" % n for n in range(600)) + b">",
            "xml",
            "attributes",
        ),
    ],
)
def test_limits_are_where_they_are_said_to_be(markup, kind, what):
    assert refusal(markup, kind) == what


@pytest.mark.parametrize(
    "piece",
    [b"<", b"<a ", b'<a "', b"<a '", b"<!--", b"<![CDATA[", b"<script>", b"<a b=", b'<a b="', b"--",
     b"</", b"]]", b"<a\t", b"<style><!--", b"='"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["html", "xml"])
def test_time_grows_with_length_only(piece, kind):
    def seconds(size):
        markup = piece * (size // len(piece))
        begun = time.process_time()
        refusal(markup, kind)
        return time.process_time() - begun

    # Quadratic growth would make the second 64 times the first; a floor keeps noise out.
    assert seconds(1 << 20) < 32 * max(seconds(1 << 17), 0.005)


@given(st.binary())
def test_arbitrary_bytes_pass_or_are_refused(markup):
    assert refusal(markup, "html") in (None, "attributes", "depth", "tags")


@pytest.mark.parametrize("archive", ["pages.zip", "newspaper_pages.zip"])
def test_every_real_page_passes(archive):
    pages = SHARED / "data" / "extract" / archive
    if not pages.exists():
        pytest.skip("the collection of real pages is not beside the checkout")
    with zipfile.ZipFile(pages) as held:
        names = [name for name in held.namelist() if ".htm" in name]
        refused = {name: refusal(held.read(name), "html") for name in names}
    assert len(names) > 20
    assert {name: what for name, what in refused.items() if what} == {}

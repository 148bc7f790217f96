"""The text of an article, found among the rest of the page by judging its blocks.

Where that finds little and leaves much likely text aside, or finds next to nothing, trafilatura in its
fast mode reads the page too. Refuses comments, links and pictures. Where the page carries its text in JSON-LD and
much less was found, that is taken.
"""

from __future__ import annotations

import logging
import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring, fromstring
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from haidang.engine.errors import EngineError
from haidang.engine.extract.blocks import Blocks
from haidang.engine.extract.describing import size_of
from haidang.engine.extract.judging import Judged
from haidang.engine.sandbox.lookover import look_over

BODY_RATIO = 2
"""The JSON-LD body wins when it is so many times longer than what was found on the page."""

DOUBT = 0.3
"""How much likely text may be left aside, as a share of the chosen, before a second reader is asked."""
THIN = 500
"""Letters up to which doubt counts: of a longer text the second reader is no better judge."""
SHORT = 250
"""Letters (see `size_of`) under which that reader is asked too, and also tries its rougher way."""
ROUGH_RATIO = 1.5
"""The rougher text, which has lost its paragraphs, must be so many times longer to be taken."""


def _options(*, rough_below: int) -> Extractor:
    options = Extractor(
        output_format="python",
        fast=True,
        comments=False,
        formatting=False,
        links=False,
        images=False,
        tables=True,
    )
    options.min_extracted_size = rough_below
    return options


_CAREFUL = _options(rough_below=1)
_ROUGH = _options(rough_below=SHORT)
_TAG = re.compile(r"<[a-zA-Z/!]")
_BLANK_LINES = re.compile(r"\n\s*\n")

# What the reader logs about strangers' pages is of no use to an operator.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def read_body(blocks: Blocks, *, judged: Judged, source: bytes, told: str) -> str:
    """The article's text, a paragraph a line, not yet cleaned; "" where there is none.

    `source` are the page's characters in UTF-8, `told` is the body that the page gives in JSON-LD.
    """
    text = "\n".join(blocks.texts[at] for at in judged.chosen)
    if len(text) < THIN and is_doubtful(judged, size=size_of(text)):
        text = _read_again(source) or text
    told = _without_tags(told)
    return told if len(told) > BODY_RATIO * len(text) else text


def is_doubtful(judged: Judged, *, size: int) -> bool:
    """Whether a second reader is asked, for a text of so many letters."""
    return size < SHORT or (size < THIN and judged.doubt > DOUBT)


def _read_again(source: bytes) -> str:
    """The text as trafilatura finds it, "" where it does not or the page would make it slow."""
    # remove_comments: scripts of the page hide half-built markup in them. huge_tree: lxml drops what
    # lies deeper than 256 elements otherwise.
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True
    )
    try:
        look_over(source)
        tree = document_fromstring(source, parser=parser)
    except (EngineError, etree.ParserError, ValueError):
        return ""
    text = _read(tree, _CAREFUL)
    if size_of(text) < SHORT:
        rough = _read(tree, _ROUGH)
        text = rough if size_of(rough) > ROUGH_RATIO * size_of(text) else text
    return text


def _read(tree: HtmlElement, options: Extractor) -> str:
    try:
        found = bare_extraction(tree, options=options)
    except Exception:  # noqa: BLE001 - a library over a stranger's page may fail in any way; then it found nothing
        return ""
    return str(getattr(found, "text", None) or "")


def _without_tags(told: str) -> str:
    if _TAG.search(told):
        try:
            told = "\n".join(fromstring(f"<div>{told}</div>").itertext())
        except (etree.LxmlError, ValueError):
            return ""
    return _BLANK_LINES.sub("\n", told)

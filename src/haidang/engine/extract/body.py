"""The text of an article, found among the rest of the page by trafilatura in its fast mode.

Refuses comments, links and pictures. Where the reader finds next to nothing and the page carries
its text in JSON-LD, that is taken.
"""

from __future__ import annotations

import logging
import re

from lxml import etree
from lxml.html import HtmlElement, fromstring
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

BODY_RATIO = 2
"""The JSON-LD body wins when it is so many times longer than what was found on the page."""

SHORT = 250
"""Letters under which the reader also tries its rougher way (its own limit); see `_size`."""
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
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_TAG = re.compile(r"<[a-zA-Z/!]")
_BLANK_LINES = re.compile(r"\n\s*\n")

# What the reader logs about strangers' pages is of no use to an operator.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def read_body(tree: HtmlElement, *, told: str) -> str:
    """The article's text, a paragraph a line, not yet cleaned; "" where there is none.

    `told` is the body that the page gives in JSON-LD. The tree is left as it was.
    """
    text = _read(tree, _CAREFUL)
    if _size(text) < SHORT:
        rough = _read(tree, _ROUGH)
        text = rough if _size(rough) > ROUGH_RATIO * _size(text) else text
    told = _without_tags(told)
    return told if len(told) > BODY_RATIO * len(text) else text


def _read(tree: HtmlElement, options: Extractor) -> str:
    try:
        found = bare_extraction(tree, options=options)
    except Exception:  # noqa: BLE001 - a library over a stranger's page may fail in any way; then it found nothing
        return ""
    return str(getattr(found, "text", None) or "")


def _size(text: str) -> int:
    """Length in letters of an alphabet: a CJK character says as much as about three."""
    return len(text) + 2 * len(_CJK.findall(text[: 4 * SHORT]))


def _without_tags(told: str) -> str:
    if _TAG.search(told):
        try:
            told = "\n".join(fromstring(f"<div>{told}</div>").itertext())
        except (etree.LxmlError, ValueError):
            return ""
    return _BLANK_LINES.sub("\n", told)

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

_OPTIONS = Extractor(
    output_format="python",
    fast=True,
    comments=False,
    formatting=False,
    links=False,
    images=False,
    tables=True,
)
_TAG = re.compile(r"<[a-zA-Z/!]")
_BLANK_LINES = re.compile(r"\n\s*\n")

# What the reader logs about strangers' pages is of no use to an operator.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def read_body(tree: HtmlElement, *, told: str) -> str:
    """The article's text, a paragraph a line, not yet cleaned; "" where there is none.

    `told` is the body that the page gives in JSON-LD. The tree is left as it was.
    """
    try:
        found = bare_extraction(tree, options=_OPTIONS)
    except Exception:  # noqa: BLE001 - a library over a stranger's page may fail in any way; then it found nothing
        found = None
    text = str(getattr(found, "text", None) or "")
    told = _without_tags(told)
    return told if len(told) > BODY_RATIO * len(text) else text


def _without_tags(told: str) -> str:
    if _TAG.search(told):
        try:
            told = "\n".join(fromstring(f"<div>{told}</div>").itertext())
        except (etree.LxmlError, ValueError):
            return ""
    return _BLANK_LINES.sub("\n", told)

"""A file's text, read by tesseract (pictures) and poppler (PDF) where this machine has them.

Never raises for the file's fault: what hindered the reading comes back as a word, and a person types.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from haidang.engine.clippings.kinds import PAGES_MAX, ClippingKind
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.sandbox.tools import ToolLimits, find_tool, run_tool
from haidang.engine.text import nfc

TOOLS = ("tesseract", "pdftotext")
SCANNED_PAGES = 5  # of a PDF without text of its own, as many pages are read as pictures
LONGEST_SIDE = 3500  # pixels of such a page: 300 dots an inch on A4
TEXT_MAX = 400_000
# Half a page's worth of letters: less is a stamp or a page number beside a scan.
TEXT_MIN = 40
SHORT_LINE = 0.7  # of a full line of the column

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PAGES = re.compile(rb"^Pages:\s+(\d+)", re.MULTILINE)
_PICTURE = ToolLimits(output_max=64 << 20)
_QUICK = ToolLimits(cpu_s=10, wall_s=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClippingText:
    """The text, a paragraph a line. `hindered`: why there is none or not all, a word; "" if nothing.

    Words: no_tesseract, no_vietnamese, no_pdftotext, too_slow, too_large, unreadable, no_text, pages
    (with `pages`), first_pages.
    """

    text: str
    hindered: str = ""
    pages: int = 1


def find_tools() -> dict[str, str | None]:
    """Where each tool is on this machine."""
    return {name: find_tool(name) for name in TOOLS}


def knows_vietnamese() -> bool:
    """Whether tesseract is here with its Vietnamese letters."""
    return "vie" in _languages()


def read_clipping(data: bytes, *, kind: ClippingKind, language: str = "vi") -> ClippingText:
    """The text that stands in a file which `look_at_clipping` let pass. May take a minute.

    `language` is that of the publication: a Vietnamese page is read with Vietnamese letters alone.
    """
    try:
        if kind is ClippingKind.TEXT:
            return ClippingText(text=_even(data.decode("utf-8-sig"), lines_are_paragraphs=True))
        if kind is ClippingKind.PDF:
            return _read_pdf(data, language=language)
        return _read_picture(data, language=language)
    except EngineError as error:
        words = {Trouble.TOO_SLOW: "too_slow", Trouble.TOO_LARGE: "too_large"}
        return ClippingText(text="", hindered=words.get(error.trouble, "unreadable"))


def _languages() -> frozenset[str]:
    tesseract = find_tool("tesseract")
    if tesseract is None:
        return frozenset()
    try:
        told = run_tool([tesseract, "--list-langs"], b"", limits=_QUICK)
    except EngineError:
        return frozenset()
    return frozenset(told.decode(errors="replace").split()[-40:])


def _read_picture(data: bytes, *, language: str) -> ClippingText:
    tesseract = find_tool("tesseract")
    if tesseract is None:
        return ClippingText(text="", hindered="no_tesseract")
    # Measured on 1,140 Vietnamese words in four typefaces: vie alone gets 1.8 % wrong on a coarse
    # scan and 0.3 % on a fine one, vie+eng 3.3 % and 0.6 %, mostly marks that English does not know.
    wanted = ("vie",) if language.startswith("vi") else ("eng", "vie")
    here = _languages()
    known = [name for name in wanted if name in here]
    command = [tesseract, "stdin", "stdout", *(["-l", "+".join(known)] if known else [])]
    text = _even(run_tool(command, data).decode("utf-8", errors="replace"))
    if not text:
        return ClippingText(text="", hindered="no_text")
    return ClippingText(text=text, hindered="" if "vie" in here else "no_vietnamese")


def _read_pdf(data: bytes, *, language: str) -> ClippingText:
    pdftotext, pdfinfo = find_tool("pdftotext"), find_tool("pdfinfo")
    if pdftotext is None or pdfinfo is None:
        return ClippingText(text="", hindered="no_pdftotext")
    told = _PAGES.search(run_tool([pdfinfo, "-"], data, limits=_QUICK))
    pages = int(told[1]) if told else 1
    if pages > PAGES_MAX:
        return ClippingText(text="", hindered="pages", pages=pages)
    command = [pdftotext, "-enc", "UTF-8", "-nopgbrk", "-q", "-", "-"]
    text = _even(run_tool(command, data).decode("utf-8", errors="replace"))
    if len(text) >= TEXT_MIN:
        return ClippingText(text=text, pages=pages)
    return _read_scanned_pdf(data, pages=pages, language=language)


def _read_scanned_pdf(data: bytes, *, pages: int, language: str) -> ClippingText:
    """A PDF that holds pictures of pages: the first few are drawn and read."""
    pdftoppm = find_tool("pdftoppm")
    if pdftoppm is None:
        return ClippingText(text="", hindered="no_pdftotext", pages=pages)
    texts: list[str] = []
    for page in range(1, min(pages, SCANNED_PAGES) + 1):
        span = ["-f", str(page), "-l", str(page), "-singlefile", "-scale-to", str(LONGEST_SIDE)]
        drawn = run_tool([pdftoppm, "-png", "-gray", *span, "-"], data, limits=_PICTURE)
        read = _read_picture(drawn, language=language)
        if read.hindered not in {"", "no_text"}:
            return ClippingText(text="\n".join(texts), hindered=read.hindered, pages=pages)
        texts.append(read.text)
    text = "\n".join(filter(None, texts))
    hindered = "no_text" if not text else "first_pages" if pages > SCANNED_PAGES else ""
    return ClippingText(text=text, hindered=hindered, pages=pages)


def _even(text: str, *, lines_are_paragraphs: bool = False) -> str:
    """One paragraph a line: lines that a column broke are joined; see `_join_column`."""
    text = nfc(
        _UNPRINTABLE.sub("\n", text.replace("\r\n", "\n").replace("\x0c", "\n\n"))[:TEXT_MAX]
    )
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\n".join(filter(None, lines if lines_are_paragraphs else _join_column(lines)))


def _join_column(lines: list[str]) -> list[str]:
    """A paragraph ends at a blank line, and behind a line that leaves much of the column free."""
    sizes = sorted(len(line) for line in lines if line)
    full = sizes[len(sizes) * 9 // 10] if sizes else 0
    paragraphs = [""]
    for line in lines:
        paragraphs[-1] = f"{paragraphs[-1]} {line}".strip()
        if len(line) < SHORT_LINE * full:
            paragraphs.append("")
    return paragraphs

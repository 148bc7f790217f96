"""Extract: the article among the rest of a page, our reader beside the ones that a user would pick.

    ./haidang bench extract --pages ZIP --expected JSONL|ZIP [--json] [--repeats 3] [--no-peers]

`--expected` marks per page either segments that must stand in the text (`present`) and that must not
(`absent`), or the whole body (`text`); a zip of `html/NAME.html` and `txt/NAME.txt` serves as both
arguments. On segments, precision and recall count segments; on bodies, they are the means over pages
of shared runs of four words (of characters where a script has no spaces), each run counted as often
as it occurs. Ours is measured as the desk runs it: with title, dates, address, language and all;
`text_pages_per_cpu_s` is our reading of the text alone, which is what the peers do, but for
`trafilatura_fast_metadata`.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.measuring import Figures, Measured, measure, parser_of, progress, read_lines, tell

NOW = datetime(2026, 11, 24, tzinfo=UTC)
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
RUN = 4  # words


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page and its row: `url`, and `present` and `absent`, or `text`."""

    html: bytes
    row: dict[str, Any]


def main(arguments: list[str]) -> int:
    parser = parser_of("extract", __doc__)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--expected", type=Path, required=True)
    told = parser.parse_args(arguments)
    figures: dict[str, Figures] = {}
    for name in (
        ("haidang", "haidang_text") if told.no_peers else ("haidang", "haidang_text", *PEERS)
    ):
        progress(f"{name} …")
        try:
            done = measure(
                read_all, name, told.pages, told.expected, prepare=_prepare, repeats=told.repeats
            )
        except RuntimeError as failed:
            if name.startswith("haidang"):
                raise
            progress(f"{name} does not run here: {str(failed).strip().splitlines()[-1]}")
            continue
        figures[name] = _figures(done, read_pages(told.pages, told.expected))
    ours, text_alone = dict(figures.pop("haidang")), figures.pop("haidang_text")
    ours["text_pages_per_cpu_s"] = text_alone["pages_per_cpu_s"]
    for name, (speed, peer) in RATIOS.items():
        if peer in figures:
            ours[name] = round(ours[speed] / figures[peer]["pages_per_cpu_s"], 2)
    return tell("extract", ours, figures, as_json=told.json)


def read_pages(pages: Path, expected: Path) -> Iterator[LabelledPage]:
    """The pages with their rows, in the order of the rows. Raises KeyError for a page that lacks."""
    with zipfile.ZipFile(pages) as archive:
        if zipfile.is_zipfile(expected):
            with zipfile.ZipFile(expected) as bodies:
                for name in sorted(bodies.namelist()):
                    if name.startswith("txt/") and name.endswith(".txt"):
                        html = archive.read(f"html/{name[4:-4]}.html")
                        text = bodies.read(name).decode("utf-8", "replace")
                        yield LabelledPage(html, {"url": "https://example.org/page", "text": text})
            return
        places = {Path(name).name: name for name in archive.namelist()}
        for row in read_lines(expected):
            yield LabelledPage(archive.read(places[Path(row["file"]).name]), row)


def _prepare(
    name: str, pages: Path, expected: Path
) -> tuple[Callable[..., str], list[LabelledPage]]:
    reader = {"haidang": read_ours, "haidang_text": read_our_text}.get(name)
    run = reader or (lambda page: PEERS[name](page.html))
    labelled = list(read_pages(pages, expected))
    run(labelled[0])  # what is loaded once is not counted
    return run, labelled


def read_all(prepared: tuple[Callable[..., str], list[LabelledPage]]) -> list[str]:
    """The text of every page; "" where a reader fails or gives nothing."""
    run, labelled = prepared
    texts = []
    for page in labelled:
        try:
            texts.append(run(page) or "")
        except Exception as failed:  # noqa: BLE001 -- a reader may fail in any way; the page counts as unread
            print(f"{page.row.get('file', '')}: {failed!r}", file=sys.stderr)
            texts.append("")
    return texts


def read_ours(page: LabelledPage) -> str:
    from haidang.engine.extract import extract_page

    url = page.row.get("url") or "https://example.org/page"
    found = extract_page(page.html, url=url, content_type="text/html", now=NOW)
    return f"{found.lead}\n{found.text}".strip()


def read_our_text(page: LabelledPage) -> str:
    from haidang.engine.extract import clean_text
    from haidang.engine.extract.blocks import read_blocks
    from haidang.engine.extract.body import read_body
    from haidang.engine.extract.judging import choose_article
    from haidang.engine.extract.markup import read_markup

    markup = read_markup(page.html, content_type="text/html")
    blocks = read_blocks(markup).blocks
    return clean_text(
        read_body(blocks, judged=choose_article(blocks), source=markup.source, told="")
    )


def _decoded(html: bytes) -> str:
    from haidang.engine.extract.decoding import decode

    return decode(html, content_type="text/html")


def _trafilatura_fast(html: bytes) -> str:
    import trafilatura

    return trafilatura.extract(_decoded(html), fast=True, include_comments=False) or ""


def _trafilatura_fast_metadata(html: bytes) -> str:
    """The same with title, author, dates and the rest, as a desk needs them."""
    import trafilatura

    found = trafilatura.bare_extraction(
        _decoded(html), fast=True, include_comments=False, with_metadata=True
    )
    return (found.text or "") if found else ""


def _trafilatura(html: bytes) -> str:
    import trafilatura

    return trafilatura.extract(_decoded(html), include_comments=False) or ""


def _readability(html: bytes) -> str:
    from lxml.html import fromstring
    from readability import Document

    return "\n".join(fromstring(Document(_decoded(html)).summary()).itertext())


def _resiliparse(html: bytes) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(_decoded(html), main_content=True, comments=False)


def _justext(html: bytes) -> str:
    import justext

    # Stop words of the page's language would help it; a desk does not know the language yet.
    paragraphs = justext.justext(
        _decoded(html), frozenset(), length_high=140, stopwords_low=0.0, stopwords_high=0.0
    )
    return "\n".join(one.text for one in paragraphs if not one.is_boilerplate)


PEERS: dict[str, Callable[[bytes], str]] = {
    "trafilatura_fast": _trafilatura_fast,
    "trafilatura_fast_metadata": _trafilatura_fast_metadata,
    "trafilatura": _trafilatura,
    "readability": _readability,
    "resiliparse": _resiliparse,
    "justext": _justext,
}

RATIOS = {
    "pages_ratio": ("pages_per_cpu_s", "trafilatura_fast"),
    "text_pages_ratio": ("text_pages_per_cpu_s", "trafilatura_fast"),
    "metadata_pages_ratio": ("pages_per_cpu_s", "trafilatura_fast_metadata"),
}
"""How many times as quick: all that we read for the peer's text, text for text, all for all."""


def _figures(done: Measured, labelled: Iterator[LabelledPage]) -> Figures:
    pairs = list(zip(done.value, labelled, strict=True))
    f1, precision, recall = score(pairs)
    return {
        "f1": f1,
        "precision": precision,
        "recall": recall,
        "pages_per_cpu_s": round(len(pairs) / done.cpu_s, 1),
        "cpu_s": round(done.cpu_s, 2),
        "peak_mb": done.peak_mb,
    }


def score(pairs: list[tuple[str, LabelledPage]]) -> tuple[float, float, float]:
    """(F1, precision, recall), each 0 to 1: on segments over all of them, on bodies page by page."""
    if "text" in pairs[0][1].row:
        pages = [overlap(text, page.row["text"]) for text, page in pairs]
        means = [sum(column) / len(pages) for column in zip(*pages, strict=True)]
        return round(means[0], 4), round(means[1], 4), round(means[2], 4)
    right = wrong = marked = 0
    for text, page in pairs:
        right += sum(one in text for one in page.row["present"])
        wrong += sum(one in text for one in page.row["absent"])
        marked += len(page.row["present"])
    precision, recall = right / max(1, right + wrong), right / max(1, marked)
    return (
        round(2 * right / max(1, right + wrong + marked), 4),
        round(precision, 4),
        round(recall, 4),
    )


def overlap(found: str, body: str) -> tuple[float, float, float]:
    """(F1, precision, recall) of the runs of four words that two texts share."""
    ours, theirs = runs(found), runs(body)
    shared = sum((ours & theirs).values())
    precision = shared / sum(ours.values()) if ours else float(not theirs)
    recall = shared / sum(theirs.values()) if theirs else 1.0
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def runs(text: str) -> Counter[tuple[str, ...]]:
    is_unspaced = len(_UNSPACED.findall(text)) > 0.3 * len(text)
    words = re.findall(r"\w" if is_unspaced else r"\w+", text)
    most = min(RUN, len(words))
    return Counter(tuple(words[at : at + RUN]) for at in range(len(words) - most + 1) if words)

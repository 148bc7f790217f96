"""The way of a page: characters → tags → blocks → what it says of itself → text → cleaned, dated, named."""

from __future__ import annotations

from datetime import datetime

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.extract import meta
from haidang.engine.extract.blocks import read_blocks
from haidang.engine.extract.body import read_body
from haidang.engine.extract.jsonld import read_json_ld
from haidang.engine.extract.judging import choose_article
from haidang.engine.extract.kinds import tell_kind
from haidang.engine.extract.markup import read_markup
from haidang.engine.extract.moments import read_moments
from haidang.engine.extract.paragraphs import clean_paragraphs
from haidang.engine.text import fold, identify_language
from haidang.engine.types import PageData

LEAD_WITHIN = 3
"""Paragraphs at the head of a text among which its lead may stand."""
LEAD_MIN = 40
TOLD_BY = 600
"""Characters of title, lead and text by which the language is told."""


def extract_page(
    html: bytes,
    *,
    url: str,
    content_type: str | None,
    now: datetime,
    hint_language: str | None = None,
    hint_title: str | None = None,
    robots_header: str | None = None,
) -> PageData:
    """The article on a page. Pure; may be slow on hostile pages, so run it in the sandbox.

    `now` bounds the dates. `hint_language` and `hint_title` are what the feed told; `robots_header`
    is the X-Robots-Tag of the answer. A page with a title but no text of its own is EMPTY.
    Errors: NOT_HTML, NO_TEXT (neither text nor title), HOSTILE_MARKUP.
    """
    markup = read_markup(html, content_type=content_type)
    reading = read_blocks(markup)
    judged = choose_article(reading.blocks)
    head = meta.Head(reading.metas)
    said = read_json_ld(markup.scripts)
    title = meta.read_title(reading, titles=markup.titles, head=head, said=said, hint=hint_title)
    paragraphs = clean_paragraphs(
        read_body(reading.blocks, judged=judged, source=markup.source, told=said.body),
        title=title,
        bylines=said.bylines + _author_metas(head),
    )
    lead, paragraphs = _part_lead(
        paragraphs,
        standfirst=meta.read_standfirst(reading.blocks),
        description=meta.read_description(head, said=said),
        is_article=said.is_article,
    )
    if not (text := "\n".join(paragraphs)) and not title:
        raise EngineError(Trouble.NO_TEXT)
    hint_language = hint_language or meta.declared_language(reading, head=head)
    language = identify_language(f"{title}\n{lead}\n{text}"[:TOLD_BY], hint=hint_language)
    published, modified = read_moments(
        reading,
        markup=markup,
        start=judged.chosen[0] if judged.chosen else 0,
        head=head,
        said=said,
        url=url,
        language=language,
        now=now,
    )
    return PageData(
        title=title,
        lead=lead,
        text=text,
        kind=tell_kind(title=title, text=text, head=head, said=said),
        published=published,
        modified=modified,
        canonical_url=meta.read_canonical(reading, head=head, url=url),
        language=language,
        section=meta.read_section(markup, head=head, said=said, title=title, url=url),
        image_url=meta.read_image(head, said=said, url=url),
        noarchive=meta.is_noarchive(head, robots_header=robots_header),
    )


def _author_metas(head: meta.Head) -> tuple[str, ...]:
    """What the head calls the authors: used to cut them from the text, kept nowhere."""
    return tuple(
        name
        for key in ("author", "article:author", "byl", "dc.creator", "parsely-author")
        if (name := head.first((key,)))
    )


def _part_lead(
    paragraphs: list[str], *, standfirst: str, description: str, is_article: bool
) -> tuple[str, list[str]]:
    """The lead, and the text without it.

    A standfirst or a description that the text repeats among its first paragraphs is taken out of
    the text; a description that is only its cut-off beginning is no lead.
    """
    if not (standfirst or description):
        return "", paragraphs
    first = [fold(paragraph).rstrip(" .…") for paragraph in paragraphs[:LEAD_WITHIN]]
    for candidate in (standfirst, description):
        wanted = fold(candidate).rstrip(" .…")
        if len(wanted) < LEAD_MIN and candidate is not standfirst:
            continue
        for at, (paragraph, plain) in enumerate(zip(paragraphs, first, strict=False)):
            if (
                wanted
                and plain.endswith(wanted)
                and len(plain) - len(wanted) < LEAD_MIN
                and len(paragraphs) > 1
            ):
                return paragraph, paragraphs[:at] + paragraphs[at + 1 :]
            if wanted and plain.startswith(wanted):
                return "", paragraphs
    if standfirst:
        return standfirst, paragraphs
    is_whole = description.endswith((".", "!", "?", "。", "”", '"')) and not description.endswith(
        "..."
    )
    return (
        description if is_article and is_whole and len(description) >= LEAD_MIN else ""
    ), paragraphs

"""Marks of the desk in templates: counts, dots, times, languages, differences.

Strangers' text passes through here only as arguments of `format_html`, which escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from haidang.core.templatetags.site import marked
from haidang.watch import reasons as why
from haidang.watch import troubles, words
from haidang.watch.enums import FeedKind, Level

register = template.Library()

DOT_PITCH = 15  # pixels from one dot of a strip to the next
DOT_NAMES = {
    "original": "original",
    "edited": "edited",
    "verbatim": "copy",
    "cut": "copy",
    "copy": "copy",
}
TEXT_DIRECTION = {"ar": "rtl", "fa": "rtl", "he": "rtl", "ur": "rtl"}


# ---------------------------------------------------------------- counts and dots


@register.simple_tag
def both_numbers(card: Any) -> SafeString:
    """The sentence of both numbers with the whole in strong."""
    whole = format_html("<strong>{}</strong>", words.count_articles(card.articles))
    # The sentence is ours and its other parts are counts: only the marked whole is put in.
    sentence = _("%(articles)s = %(originals)s + %(reprints)s") % {
        "articles": "\x00",
        "originals": words.count_originals(card.originals),
        "reprints": words.count_reprints(card.reprints),
    }
    before, _mark, after = sentence.partition("\x00")
    return format_html("{}{}{}", before, whole, after)


@register.simple_tag
def dots(card: Any) -> SafeString:
    """The dot strip of a story. The sentence beside it says the same in words, so it is hidden."""
    return _draw_strip(tuple((DOT_NAMES[dot.kind], dot.foreign) for dot in card.dots))


@lru_cache(maxsize=1_024)
def _draw_strip(dots: tuple[tuple[str, bool], ...]) -> SafeString:
    drawn = format_html_join(
        "",
        '<use href="#dot-{}{}" x="{}" y="8"/>',
        (
            (name, "-foreign" if foreign else "", 8 + place * DOT_PITCH)
            for place, (name, foreign) in enumerate(dots)
        ),
    )
    width = 1 + len(dots) * DOT_PITCH
    return format_html(
        '<svg class="dots" width="{}" height="16" aria-hidden="true">{}</svg>', str(width), drawn
    )


@register.simple_tag
def dot(kind: str, *, foreign: bool = False) -> SafeString:
    """One dot, for legends and lists."""
    return format_html(
        '<svg class="dots" width="16" height="16" aria-hidden="true">'
        '<use href="#dot-{}{}" x="8" y="8"/></svg>',
        DOT_NAMES.get(kind, "copy"),
        "-foreign" if foreign else "",
    )


@register.filter
def add_up_of(page: Any) -> str:
    """The sentence of both numbers for a whole page, without marks."""
    return words.add_up(articles=page.articles, originals=page.originals, reprints=page.reprints)


@register.simple_tag
def kind_word(kind: str) -> str:
    """What an article is to its original, in one word."""
    return words.tell_kind(str(kind))


@register.filter
def as_dot(kind: str) -> str:
    return DOT_NAMES.get(str(kind), "copy")


@register.filter
def whole_copies(copies: Iterable[Any]) -> list[Any]:
    """Verbatim and cut reprints."""
    return [copy for copy in copies if copy.kind != "edited"]


@register.filter
def edited_copies(copies: Iterable[Any]) -> list[Any]:
    return [copy for copy in copies if copy.kind == "edited"]


@register.simple_tag
def kind_sentence(page: Any, original_url: str) -> SafeString:
    """What a reprint is, of what, and how much of it is shared."""
    sentences = {
        "verbatim": _("Verbatim reprint of %(original)s, first in %(publication)s"),
        "edited": _("Edited reprint of %(original)s, first in %(publication)s"),
        "cut": _("Cut reprint of %(original)s, first in %(publication)s"),
    }
    told = format_html(
        conditional_escape(sentences.get(str(page.kind), sentences["verbatim"]))
        .replace("%(original)s", "{original}")
        .replace("%(publication)s", "{publication}"),
        original=format_html('<a href="{}">{}</a>', original_url, page.original.title),
        publication=page.original.publication,
    )
    if page.share is None:
        return told
    share = _("%(share)s of its text is shared") % {"share": in_percent(page.share)}
    return format_html("{} ({})", told, share)


@register.simple_tag
def state_phrase(line: Any) -> str:
    """How a source fares, as the end of a sentence that begins with its name."""
    return words.tell_state(str(line.state))


@register.simple_tag
def state_mark(state: str) -> SafeString:
    """A small square beside the phrase: full, half, open or crossed."""
    return format_html(
        '<svg class="dots" width="16" height="16" aria-hidden="true">'
        '<use href="#state-{}" x="8" y="8"/></svg>',
        state if state in words.STATES else "new",
    )


@register.simple_tag
def level_name(level: str) -> str:
    return str(Level(level).label) if level in Level.values else level


@register.simple_tag
def feed_kind(kind: str) -> str:
    return str(FeedKind(kind).label) if kind in FeedKind.values else kind


@register.filter
def in_articles(number: int) -> str:
    return words.count_articles(number)


@register.filter
def in_stories(number: int) -> str:
    return words.count_stories(number)


@register.filter
def in_publications(number: int) -> str:
    return words.count_publications(number)


@register.filter
def in_languages(number: int) -> str:
    return words.count_languages(number)


@register.filter
def in_foreign(number: int) -> str:
    return words.count_foreign(number)


@register.filter
def in_days(number: int) -> str:
    return words.count_days(number)


@register.filter
def in_percent(share: float) -> str:
    """0.934 as 93 %."""
    return pgettext("a share", "%(number)s %%") % {"number": formats.localize(round(share * 100))}


@register.filter
def in_bytes(size: int) -> str:
    """A size in KB or MB, one decimal."""
    if size < 1_000_000:
        return f"{formats.number_format(size / 1_000, 1)} KB"
    return f"{formats.number_format(size / 1_000_000, 1)} MB"


# ---------------------------------------------------------------- times


@register.simple_tag
def front_date(moment: datetime) -> str:
    return words.name_date(moment)


@register.simple_tag
def day_name(moment: datetime, now: datetime) -> str:
    return words.name_day(moment, now=now)


@register.simple_tag
def ago(moment: datetime, now: datetime) -> SafeString:
    """How long ago, with the exact moment in the machine's attribute and on hover."""
    return _time(moment, words.tell_ago(moment, now=now))


@register.simple_tag
def moment(at: datetime, now: datetime) -> SafeString:
    return _time(at, words.tell_moment(at, now=now))


@register.simple_tag
def ahead(at: datetime, now: datetime) -> SafeString:
    return _time(at, words.tell_ahead(at, now=now))


@register.simple_tag
def exact(at: datetime, precision: str = "time") -> SafeString:
    """The date as exactly as it is known."""
    return _time(at, words.tell_date(at, str(precision)))


@register.simple_tag
def time_in_day(at: datetime, now: datetime) -> SafeString:
    """Under a day's heading: how long ago if it is today, else the hour alone."""
    if timezone.localtime(at).date() == timezone.localtime(now).date():
        return ago(at, now)
    return clock(at)


@register.simple_tag
def beside(at: datetime, other: datetime, now: datetime) -> SafeString:
    """The moment of a copy under its original: the hour alone if both are of one day."""
    if timezone.localtime(at).date() == timezone.localtime(other).date():
        return clock(at)
    return moment(at, now)


@register.simple_tag
def clock(at: datetime) -> SafeString:
    return _time(at, formats.time_format(timezone.localtime(at), "H:i"))


@register.simple_tag
def span(start: datetime, end: datetime) -> str:
    return words.tell_span(start, end)


@register.filter
def local_day(at: datetime) -> str:
    """The day of a moment on the reader's clock, for comparing."""
    return timezone.localtime(at).date().isoformat()


def _time(at: datetime, told: str) -> SafeString:
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        formats.date_format(local, "SHORT_DATETIME_FORMAT"),
        told,
    )


# ---------------------------------------------------------------- languages, addresses


@register.simple_tag
def lang(code: str) -> SafeString:
    """The `lang` attribute for a passage, unless the page already speaks that language."""
    if not code or code == get_language():
        return mark_safe("")
    direction = TEXT_DIRECTION.get(code.partition("-")[0], "")
    if direction:
        return format_html(' lang="{}" dir="{}"', code, direction)
    return format_html(' lang="{}"', code if code != words.UNKNOWN_LANGUAGE else "")


@register.simple_tag
def lang_tag(code: str) -> SafeString:
    """A small tag for a language that is not the page's own."""
    if not code or code in {get_language(), words.UNKNOWN_LANGUAGE}:
        return mark_safe("")
    return format_html('<abbr class="lang" title="{}">{}</abbr>', words.name_language(code), code)


@register.filter
def language_name(code: str) -> str:
    return words.name_language(code)


@register.filter
def web_address(url: str) -> str:
    """The address if it is an http(s) one with a host, else nothing: never javascript:, never data:."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


# ---------------------------------------------------------------- differences, hits, reasons


@register.simple_tag
def differences(changes: Iterable[Any]) -> SafeString:
    """Word differences as ins and del, with the words added and removed for those who listen."""
    return format_html_join("", "{}", ((_difference(change),) for change in changes))


def _difference(change: Any) -> SafeString:
    if change.change == "added":
        heard = _("added:")
        return format_html('<ins><span class="heard">{} </span>{}</ins>', heard, change.text)
    if change.change == "removed":
        heard = _("removed:")
        return format_html('<del><span class="heard">{} </span>{}</del>', heard, change.text)
    return format_html("{}", change.text)


register.simple_tag(marked, name="pieces")


@register.filter
def reasons(pairs: Iterable[tuple[str, str]]) -> tuple[SafeString, ...]:
    return why.tell_reasons(pairs)


@register.simple_tag
def trouble_sentence(word: str, facts: Mapping[str, Any]) -> str:
    return troubles.tell_trouble(word, facts)

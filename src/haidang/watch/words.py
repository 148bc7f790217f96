"""Counts, times and names of languages as the pages say them, in the reader's language.

Pure text: no HTML is made here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

WEEKDAYS = (
    pgettext_lazy("day of the week", "Monday"),
    pgettext_lazy("day of the week", "Tuesday"),
    pgettext_lazy("day of the week", "Wednesday"),
    pgettext_lazy("day of the week", "Thursday"),
    pgettext_lazy("day of the week", "Friday"),
    pgettext_lazy("day of the week", "Saturday"),
    pgettext_lazy("day of the week", "Sunday"),
)
MONTHS = (
    pgettext_lazy("with a day before it", "January"),
    pgettext_lazy("with a day before it", "February"),
    pgettext_lazy("with a day before it", "March"),
    pgettext_lazy("with a day before it", "April"),
    pgettext_lazy("with a day before it", "May"),
    pgettext_lazy("with a day before it", "June"),
    pgettext_lazy("with a day before it", "July"),
    pgettext_lazy("with a day before it", "August"),
    pgettext_lazy("with a day before it", "September"),
    pgettext_lazy("with a day before it", "October"),
    pgettext_lazy("with a day before it", "November"),
    pgettext_lazy("with a day before it", "December"),
)
LANGUAGES = {
    "de": gettext_lazy("German"),
    "en": gettext_lazy("English"),
    "es": gettext_lazy("Spanish"),
    "fr": gettext_lazy("French"),
    "id": gettext_lazy("Indonesian"),
    "ja": gettext_lazy("Japanese"),
    "km": gettext_lazy("Khmer"),
    "ko": gettext_lazy("Korean"),
    "lo": gettext_lazy("Lao"),
    "my": gettext_lazy("Burmese"),
    "ru": gettext_lazy("Russian"),
    "th": gettext_lazy("Thai"),
    "vi": gettext_lazy("Vietnamese"),
    "zh": gettext_lazy("Chinese"),
}
KINDS = {
    "original": gettext_lazy("original"),
    "edited": pgettext_lazy("a reprint that is", "edited"),
    "verbatim": pgettext_lazy("a reprint that is", "verbatim"),
    "cut": pgettext_lazy("a reprint that is", "cut"),
    "copy": gettext_lazy("reprint"),
}
STATES = {
    "alive": gettext_lazy("works"),
    "quiet": gettext_lazy("is unusually silent"),
    "failing": gettext_lazy("cannot be read at present"),
    "robots": gettext_lazy("asks robots to stay away"),
    "gone": gettext_lazy("has closed its feed"),
    "paused": gettext_lazy("is paused"),
    "new": gettext_lazy("has not been read yet"),
    "import": gettext_lazy("came from a file"),
    "left": gettext_lazy("is no longer followed"),
    "hand": gettext_lazy("is entered by hand"),
}
UNKNOWN_LANGUAGE = "und"


def count_articles(number: int) -> str:
    return _count(ngettext("%(count)s article", "%(count)s articles", number), number)


def count_originals(number: int) -> str:
    return _count(ngettext("%(count)s original", "%(count)s originals", number), number)


def count_reprints(number: int) -> str:
    return _count(ngettext("%(count)s reprint", "%(count)s reprints", number), number)


def count_stories(number: int) -> str:
    return _count(ngettext("%(count)s story", "%(count)s stories", number), number)


def count_publications(number: int) -> str:
    return _count(ngettext("%(count)s publication", "%(count)s publications", number), number)


def count_languages(number: int) -> str:
    return _count(ngettext("%(count)s language", "%(count)s languages", number), number)


def count_foreign(number: int) -> str:
    return _count(
        ngettext("%(count)s foreign article", "%(count)s foreign articles", number), number
    )


def count_days(number: int) -> str:
    return _count(ngettext("%(count)s day", "%(count)s days", number), number)


def add_up(*, articles: int, originals: int, reprints: int) -> str:
    """The sentence of both numbers, always in the same words: 38 articles = 6 originals + 32 reprints."""
    return _("%(articles)s = %(originals)s + %(reprints)s") % {
        "articles": count_articles(articles),
        "originals": count_originals(originals),
        "reprints": count_reprints(reprints),
    }


def name_date(moment: datetime) -> str:
    """The day as a front page prints it: Monday, 23 November."""
    local = timezone.localtime(moment)
    return pgettext("date of a front page", "%(weekday)s, %(day)s %(month)s") % {
        "weekday": WEEKDAYS[local.weekday()],
        "day": local.day,
        "month": MONTHS[local.month - 1],
    }


def name_day(moment: datetime, *, now: datetime) -> str:
    """Today, yesterday, or the day's name and date."""
    days = (timezone.localtime(now).date() - timezone.localtime(moment).date()).days
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    return name_date(moment)


def tell_ago(moment: datetime, *, now: datetime) -> str:
    """How long ago, coarsely: minutes and hours of today and yesterday, then the date."""
    past = now - moment
    if past < timedelta(minutes=1):
        return _("just now")
    if past < timedelta(hours=1):
        minutes = int(past.total_seconds() // 60)
        return _count(ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes), minutes)
    if past < timedelta(hours=18):
        hours = int(past.total_seconds() // 3600)
        return _count(ngettext("%(count)s hour ago", "%(count)s hours ago", hours), hours)
    return tell_moment(moment, now=now)


def tell_moment(moment: datetime, *, now: datetime) -> str:
    """The hour, with the date unless it is today's: 06:12; 06:12 yesterday; 06:12 21/11/2026."""
    local = timezone.localtime(moment)
    days = (timezone.localtime(now).date() - local.date()).days
    clock = formats.time_format(local, "H:i")
    if days == 0:
        return clock
    if days == 1:
        return _("%(clock)s yesterday") % {"clock": clock}
    return formats.date_format(local, "SHORT_DATETIME_FORMAT")


def tell_ahead(moment: datetime, *, now: datetime) -> str:
    """How long until then, coarsely: for the next visit to a feed."""
    ahead = moment - now
    if ahead < timedelta(minutes=1):
        return _("now")
    if ahead < timedelta(hours=1):
        minutes = int(ahead.total_seconds() // 60)
        return _count(ngettext("in %(count)s minute", "in %(count)s minutes", minutes), minutes)
    if ahead < timedelta(hours=36):
        hours = int(ahead.total_seconds() // 3600)
        return _count(ngettext("in %(count)s hour", "in %(count)s hours", hours), hours)
    return formats.date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")


def tell_date(moment: datetime, precision: str = "time") -> str:
    """A date as exactly as it is known and no more."""
    local = timezone.localtime(moment)
    if precision == "day":
        return formats.date_format(local, "SHORT_DATE_FORMAT")
    if precision == "month":
        return formats.date_format(local, "YEAR_MONTH_FORMAT")
    told = formats.date_format(local, "SHORT_DATETIME_FORMAT")
    if precision == "seen":
        return _("first seen %(moment)s (no date given)") % {"moment": told}
    return told


def tell_span(start: datetime, end: datetime) -> str:
    """From when to when: the date once if both are of one day."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    if first.date() == last.date():
        return _("%(start)s – %(end)s, %(date)s") % {
            "start": formats.time_format(first, "H:i"),
            "end": formats.time_format(last, "H:i"),
            "date": formats.date_format(first, "SHORT_DATE_FORMAT"),
        }
    return _("%(start)s – %(end)s") % {
        "start": formats.date_format(first, "SHORT_DATETIME_FORMAT"),
        "end": formats.date_format(last, "SHORT_DATETIME_FORMAT"),
    }


def name_topic(vi: str, en: str) -> str:
    """A topic's name in the page's language, or the only one it has."""
    return vi if get_language() == "vi" else en or vi


def tell_kind(kind: str) -> str:
    """What an article is to its original, in one word."""
    return str(KINDS.get(kind, kind))


def tell_state(state: str) -> str:
    """How a source fares, as the end of a sentence that begins with its name."""
    return str(STATES.get(state, state))


def name_language(code: str) -> str:
    """A language's name; the code itself where we have no name for it."""
    if not code or code == UNKNOWN_LANGUAGE:
        return _("language not known")
    return str(LANGUAGES.get(code.partition("-")[0].lower(), code))


def _count(sentence: str, number: int) -> str:
    # Below a thousand no language groups digits, and most counts of a page are there.
    told = str(number) if 0 <= number < 1000 else formats.localize(number)
    return sentence % {"count": told}

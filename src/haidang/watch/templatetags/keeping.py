"""Words of the disk's page and of what is kept."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haidang.watch.enums import KeptWhy

register = template.Library()

PARTS = {
    "articles": gettext_lazy("Articles, stories and all else in the database"),
    "search": gettext_lazy("Search index"),
    "archive": gettext_lazy("Archive of fetched pages"),
    "files": gettext_lazy("Files that members handed in"),
    "logs": gettext_lazy("Log files"),
}
GOES = {
    "articles": gettext_lazy("stays for ever"),
    "search": gettext_lazy("stays for ever"),
    "files": gettext_lazy("stays for ever"),
    "logs": gettext_lazy("as you set it up; the desk writes none by itself"),
}


@register.simple_tag
def part_name(name: str) -> str:
    """What a part of the disk is called."""
    return str(PARTS[name])


@register.simple_tag
def part_goes(name: str, days: int) -> str:
    """When it goes."""
    if name == "archive" and days:
        return _("each page after %(days)s days; evidence stays for ever") % {"days": days}
    return str(GOES.get(name, _("stays for ever")))


@register.simple_tag
def kept_why(why: str) -> str:
    """Why a record is kept for ever."""
    return str(KeptWhy(why).label)


@register.filter
def in_size(size: int) -> str:
    """A size on a disk: KB, MB or GB."""
    for unit, scale in (("GB", 1_000_000_000), ("MB", 1_000_000)):
        if abs(size) >= scale:
            return f"{formats.number_format(size / scale, 1)} {unit}"
    return f"{formats.number_format(size / 1_000, 0)} KB"


@register.filter
def in_percent(share: float) -> str:
    """A share of one, in whole percent."""
    return f"{formats.number_format(share * 100, 0)} %"


@register.filter
def in_month(day: date) -> str:
    """A month by number and year: 11/2026."""
    return f"{day.month}/{day.year}"


@register.filter
def in_date(day: date) -> str:
    """A day as the desk writes it: 23/11/2026."""
    return formats.date_format(day, "SHORT_DATE_FORMAT")

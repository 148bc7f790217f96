"""The pictures of pages: the beam of the last 48 hours, and how a story spread."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from haidang.watch import pictures, words

register = template.Library()


@register.inclusion_tag("watch/_beam.html")
def beam(hours: Iterable[Any], now: datetime) -> dict[str, Any]:
    """The last 48 hours as bars, with a table."""
    rows = tuple(hours)
    return {
        "beam": pictures.draw_beam(rows),
        "now": now,
        "articles": sum(row.originals + row.reprints for row in rows),
        "originals": sum(row.originals for row in rows),
        "reprints": sum(row.reprints for row in rows),
        "most": max(rows, key=lambda row: row.originals + row.reprints, default=None),
    }


@register.simple_tag
def bars(beam: pictures.Beam) -> SafeString:
    """The bars of the beam; each that stands for something says for what."""
    return format_html_join(
        "\n",
        '<g class="hour{}">{}<rect class="bar-original" x="{}" width="{}" y="{}" height="{}"/>{}</g>',
        (
            (
                " now" if bar.is_now else "",
                _name_bar(bar),
                bar.x,
                bar.width,
                bar.original_y,
                bar.original_height,
                _draw_reprints(bar),
            )
            for bar in beam.bars
        ),
    )


def _name_bar(bar: pictures.Bar) -> SafeString:
    whole = bar.originals + bar.reprints
    if not whole:
        return mark_safe("")
    told = words.add_up(articles=whole, originals=bar.originals, reprints=bar.reprints)
    return format_html("<title>{}–{}: {}</title>", _hour(bar.start), _hour(bar.end), told)


def _draw_reprints(bar: pictures.Bar) -> SafeString:
    if not bar.reprints:
        return mark_safe("")
    drawn = '<rect class="bar-reprint" x="{}" width="{}" y="{}" height="{}"/>'
    return format_html(drawn, bar.x, bar.width, bar.reprint_y, bar.reprint_height)


@register.simple_tag
def hour_rows(beam: pictures.Beam) -> SafeString:
    """The same hours as rows of a table."""
    days: dict[date, str] = {}
    for bar in beam.bars:
        local = timezone.localtime(bar.start)
        if local.date() not in days:
            days[local.date()] = formats.date_format(local, "SHORT_DATE_FORMAT")
    return format_html_join(
        "",
        '<tr><th scope="row">{} {}</th><td class="number">{}</td><td class="number">{}</td></tr>',
        (
            (
                _hour(bar.start),
                days[timezone.localtime(bar.start).date()],
                formats.localize(bar.originals),
                formats.localize(bar.reprints),
            )
            for bar in beam.bars
        ),
    )


def _hour(at: datetime) -> str:
    """The moment on the reader's clock: 07:00."""
    return f"{timezone.localtime(at):%H:%M}"


@register.inclusion_tag("watch/_spread.html")
def spread(page: Any) -> dict[str, Any]:
    """Who printed when, a row for each publication, with a table."""
    start, end = page.spread_from, page.spread_to
    return {
        "rows": [
            (
                row,
                [
                    (each, pictures.place_on_line(each.at, start=start, end=end))
                    for each in row.dots
                ],
            )
            for row in page.spread
        ],
        "marks": pictures.choose_marks(start, end),
    }

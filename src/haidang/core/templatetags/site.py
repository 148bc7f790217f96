"""Words of the public site's templates."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def marked(parts: Iterable[tuple[str, bool]]) -> SafeString:
    """Text with the words that were searched for in mark."""
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", text) if hit else text,) for text, hit in parts),
    )

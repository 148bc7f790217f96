"""What people did to a story, as sentences."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from haidang.watch import words
from haidang.watch.queries import RegroupingLine

register = template.Library()

# Kind of act → the sentence in the story where the articles stood, and in the one where they went.
SENTENCES: dict[str, tuple[LazyText | str, LazyText | str]] = {
    "split": (
        gettext_lazy("{member} split {articles} off into {other}"),
        gettext_lazy("{member} split {articles} off from {other}"),
    ),
    "move": (
        gettext_lazy("{member} moved {articles} to {other}"),
        gettext_lazy("{member} moved {articles} here from {other}"),
    ),
    "merge": (
        gettext_lazy("{member} merged this story ({articles}) into {other}"),
        gettext_lazy("{member} merged {other} ({articles}) into this story"),
    ),
    "pin": (gettext_lazy("{member} pinned {articles}"), ""),
    "unpin": (gettext_lazy("{member} unpinned {articles}"), ""),
    "pin_story": (gettext_lazy("{member} pinned this story"), ""),
    "unpin_story": (gettext_lazy("{member} unpinned this story"), ""),
}


@register.simple_tag
def tell_regrouping(line: RegroupingLine) -> SafeString:
    """Who did what, with the way to the story at the other end."""
    here, there = SENTENCES[line.kind]
    other = SafeString()
    if line.other_id is not None:
        address = reverse("watch:story", args=[line.other_id])
        other = format_html('<a href="{}">“{}”</a>', address, line.other_title)
    return format_html(
        str(there if line.came_in else here),
        member=line.member,
        articles=words.count_articles(line.articles),
        other=other,
    )

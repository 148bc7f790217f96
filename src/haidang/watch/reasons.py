"""Why an article stands where it stands, and why a feed is visited when it is, as sentences.

The engine gives (word, detail) pairs; details are words of the texts, numbers or counts.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise as LazyText
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from haidang.watch.words import name_language

Text = LazyText | str

REASONS: dict[str, Text] = {
    "same_text": gettext_lazy("%(detail)s of its text stands in the original"),
    "same_length": gettext_lazy("it holds %(detail)s of the original's text"),
    "through_copy": gettext_lazy("found through another copy of the same original"),
    "earlier": gettext_lazy("the original arrived later, but was published earlier"),
    "same_canonical": gettext_lazy("both name the same address as theirs"),
    "shared_words": gettext_lazy("both use the rare words %(detail)s"),
    "shared_names": gettext_lazy("both name %(detail)s"),
    "shared_numbers": gettext_lazy("both give the numbers or dates %(detail)s"),
    "same_title": gettext_lazy("the headlines agree to %(detail)s"),
    "same_day": gettext_lazy("published %(detail)s hours apart"),
    "far_in_time": gettext_lazy("published %(detail)s days apart, which counts against it"),
    "other_language": gettext_lazy("told in two languages: %(detail)s"),
    "translated": gettext_lazy("names, numbers and length agree: probably a translation"),
    "by_person": gettext_lazy("a member of the desk placed it here"),
    "told_apart": gettext_lazy(
        "later articles showed that its story was two, and that it belongs to this one"
    ),
    "brought_together": gettext_lazy(
        "later articles showed that the story where it stood and this one are one"
    ),
    "has_copies": gettext_lazy(
        "%(detail)s articles that arrived earlier copy it, so it joins their story"
    ),
}
# Details that are words of the texts, set off from our own.
QUOTED = frozenset({"shared_words", "shared_names"})

VISITS: dict[str, Text] = {
    "steady": gettext_lazy("The next visit follows the feed's usual rhythm."),
    "busy": gettext_lazy("The feed brings much, so the next visit is soon."),
    "quiet": gettext_lazy("The feed brings little, so the next visit is later."),
    "max_age": gettext_lazy("The server said how long its answer stays good."),
    "failed": gettext_lazy("The last visit failed, so the desk waits longer before the next."),
    "retry_after": gettext_lazy("The server said when to come back."),
    "gone": gettext_lazy("The server said that the feed is gone, so there is no next visit."),
}


def tell_reason(word: str, detail: str) -> SafeString:
    """The sentence for one pair, as safe HTML; an unknown word is shown as it is."""
    sentence = REASONS.get(word)
    if sentence is None:
        return format_html("{}: {}", word, detail) if detail else conditional_escape(word)
    if word == "other_language":
        detail = ", ".join(name_language(code.strip()) for code in detail.split(","))
    marked = format_html("<q>{}</q>", detail) if word in QUOTED else conditional_escape(detail)
    before, _mark, after = str(sentence).partition("%(detail)s")
    return format_html("{}{}{}", before, marked if _mark else "", after)


def tell_reasons(pairs: Iterable[tuple[str, str]]) -> tuple[SafeString, ...]:
    """The sentences for the reasons of a decision, in their order."""
    return tuple(tell_reason(word, detail) for word, detail in pairs)


def tell_visit(word: str) -> str:
    """Why the next visit to a feed is when it is."""
    return str(VISITS.get(word, VISITS["steady"]))

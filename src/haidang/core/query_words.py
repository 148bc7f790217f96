"""What is wrong with a search, told to whoever typed it: one sentence for each fault that `engine/search` knows."""

from __future__ import annotations

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from haidang.engine.errors import EngineError

UNREADABLE = _(
    "The search words cannot be read near character %(at)s. Nothing was searched; check quotation "
    "marks and brackets, or use plain words."
)
FAULTS: dict[str, LazyText | str] = {
    "too_long": _(
        "The search is longer than 1,000 characters. Nothing was searched; use fewer words."
    ),
    "too_many_terms": _(
        "The search has more than 30 words, phrases and filters. Nothing was searched; use fewer words."
    ),
    "too_deep": _(
        "The search has more than 10 brackets inside one another. Nothing was searched; take some away."
    ),
    "only_not": _(
        "The search says only what is not wanted. Nothing was searched; add a word that is wanted."
    ),
    "filter_in_or": _(
        "A filter stands inside OR or behind NOT, near character %(at)s. Nothing was searched; put the "
        "filter beside the words."
    ),
    "bad_date": _(
        "The date near character %(at)s cannot be read. Nothing was searched; write it as 23/11/2026."
    ),
    "empty_filter": _(
        "The filter near character %(at)s has no value. Nothing was searched; write one behind its colon."
    ),
    "unknown_filter": _(
        "Public texts can be narrowed by language, by “from” and by “to” only. Nothing was searched; "
        "leave the other filter out."
    ),
}


def tell_query_error(error: EngineError) -> str:
    """The sentence for words that cannot be asked."""
    facts = {"at": "?"} | error.facts
    return str(FAULTS.get(str(facts.get("what")), UNREADABLE)) % facts

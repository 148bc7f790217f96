"""The command line's own sentences, in the operator's language, before Django is awake."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent.parent / "locale"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("django", LOCALE, languages=[language], fallback=True)


def language() -> str:
    """HAIDANG_LANGUAGE, where it is one of ours; Vietnamese otherwise."""
    return "en" if os.environ.get("HAIDANG_LANGUAGE", "vi") == "en" else "vi"


def _(message: str) -> str:
    """The sentence in the operator's language."""
    return _catalogue(language()).gettext(message)


def _n(one: str, many: str, count: int) -> str:
    """The sentence for that count in the operator's language."""
    return _catalogue(language()).ngettext(one, many, count)

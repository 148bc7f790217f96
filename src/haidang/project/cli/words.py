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


def gettext_noop(message: str) -> str:
    return message


# The words of argparse that a person can meet, so that the catalogues hold them too.
ARGPARSE = (
    gettext_noop("usage: "),
    gettext_noop("positional arguments"),
    gettext_noop("options"),
    gettext_noop("show this help message and exit"),
    gettext_noop("show program's version number and exit"),
    gettext_noop("argument %(argument_name)s: %(message)s"),
    gettext_noop("expected one argument"),
    gettext_noop("the following arguments are required: %s"),
    gettext_noop("unrecognized arguments: %s"),
    gettext_noop("invalid choice: %(value)r (choose from %(choices)s)"),
    gettext_noop("invalid %(type)s value: %(value)r"),
    gettext_noop("ambiguous option: %(option)s could match %(matches)s"),
)


def language() -> str:
    """HAIDANG_LANGUAGE, where it is one of ours; Vietnamese otherwise."""
    return "en" if os.environ.get("HAIDANG_LANGUAGE", "vi") == "en" else "vi"


def _(message: str) -> str:
    """The sentence in the operator's language."""
    return _catalogue(language()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The sentence for that count in the operator's language."""
    return _catalogue(language()).ngettext(one, many, count)

"""The command line's own sentences, in the operator's language, before Django is awake."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

from haidang.project.languages import CODE, FILE, FOLDER, LOCALE, OWN


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    folder = LOCALE if language in OWN else _added()
    return gettext.translation("django", folder, languages=[language], fallback=True)


def _added() -> Path:
    """The folder of languages that the desk adds (`project/languages.py`)."""
    return Path(os.environ.get("HAIDANG_HOME", "./data")).expanduser() / FOLDER


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
    """HAIDANG_LANGUAGE, where there is a catalogue of it; Vietnamese otherwise."""
    told = os.environ.get("HAIDANG_LANGUAGE", "vi")
    if told in OWN:
        return told
    is_added = CODE.fullmatch(told) and (_added() / told / FILE).is_file()
    return told if is_added else "vi"


def _(message: str) -> str:
    """The sentence in the operator's language."""
    return _catalogue(language()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The sentence for that count in the operator's language."""
    return _catalogue(language()).ngettext(one, many, count)

"""Languages that a desk adds without touching code: catalogues in `locale/` of its data folder.

`locale/fr/LC_MESSAGES/django.mo` makes French one more language of the pages; its name stands in the footer
beside the others. A sentence that it lacks is told in the desk's first language. Vietnamese and English are the
program's own and are not taken from there: nobody's data folder changes what the page of promises says in them.

Standard library only: the command line asks before Django is awake.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

OWN = ("vi", "en")
LOCALE = Path(__file__).resolve().parent.parent / "locale"
CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
FOLDER, FILE = "locale", Path("LC_MESSAGES") / "django.mo"
_NAMED = re.compile(r"%\(([a-z_]+)\)[sdfr]")


@dataclass(frozen=True, slots=True)
class Added:
    """A language of the data folder. `broken`: sentences that would fail on a page; it is not offered then."""

    code: str
    name: str
    told: int
    wanted: int
    broken: tuple[str, ...]


def find_added(home: Path) -> tuple[Added, ...]:
    """The languages that the data folder brings, in the order of their codes."""
    folder = home / FOLDER
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    codes = [name.replace("_", "-").lower() for name in names]
    return tuple(
        _look_at(code, folder / name / FILE)
        for code, name in zip(codes, names, strict=True)
        if CODE.fullmatch(code) and code not in OWN and (folder / name / FILE).is_file()
    )


def find_offered(home: Path) -> tuple[Added, ...]:
    """Those of them whose sentences all fit."""
    return tuple(one for one in find_added(home) if not one.broken)


def is_offered(code: str, home: Path) -> bool:
    """Whether the desk can speak it: one of its own, or one that the data folder brings whole enough."""
    return code in OWN or any(one.code == code for one in find_offered(home))


def _look_at(code: str, path: Path) -> Added:
    """One catalogue, held against the sentences of the program."""
    wanted = _sentences(LOCALE / "en" / FILE)
    try:
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)
    except (OSError, ValueError, UnicodeDecodeError, EOFError) as error:
        return Added(code, code, 0, len(wanted), (f"{path.name}: {error}",))
    name = str(catalogue.info().get("x-language-name", "")).strip()[:40] or code
    told = _of(catalogue)
    broken = tuple(
        sentence
        for sentence, forms in told.items()
        if sentence in wanted and not all(_fits(wanted[sentence], form) for form in forms)
    )
    known = sum(1 for sentence in wanted if any(told.get(sentence, [])))
    return Added(code, name, known, len(wanted), broken)


def _fits(sentences: list[str], form: str) -> bool:
    """Whether a translation asks for no fact that its sentence does not have, and can be filled in at all."""
    if not form:
        return True
    known = set().union(*(_places(one) or set() for one in sentences))
    places = _places(form)
    return places is not None and places <= known


def _places(text: str) -> set[str] | None:
    """The named places of a sentence, of both kinds; None where the text is not well formed."""
    try:
        braces = {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}
    except ValueError:
        braces = set()
    percent = set(_NAMED.findall(text))
    if percent:
        try:
            text % dict.fromkeys(percent, 1)
        except (TypeError, ValueError, KeyError):
            return None
    return percent | braces


@cache
def _sentences(path: Path) -> Mapping[str, list[str]]:
    with path.open("rb") as file:
        return _of(gettext.GNUTranslations(file))


def _of(catalogue: gettext.GNUTranslations) -> dict[str, list[str]]:
    """Sentence → its forms; plural forms stand together."""
    told: dict[str, list[str]] = {}
    for key, form in catalogue._catalog.items():  # type: ignore[attr-defined]  # noqa: SLF001 -- the library gives no other list
        sentence = key[0] if isinstance(key, tuple) else key
        if sentence:
            told.setdefault(sentence, []).append(form)
    return told

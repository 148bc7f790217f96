"""Both languages whole: every sentence of the program stands in both catalogues, translated."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

import haidang

PACKAGE = Path(haidang.__file__).parent
LANGUAGES = ("vi", "en")
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sdfr]|%%|%[sdr]|\{[a-z_]*(?:![rs])?(?::[^}]*)?\}")


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"))


def identity(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def forms_of(entry: polib.POEntry) -> list[str]:
    """The translation, or all its plural forms."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_whole(language: str) -> None:
    """Nothing untranslated, nothing guessed, nothing kept that the program no longer says."""
    po = catalogue(language)
    told = {
        "untranslated": [entry.msgid for entry in po.untranslated_entries()],
        "fuzzy": [entry.msgid for entry in po.fuzzy_entries()],
        "obsolete": [entry.msgid for entry in po.obsolete_entries()],
    }
    assert told == {"untranslated": [], "fuzzy": [], "obsolete": []}


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_has_its_languages_plural_forms(language: str) -> None:
    wanted = {"vi": 1, "en": 2}[language]
    po = catalogue(language)
    assert f"nplurals={wanted};" in po.metadata["Plural-Forms"]
    odd = [
        entry.msgid
        for entry in po
        if entry.msgid_plural and sorted(entry.msgstr_plural) != list(range(wanted))
    ]
    assert odd == []


def test_catalogues_hold_the_same_sentences() -> None:
    vi, en = ({identity(entry) for entry in catalogue(language)} for language in LANGUAGES)
    assert vi ^ en == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_that_of_the_source(language: str) -> None:
    po = catalogue(language)
    mo = polib.mofile(str(PACKAGE / "locale" / language / "LC_MESSAGES" / "django.mo"))
    written = {identity(entry): forms_of(entry) for entry in po if entry.translated()}
    compiled = {identity(entry): forms_of(entry) for entry in mo}
    assert compiled == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_agree(language: str) -> None:
    """A translation names what its sentence names, so that no page fails and no fact is lost."""

    def agrees(entry: polib.POEntry, form: str) -> bool:
        ids = [set(PLACEHOLDER.findall(one)) for one in (entry.msgid, entry.msgid_plural) if one]
        return set.intersection(*ids) <= set(PLACEHOLDER.findall(form)) <= set.union(*ids)

    odd = [
        (entry.msgid, form)
        for entry in catalogue(language)
        for form in forms_of(entry)
        if not agrees(entry, form)
    ]
    assert odd == []


def test_sentences_are_not_made_of_pieces() -> None:
    """No sentence ends open for another to be glued on, and none has two nameless places."""
    odd = [
        entry.msgid
        for entry in catalogue("vi")
        if len(re.findall(r"%[sd]|\{\}", entry.msgid)) > 1 or entry.msgid != entry.msgid.lstrip(" ")
    ]
    assert odd == []


def test_english_is_told_as_written() -> None:
    """English is the language of the source: its catalogue changes nothing but plurals."""
    odd = [
        (entry.msgid, forms_of(entry))
        for entry in catalogue("en")
        if forms_of(entry)
        != ([entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid])
    ]
    assert odd == []


def test_vietnamese_is_written_with_its_marks() -> None:
    """A sentence of four words or more without a single mark was not translated."""
    no_words = re.compile(rf"<[^>]+>|`[^`]+`|{PLACEHOLDER.pattern}|[=+]")
    marks = re.compile(
        "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
    )
    odd = [
        entry.msgid
        for entry in catalogue("vi")
        for form in forms_of(entry)
        if len(no_words.sub("", form).split()) >= 4 and not marks.search(form)
    ]
    assert odd == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext's tools are not here")
def test_every_sentence_of_the_program_stands_in_the_catalogues(tmp_path: Path) -> None:
    copy = tmp_path / "haidang"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "static", "events"))
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "en", "--keep-pot", "-v", "0"],
        cwd=copy,
        env={"PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
    )
    said = {identity(entry) for entry in polib.pofile(str(copy / "locale" / "django.pot"))}
    kept = {identity(entry) for entry in catalogue("vi")}
    assert {"missing": said - kept, "no longer said": kept - said} == {
        "missing": set(),
        "no longer said": set(),
    }

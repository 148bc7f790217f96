"""A third language by a catalogue in the data folder: offered, used, held against what it must not break."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from tests.house.test_languages import PACKAGE

from haidang.project.languages import find_added, find_offered, is_offered
from haidang.project.options import BadOption, read_options

SENTENCES = {
    "What Hải Đăng never does to people": "Ce que Hải Đăng ne fait jamais aux personnes",
    "Sign in": "Se connecter",
    "%(who)s approved “%(what)s” (%(way)s).": "%(who)s a approuvé « %(what)s » (%(way)s).",
    "{path} is there already": "{path} existe déjà",
}
# What a browser is given, and what the command line says, in a desk of its own.
LOOK = """
from django.test import Client
from haidang.project.cli.main import wake_django
wake_django()
from haidang.project import supervisor
supervisor.prepare_data()
from haidang.project import surroundings
reader = Client(headers={"host": "localhost"})
reader.cookies["language"] = "en"
before = reader.get("/promises").content.decode()
own = {"sec-fetch-site": "same-origin", "origin": "http://localhost"}
reader.post("/language", {"language": "fr", "next": "/promises"}, headers=own)
page = reader.get("/promises").content.decode()
told = [finding.told for finding in surroundings.look_at_languages()]
from haidang.project.cli.words import _
print(repr([
    'value="fr" lang="fr" aria-pressed="false">français' in before,
    '<html lang="fr"' in page,
    "Ce que Hải Đăng ne fait jamais aux personnes" in page,
    "Se connecter" in page,
    'href="/sources/public"' in page and 'value="fr" lang="fr" aria-pressed="true"' in page,
    _("{path} is there already"),
    told[0].split()[:2],
]))
"""


def write_catalogue(home: Path, code: str, sentences: dict[str, str], **head: str) -> Path:
    """A translator's work, compiled as their tool does."""
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8", "Language": code,
        "Plural-Forms": "nplurals=2; plural=(n > 1);", **head,
    }  # fmt: skip
    for msgid, msgstr in sentences.items():
        catalogue.append(polib.POEntry(msgid=msgid, msgstr=msgstr))
    path = home / "locale" / code / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True)
    catalogue.save_as_mofile(str(path))
    return path


def test_french_is_added_without_a_line_of_code(tmp_path: Path) -> None:
    write_catalogue(tmp_path, "fr", SENTENCES)
    env = {
        **os.environ, "HAIDANG_HOME": str(tmp_path), "HAIDANG_LANGUAGE": "fr",
        "PYTHONPATH": str(PACKAGE.parent),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOOK], env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout.strip().splitlines()[-1:] == [
        "[True, True, True, True, True, '{path} existe déjà', ['fr:', '4']]"
    ], done.stderr


def test_language_that_lacks_sentences_is_offered_and_counted(tmp_path: Path) -> None:
    write_catalogue(tmp_path, "fr", SENTENCES)
    write_catalogue(tmp_path, "tyz", {"Sign in": "Khẩu"}, **{"X-Language-Name": "Tiếng Tày"})
    told = {one.code: (one.name, one.told, one.broken) for one in find_added(tmp_path)}
    assert told == {"fr": ("fr", 4, ()), "tyz": ("Tiếng Tày", 1, ())}
    read = read_options({"HAIDANG_HOME": str(tmp_path), "HAIDANG_LANGUAGE": "fr"})
    assert read["LANGUAGE"] == "fr"


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("%(who)s approved “%(what)s” (%(way)s).", "%(qui)s a approuvé"),
        ("%(who)s approved “%(what)s” (%(way)s).", "%(who)s à 100 % (%(way)s) %"),
        ("{path} is there already", "{chemin} existe"),
    ],
)
def test_catalogue_that_would_break_a_page_is_not_offered(
    tmp_path: Path, sentence: str, wrong: str
) -> None:
    write_catalogue(tmp_path, "fr", {sentence: wrong})
    [one] = find_added(tmp_path)
    assert (one.broken, find_offered(tmp_path)) == ((sentence,), ())
    with pytest.raises(BadOption, match="HAIDANG_LANGUAGE"):
        read_options({"HAIDANG_HOME": str(tmp_path), "HAIDANG_LANGUAGE": "fr"})


def test_damaged_file_is_told_and_stops_nothing(tmp_path: Path) -> None:
    path = write_catalogue(tmp_path, "fr", SENTENCES)
    path.write_bytes(b"nothing of the kind")
    [one] = find_added(tmp_path)
    assert (one.told, len(one.broken)) == (0, 1)


def test_own_languages_are_not_taken_from_the_data_folder(tmp_path: Path) -> None:
    """Nobody rewrites the page of promises by a file beside the database."""
    write_catalogue(tmp_path, "vi", {"kept": "không giữ"})
    write_catalogue(tmp_path, "..x", {"kept": "x"})
    assert (find_added(tmp_path), is_offered("vi", tmp_path), is_offered("fr", tmp_path)) == (
        (), True, False,
    )  # fmt: skip

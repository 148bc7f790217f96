"""Bring both catalogues up to the code: `python -m tests.catalogues [PAIRS.json …]`.

Collects the sentences of the program, fills English with itself, keeps the Vietnamese that stands,
adds that of the files given ({"English": "Vietnamese"}; with a plural {"English": ["English plural",
"Vietnamese"]}), compiles both, and prints what has no Vietnamese yet. Needs gettext (xgettext).
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "haidang"
PLURALS = {"vi": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}


def main() -> int:
    """Refresh both catalogues; exit code 1 if a sentence has no Vietnamese."""
    pairs: dict[str, str] = {}
    for name in sys.argv[1:]:
        for english, told in json.loads(Path(name).read_text(encoding="utf-8")).items():
            pairs[english] = told[1] if isinstance(told, list) else told
    with (Path(tempfile.gettempdir()) / "haidang-catalogues.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _collect()
        missing = [one for language in PLURALS for one in _fill(language, pairs)]
    for sentence in missing:
        print("no Vietnamese:", repr(sentence))
    return 1 if missing else 0


def _collect() -> None:
    with tempfile.TemporaryDirectory() as home:
        env = {
            **os.environ,
            "HAIDANG_HOME": home,
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "haidang.project.settings",
        }
        command = [sys.executable, "-m", "django", "makemessages", "-l", "vi", "-l", "en"]
        options = ["--no-location", "--no-wrap", "--no-obsolete", "-v", "0"]
        subprocess.run([*command, *options], cwd=PACKAGE, env=env, check=True)


def _fill(language: str, pairs: dict[str, str]) -> list[str]:
    path = PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"
    catalogue = polib.pofile(str(path), wrapwidth=0)
    catalogue.header = f"Hải Đăng's sentences, {language}. The English is in the code."
    catalogue.metadata_is_fuzzy = 0
    catalogue.metadata = {
        "Project-Id-Version": "haidang",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for entry in catalogue:
        if "fuzzy" in entry.flags:  # guessed by gettext from a similar sentence: not a translation
            entry.flags.remove("fuzzy")
            entry.msgstr, entry.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
        entry.comment = ""
        _fill_entry(entry, language, pairs)
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    catalogue.save(str(path))
    catalogue.save_as_mofile(str(path.with_suffix(".mo")))
    return [entry.msgid for entry in catalogue if not entry.translated()]


def _fill_entry(entry: polib.POEntry, language: str, pairs: dict[str, str]) -> None:
    if language == "en":
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid
    elif entry.msgid in pairs:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: pairs[entry.msgid]}
        else:
            entry.msgstr = pairs[entry.msgid]


if __name__ == "__main__":
    sys.exit(main())

"""Files that browsers get: vendored ones unchanged, our own without anything the policy forbids."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

import haidang

PACKAGE = Path(haidang.__file__).parent
STATIC = PACKAGE / "project" / "static"
VENDOR = json.loads((STATIC / "vendor.json").read_text(encoding="utf-8"))
TEMPLATES = sorted(PACKAGE.glob("**/templates/**/*.html"))
SHEETS = sorted((STATIC / "css").glob("*.css"))
TEXT_PAIRS = [("ink", "paper"), ("soft", "paper"), ("sea", "paper"), ("beam", "paper"),
              ("ink", "raised"), ("soft", "raised"), ("ink", "added"), ("ink", "removed"),
              ("paper", "sea"), ("paper", "ink")]  # fmt: skip
MARK_PAIRS = [
    ("copy", "paper"),
    ("sea", "paper"),
    ("beam", "paper"),
    ("field", "paper"),
    ("field", "raised"),
]


def test_vendored_files_are_those_that_were_taken() -> None:
    told = {row["file"]: row["sha256"] for package in VENDOR for row in package["files"]}
    found = {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in told}
    assert found == told


def test_every_foreign_file_is_listed_with_its_licence() -> None:
    listed = {row["file"] for package in VENDOR for row in package["files"]}
    licences = {package["licence_file"] for package in VENDOR}
    here = {
        str(path.relative_to(STATIC))
        for folder in ("fonts", "vendor")
        for path in (STATIC / folder).iterdir()
    }
    assert here == listed | licences
    for package in VENDOR:
        assert package["version"]
        assert package["licence"] in {"0BSD", "OFL-1.1"}


def test_style_sheets_load_our_own_files_only() -> None:
    for sheet in SHEETS:
        text = sheet.read_text(encoding="utf-8")
        assert "@import" not in text
        for address in re.findall(r"url\(([^)]*)\)", text):
            assert (sheet.parent / address.strip("\"'")).resolve().is_file(), address


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_has_nothing_that_the_policy_forbids(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|\|safe\s*}}", text) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)", text) == []
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", text) == []


def test_script_evaluates_no_text() -> None:
    for script in (STATIC / "js").glob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert (
            re.findall(
                r"\beval\(|\bFunction\(|innerHTML|document\.write|setTimeout\(\s*[\"']", text
            )
            == []
        )


def tokens() -> dict[str, tuple[str, str]]:
    """The colours, by name: in the light and in the dark."""
    text = (STATIC / "css" / "base.css").read_text(encoding="utf-8")
    found = re.findall(r"--(\w+): light-dark\((#\w{6}), (#\w{6})\)", text)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lights = sorted((luminance(one), luminance(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


@pytest.mark.parametrize(
    ("front", "back", "least"),
    [(*pair, 4.5) for pair in TEXT_PAIRS] + [(*pair, 3.0) for pair in MARK_PAIRS],
)
def test_colours_stand_out(front: str, back: str, least: float) -> None:
    known = tokens()
    measured = [contrast(known[front][look], known[back][look]) for look in (0, 1)]
    assert min(measured) >= least, measured


def test_colours_are_named_once_as_tokens() -> None:
    for name in ("shell.css", "watch.css"):
        text = (STATIC / "css" / name).read_text(encoding="utf-8")
        assert re.findall(r"#[0-9a-fA-F]{6}\b|rgba?\(", text) == []

"""The walls that import-linter cannot see, and that it sees the ones it should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

import haidang

PACKAGE = Path(haidang.__file__).parent
ORDER = ("core", "watch", "project")  # the lowest room first

CONTRACT = """
[importlinter]
root_package = small
[importlinter:contract:rooms]
name = rooms
type = layers
layers =
    small.upper
    small.lower
"""


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("haidang.")]


def test_tables_point_down_or_stay_in_their_room() -> None:
    """Foreign keys may be told as strings, which no import shows."""
    arrows = [
        (model._meta.app_label, field.name, field.related_model._meta.app_label)
        for model in our_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
    ]
    assert arrows != []
    upward = [
        arrow
        for arrow in arrows
        if arrow[2] not in ORDER or ORDER.index(arrow[2]) > ORDER.index(arrow[0])
    ]
    assert upward == []


def test_members_are_ours_from_the_first_migration() -> None:
    from django.contrib.auth import get_user_model

    assert get_user_model()._meta.label == "core.Member"


def test_engine_loads_no_django_and_no_database() -> None:
    look = (
        "import sys, pkgutil, importlib, haidang.engine as e\n"
        "for m in pkgutil.walk_packages(e.__path__, 'haidang.engine.'): importlib.import_module(m.name)\n"
        "print(sorted({n.partition('.')[0] for n in sys.modules}"
        " & {'django', 'sqlite3', 'psycopg', 'django_tasks', 'granian', 'rich'}))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", look],
        env={"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


@pytest.mark.parametrize(("line", "code"), [("", 0), ("import small.upper.rooms", 1)])
def test_import_contract_can_fail(tmp_path: Path, line: str, code: int) -> None:
    """A made-up package with one forbidden import is refused, and without it is not."""
    for room, words in (("upper", ""), ("lower", line)):
        folder = tmp_path / "small" / room
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("", encoding="ascii")
        (folder / "rooms.py").write_text(words, encoding="ascii")
    (tmp_path / "small" / "__init__.py").write_text("", encoding="ascii")
    (tmp_path / "contract.ini").write_text(CONTRACT, encoding="ascii")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as c; c()",
            *("--config", "contract.ini", "--no-cache"),
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr


def test_rooms_do_not_stand_empty() -> None:
    """A folder appears when its first real content does."""
    bare = [
        folder.relative_to(PACKAGE).as_posix()
        for folder in PACKAGE.rglob("*")
        if folder.is_dir() and folder.name != "__pycache__" and not any(folder.iterdir())
    ]
    assert bare == []


def test_addresses_lead_to_views_of_their_room() -> None:
    """Each address is answered by a room, or by the pages of no room; by nothing of a stranger."""
    homes = {
        ".".join(pattern.lookup_str.split(".")[:3]) for pattern in patterns_below(get_resolver())
    } - {"django.contrib.staticfiles"}
    assert sorted(homes) == [
        "haidang.core.views",
        "haidang.project.api",
        "haidang.project.pack_pages",
        "haidang.project.pages",
        "haidang.project.searching",
        "haidang.project.vocabulary",
        "haidang.watch.feeds",
        "haidang.watch.views",
    ]


def patterns_below(resolver: URLResolver) -> list[URLPattern]:
    found: list[URLPattern] = []
    for one in resolver.url_patterns:
        found += [one] if isinstance(one, URLPattern) else patterns_below(one)
    return found

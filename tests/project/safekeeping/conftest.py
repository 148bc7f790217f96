"""A desk with a little of everything, and empty homes for copies of it. Django is not awake yet here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

Home = Callable[[str], Path]


@pytest.fixture
def home_of(settings, tmp_path: Path) -> Home:
    """Let the desk's folder be another one from here on."""

    def go(name: str) -> Path:
        home = tmp_path / name
        home.mkdir(exist_ok=True, mode=0o700)
        settings.HOME = home
        settings.DATABASE_FILE = home / "haidang.sqlite3"
        return home

    return go


@pytest.fixture
def desk(transactional_db: None, home_of: Home, now: datetime) -> Path:
    """A real desk: a member, three articles, a kept file, a signed log, a row that is gone."""
    from tests.project.safekeeping.desks import make_gone
    from tests.watch.rows import make_article

    from haidang.core import actions
    from haidang.core.enums import DeskMode
    from haidang.core.machines import find_file_store
    from haidang.core.models import OneTimeLink

    home = home_of("desk")
    (home / "secret_key").write_text("the desk's own key", encoding="ascii")
    (home / "secret_key").chmod(0o600)
    actions.open_desk(now=now)
    actions.set_mode(DeskMode.REAL, now=now)
    actions.add_member("an", now=now)
    for number in range(3):
        make_article(title=f"Lũ lụt {number}", at=now)
    find_file_store().keep(b"a clipping")
    actions.sign_head(now=now)
    OneTimeLink.objects.filter(id=make_gone(now)).delete()
    return home


@pytest.fixture
def other_postgres(transactional_db: None) -> Iterator[str]:
    """The address of an empty PostgreSQL database beside the tests' own; skips on SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL does not answer here")
    told = connection.settings_dict
    name = f"{told['NAME']}_other"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    login = f"{told['USER']}:{told['PASSWORD']}" if told["PASSWORD"] else told["USER"]
    yield f"postgres://{login}@{told['HOST']}:{told['PORT']}/{name}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

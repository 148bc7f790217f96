"""The watch over who writes can itself see: what it lets pass, and what it does not."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone
from tests.house.writes import ROOT, WriteWatch, is_write

from haidang.core import actions, queries
from haidang.core.models import Desk, Lease

pytestmark = pytest.mark.django_db


def run_as_ours(file: str, source: str, **names: object) -> None:
    """Run a line as though it stood in that file of ours."""
    exec(compile(source, str(ROOT / file), "exec"), names)


@pytest.mark.parametrize(
    ("sql", "writes"),
    [
        ("SELECT 1", False),
        ('  insert into "core_desk" values (1)', True),
        ("WITH one AS (SELECT 1) UPDATE core_desk SET name = ''", True),
        ("DELETE FROM watch_article", True),
        ("SAVEPOINT s1", False),
        ("PRAGMA quick_check(1)", False),
        ("SELECT 'DELETE FROM x'", False),
    ],
)
def test_write_is_known_by_its_first_word(sql: str, *, writes: bool) -> None:
    assert is_write(sql) is writes


def test_write_by_an_act_is_let_pass() -> None:
    watch = WriteWatch()
    with connection.execute_wrapper(watch):
        actions.open_desk(now=timezone.now())
    assert watch.strays == []


def test_write_by_a_view_a_query_or_the_command_is_seen() -> None:
    make = "Desk.objects.update_or_create(id=1, defaults={'opened_at': now})"
    for file in ("watch/views/today.py", "core/queries.py", "project/importing.py"):
        watch = WriteWatch()
        # The outer watch of every test would object too: this test is about its kind.
        kept, connection.execute_wrappers = connection.execute_wrappers, [watch]
        try:
            run_as_ours(file, make, Desk=Desk, now=timezone.now())
        finally:
            connection.execute_wrappers = kept
        assert {name for name, _sql in watch.strays} == {file}


def test_write_by_a_jobs_module_is_let_pass() -> None:
    watch = WriteWatch()
    with connection.execute_wrapper(watch):
        run_as_ours(
            "watch/jobs.py",
            "Lease.objects.create(name='x', holder='', until=now)",
            Lease=Lease,
            now=timezone.now(),
        )
    assert watch.strays == []


def test_rows_built_by_a_test_are_not_meant() -> None:
    Lease.objects.create(name="x", holder="", until=timezone.now())
    assert queries.find_desk() is None

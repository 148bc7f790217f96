"""A process that dies while it publishes leaves a text whole or not at all; two people at once make one act."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from tests.cast import _join, give_code_app
from tests.core.killed_gate import NOW
from tests.core.publishing import Newsroom

from haidang.core import actions
from haidang.core.actions.publishing import Intent, digest_passage
from haidang.core.models import LogEntry, Member, PublicItem

ROOT = Path(__file__).resolve().parents[2]
WHOLE = {"items": 1, "announced": 1, "logged": 1, "published": 1}
NOTHING = dict.fromkeys(WHOLE, 0)


@pytest.mark.django_db(transaction=True)
def test_kill_after_any_statement_leaves_a_text_whole_or_not_at_all(tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the desk of its own is a copy of one file")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(tmp_path / "haidang.sqlite3")])
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HAIDANG_")}
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    tmp_path.chmod(0o700)
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.killed_gate"],
        env={**kept, "PYTHONPATH": paths, "HAIDANG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    told = json.loads(done.stdout)
    *killed, unhurt = told["kills"]
    assert len(killed) > 10
    assert [one for one in killed if one["after"] not in (NOTHING, WHOLE)] == []
    assert [one for one in told["kills"] if one["again"] != WHOLE] == []
    assert killed[0]["after"] == NOTHING
    assert (unhurt["killed"], unhurt["after"]) == (False, WHOLE)
    assert told["faults"] == []


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_are_one(an: Member, binh: Member, second_factors: None) -> None:
    room = Newsroom(an, binh, now=NOW)
    lan = give_code_app(_join("lan"))
    passage = actions.propose(Intent(title="A", body="B"), by=room.an, now=NOW)
    digest, start, told = digest_passage(passage), Barrier(2), list[object]()

    def approve(member: Member) -> None:
        try:
            start.wait()
            told.append(actions.approve(passage.pk, digest=digest, by=member, now=NOW).approver)
        except ValidationError as error:
            told.append(error.messages)
        finally:
            connection.close()

    run_at_once(*(Thread(target=approve, args=(member,)) for member in (binh, lan)))
    passage.refresh_from_db()
    assert passage.approver in told
    assert ["Đã có người duyệt."] in told
    assert LogEntry.objects.filter(act="approve_passage").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_publish_once(an: Member, binh: Member, second_factors: None) -> None:
    Newsroom(an, binh, now=NOW)
    for title in ("A", "B", "C"):
        passage = actions.propose(Intent(title=title, body="D"), by=an, now=NOW)
        actions.approve(passage.pk, digest=digest_passage(passage), by=binh, now=NOW)
    start, told = Barrier(2), list[str]()

    def publish() -> None:
        try:
            start.wait()
            told.extend(item.title for item in actions.publish_due(now=NOW))
        finally:
            connection.close()

    run_at_once(Thread(target=publish), Thread(target=publish))
    assert sorted(told) == ["A", "B", "C"]
    assert PublicItem.objects.count() == 3
    assert LogEntry.objects.filter(act="publish_item").count() == 3


def run_at_once(*threads: Thread) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

"""A desk of its own whose publishing process dies (SIGKILL) after each of its statements in turn.

Run by `test_gate_killed.py` as a program over a copy of the tests' own tables: a kill takes the process with
it. Tells what it saw as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
STATEMENTS_MAX = 200


def main() -> None:
    from haidang.project.cli.main import wake_django

    wake_django()
    from tests.cast import _join, give_code_app
    from tests.core.publishing import Newsroom

    an, binh = (give_code_app(_join(name)) for name in ("an", "bình"))
    room = Newsroom(an, binh, now=NOW)
    told: list[dict[str, Any]] = []
    for statement in range(STATEMENTS_MAX):
        told.append(_kill_after(statement, room))
        if not told[-1]["killed"]:
            break
    from haidang.core.audit.verify import verify_log

    json.dump({"kills": told, "faults": [str(one) for one in verify_log().faults]}, sys.stdout)


def _kill_after(statement: int, room: Any) -> dict[str, Any]:
    """Approve a text, let a process die while it publishes, and publish again."""
    from haidang.core import actions
    from haidang.core.actions.publishing import Intent, digest_passage

    title = f"Thông báo {statement}"
    passage = actions.propose(Intent(title=title, body="Nội dung."), by=room.an, now=NOW)
    actions.approve(passage.pk, digest=digest_passage(passage), by=room.binh, now=NOW)
    killed = _in_a_process_of_its_own(lambda: _publish_and_die(statement))
    after = _look(title)
    actions.publish_due(now=NOW)
    return {"killed": killed, "after": after, "again": _look(title)}


def _in_a_process_of_its_own(work: Callable[[], None]) -> bool:
    """Whether it was killed."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _publish_and_die(statement: int) -> None:
    from django.db import connection

    from haidang.core import actions

    seen = 0

    def count(execute: Callable[..., Any], *told: Any) -> Any:
        nonlocal seen
        answer = execute(*told)
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1
        return answer

    with connection.execute_wrapper(count):
        actions.publish_due(now=NOW)


def _look(title: str) -> dict[str, int]:
    """What stands of a text, wherever publishing writes."""
    from haidang.core.models import Announcement, LogWords, Passage, PublicItem

    return {
        "items": PublicItem.objects.filter(title=title).exclude(proof="").count(),
        "announced": Announcement.objects.filter(title=title).count(),
        "logged": LogWords.objects.filter(entry__act="publish_item", what=title).count(),
        "published": Passage.objects.filter(title=title, published_at__isnull=False).count(),
    }


if __name__ == "__main__":
    main()

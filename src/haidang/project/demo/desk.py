"""The desk in demo mode: registering the invented press, starting again, leaving.

The demo passes through the real pipeline: nothing is put into the tables but the register of
publications and their feeds. Leaving takes everything of the demo away and nothing else.
"""

from __future__ import annotations

import shutil
import socket
import zlib
from contextlib import closing
from datetime import datetime

from django.conf import settings
from django.db import transaction

from haidang.core import actions as core_actions
from haidang.core import queries as core_queries
from haidang.core.enums import DeskMode
from haidang.core.machines import evidence_folder
from haidang.core.models import Desk
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.demo.press import Publication as InventedPublication
from haidang.project.demo.press import load_papers
from haidang.watch import actions as watch_actions
from haidang.watch.enums import FeedKind, Level
from haidang.watch.models import Publication, PublicationHost

FIRST_PORT, LAST_PORT = 8701, 8799
DELAY_S = 0.1
VISIT_S = 30.0


def load(*, now: datetime) -> None:
    """Turn a new desk into a demo; a desk in demo mode stays as it is."""
    desk = core_actions.open_desk(now=now)
    if desk.mode == DeskMode.REAL:
        raise CommandFailed(
            _("this desk is a real one; a demo needs a data folder of its own (HAIDANG_HOME=…)")
        )
    if desk.mode == DeskMode.NEW:
        with transaction.atomic():
            desk = core_actions.set_mode(DeskMode.DEMO, now=now, demo_port=_find_free_port())
            _register(desk, now=now)


def reset(*, now: datetime) -> None:
    """Forget all that the demo read, and open its press anew: the next start reads it again."""
    desk = core_actions.open_desk(now=now)
    _check_demo(desk)
    with transaction.atomic():
        watch_actions.forget_demo()
        desk = core_actions.set_mode(DeskMode.DEMO, now=now, demo_port=_find_free_port())
        core_actions.reopen_desk(now=now)
        _register(desk, now=now)
    shutil.rmtree(evidence_folder(), ignore_errors=True)


def leave(*, now: datetime) -> None:
    """Forget the demo; what stays is an empty, real desk."""
    _check_demo(core_actions.open_desk(now=now))
    with transaction.atomic():
        watch_actions.forget_demo()
        core_actions.set_mode(DeskMode.REAL, now=now)
    shutil.rmtree(evidence_folder(), ignore_errors=True)


def check_port(desk: Desk) -> None:
    """The press's addresses carry its port, so it must have the one it began with."""
    assert desk.demo_port is not None
    if not _is_free(desk.demo_port):
        told = _("port {port}, on which the demo press was read, is taken; free it, or: demo reset")
        raise CommandFailed(told.format(port=desk.demo_port))


def press_arguments(desk: Desk) -> tuple[str, ...]:
    """How the press's own process is told where and when it opens."""
    return ("--port", str(desk.demo_port), "--opened-at", desk.opened_at.isoformat())


def environment(desk: Desk) -> dict[str, str]:
    """What an operator would set to read a press on a private host: the demo does it for itself."""
    hosts = [_host(paper, desk) for paper in load_papers().publications]
    return {
        "HAIDANG_ALLOW_PRIVATE": ",".join(hosts),
        "HAIDANG_HOST_DELAYS": ",".join(f"{host}={DELAY_S}" for host in hosts),
        "HAIDANG_SHORTEST_VISIT": str(VISIT_S),
    }


def find_demo_hosts() -> dict[str, float]:
    """The demo's own hosts and the delay between two requests to one; empty in any other mode."""
    desk = core_queries.find_desk()
    if desk is None or desk.mode != DeskMode.DEMO:
        return {}
    return {_host(paper, desk): DELAY_S for paper in load_papers().publications}


def _register(desk: Desk, *, now: datetime) -> None:
    for paper in load_papers().publications:
        host = _host(paper, desk)
        if PublicationHost.objects.filter(host=host).exists():
            continue
        publication = watch_actions.register_publication(
            watch_actions.NewPublication(
                name=paper.name,
                organisation=paper.organisation,
                organisation_page=f"http://{host}/",
                country=paper.country,
                language=paper.language,
                level=Level(paper.level),
                hosts=(host,),
            ),
            by=None,
            now=now,
            from_command=True,
        )
        _follow(publication, paper, host, now=now)


def _follow(
    publication: Publication, paper: InventedPublication, host: str, *, now: datetime
) -> None:
    kind = FeedKind.PAGE if paper.feed == "page" else FeedKind.UNKNOWN
    watch_actions.add_feed(
        publication,
        f"http://{host}{paper.feed_path}",
        by=None,
        now=now,
        kind=kind,
        interval_s=2 * VISIT_S,
        from_command=True,
    )


def _host(paper: InventedPublication, desk: Desk) -> str:
    return f"{paper.host}.localhost:{desk.demo_port}"


def _check_demo(desk: Desk) -> None:
    if desk.mode != DeskMode.DEMO:
        raise CommandFailed(_("this desk is not a demo"))


def _find_free_port() -> int:
    # Two demos on one machine begin their search at different ports, so that neither is in the way
    # of the other's next start.
    first: int = zlib.crc32(str(settings.HOME).encode()) % (LAST_PORT - FIRST_PORT + 1)
    ports = range(FIRST_PORT, LAST_PORT + 1)
    port: int
    for port in (*ports[first:], *ports[:first]):
        if _is_free(port):
            return port
    raise CommandFailed(
        _("no free port between {first} and {last}").format(first=FIRST_PORT, last=LAST_PORT)
    )


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

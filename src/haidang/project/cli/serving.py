"""Verbs that serve: up, init, worker, health."""

from __future__ import annotations

import argparse
import sys

from haidang.project.cli.main import Adder, CommandFailed, wake_django
from haidang.project.cli.words import _


def add_verbs(add: Adder) -> None:
    """up, init, worker, health."""
    up = add("up", _("Start the desk: web and workers, on loopback unless told otherwise."), run_up)
    up.add_argument(
        "--demo", action="store_true", help=_("show the demo press: invented newspapers")
    )
    up.add_argument("--host", help=_("address to listen on (default: 127.0.0.1)"))
    up.add_argument("--port", type=port, help=_("port to listen on (default: 8000; 0: a free one)"))
    add("init", _("Make the data folder and its tables, and stop."), run_init)
    add("worker", _("Run one worker in the foreground."), run_worker)
    health = add("health", _("Ask a running desk whether it is well."), run_health)
    health.add_argument("--port", type=port, default=None)


def port(value: str) -> int:
    """A port number, for argparse."""
    if not value.isascii() or not value.isdigit() or int(value) > 65_535:
        raise argparse.ArgumentTypeError(_("“{value}” is not a port").format(value=value))
    return int(value)


def run_up(arguments: argparse.Namespace) -> int:
    wake_django()
    from haidang.project import supervisor

    return supervisor.run_up(host=arguments.host, port=arguments.port, demo=arguments.demo)


def run_init(_arguments: argparse.Namespace) -> int:
    wake_django()
    from haidang.project import supervisor

    supervisor.prepare_data()
    return 0


def run_worker(_arguments: argparse.Namespace) -> int:
    wake_django()
    from django.conf import settings

    from haidang.core.jobs import outgoing
    from haidang.core.jobs import run_worker as work
    from haidang.project import tending
    from haidang.watch import jobs

    periodics = (*outgoing.PERIODICS, *jobs.PERIODICS, *tending.PERIODICS)
    work(fetchers=settings.OPTIONS["FETCH_THREADS"], periodics=periodics)
    return 0


def run_health(arguments: argparse.Namespace) -> int:
    wake_django()
    from haidang.project.options import read_options
    from haidang.project.supervisor import is_answering

    options = read_options()
    asked = options["PORT"] if arguments.port is None else arguments.port
    if not is_answering(options["HOST"], asked):
        raise CommandFailed(_("nothing answers on port {port}").format(port=asked))
    print(_("the desk answers"), file=sys.stdout)
    return 0

"""Verbs that read: fetch, digest, import."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta
from pathlib import Path

from haidang.project.cli.main import Adder, CommandFailed, wake_django
from haidang.project.cli.words import _

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def add_verbs(add: Adder) -> None:
    """fetch, digest, import."""
    fetch = add(
        "fetch", _("Visit the feeds that are due, now, and place what they bring."), run_fetch
    )
    fetch.add_argument(
        "--due", action="store_true", help=_("only feeds whose turn it is (default)")
    )
    fetch.add_argument("--source", metavar=_("ADDRESS"), help=_("this feed, whether due or not"))

    digest = add(
        "digest", _("Print the stories of any feeds, in memory, without a desk."), run_digest
    )
    digest.add_argument("sources", nargs="*", metavar=_("ADDRESS|FILE.opml"))
    digest.add_argument("--saved", action="store_true", help=_("the feeds that this desk follows"))
    digest.add_argument(
        "--since", type=span, default=timedelta(hours=24), help=_("how far back: 90m, 24h, 7d")
    )
    digest.add_argument("--format", choices=["text", "md", "html", "json"], default="text")

    importing = add(
        "import",
        _("Load articles from JSON lines or WARC, or a whole desk from an export."),
        run_import,
    )
    importing.add_argument("file", type=Path)
    importing.add_argument(
        "--register",
        action="store_true",
        help=_("propose publications for hosts that belong to none, and register them"),
    )
    importing.add_argument("--yes", action="store_true", help=_("do not ask before registering"))


def span(value: str) -> timedelta:
    """A length of time, for argparse."""
    told = re.fullmatch(r"([0-9]{1,5})([mhd])", value)
    if told is None or int(told[1]) == 0:
        raise argparse.ArgumentTypeError(
            _("“{value}” is not a length of time such as 90m, 24h, 7d").format(value=value)
        )
    return timedelta(**{UNITS[told[2]]: int(told[1])})


def run_fetch(arguments: argparse.Namespace) -> int:
    wake_django()
    from haidang.project import fetching, supervisor

    supervisor.prepare_data()
    return fetching.fetch_now(source=arguments.source)


def run_digest(arguments: argparse.Namespace) -> int:
    wake_django()
    from haidang.project import digest

    if not arguments.sources and not arguments.saved:
        raise CommandFailed(_("digest needs an address, an OPML file, or --saved"), code=2)
    return digest.print_digest(
        arguments.sources, saved=arguments.saved, since=arguments.since, form=arguments.format
    )


def run_import(arguments: argparse.Namespace) -> int:
    wake_django()
    from haidang.project import importing, supervisor
    from haidang.project.cli import keeping
    from haidang.project.safekeeping.bundle import is_bundle

    if not arguments.file.is_file():
        raise CommandFailed(_("there is no file {path}").format(path=arguments.file), code=2)
    if is_bundle(arguments.file):
        return keeping.run_import(arguments.file)
    supervisor.prepare_data()
    return importing.import_file(arguments.file, register=arguments.register, ask=not arguments.yes)

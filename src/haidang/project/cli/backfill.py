"""The verb that reads older articles: backfill."""

from __future__ import annotations

import argparse

from haidang.project.cli.main import Adder, wake_django
from haidang.project.cli.words import _


def add_verbs(add: Adder) -> None:
    """The verb `backfill`."""
    verb = add(
        "backfill",
        _("Read a registered publication's older articles, as its sitemap dates them."),
        run_backfill,
    )
    verb.add_argument("sitemap", metavar=_("SITEMAP"), help=_("the sitemap's address"))
    verb.add_argument("--since", metavar=_("DAY"), help=_("from this day: 23/11/2026"))
    verb.add_argument("--until", metavar=_("DAY"), help=_("until this day, inclusive"))


def run_backfill(arguments: argparse.Namespace) -> int:
    wake_django()
    from haidang.project import backfill, supervisor

    supervisor.prepare_data()
    return backfill.backfill(arguments.sitemap, since=arguments.since, until=arguments.until)

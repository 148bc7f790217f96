"""The verb that tells what fills the disk: disk."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from haidang.project.cli.main import Adder, wake_django
from haidang.project.cli.words import _


def add_verbs(add: Adder) -> None:
    """The verb `disk`."""
    disk = add("disk", _("Tell what fills the disk, how fast, and what goes when."), run_disk)
    disk.add_argument("--json", action="store_true", help=_("print JSON"))


def run_disk(arguments: argparse.Namespace) -> int:
    """Measure now, print it, and keep the measuring as that of the day."""
    wake_django()
    from django.utils import timezone

    from haidang.project import supervisor
    from haidang.watch import actions
    from haidang.watch.queries.disk import find_disk, measure_sizes
    from haidang.watch.templatetags.keeping import (
        in_date,
        in_month,
        in_percent,
        in_size,
        part_goes,
        part_name,
    )

    supervisor.prepare_data()
    actions.store_sizes(measure_sizes(), now=timezone.now())
    page = find_disk()
    assert page is not None
    if arguments.json:
        told = {**asdict(page), "state": page.state}
        print(json.dumps(told, ensure_ascii=False, default=str))
        return 0
    print(_("{percent} full, {free} free").format(
        percent=in_percent(page.used_share), free=in_size(page.free)
    ))  # fmt: skip
    for part in page.parts:
        rate = None if part.a_day is None else _("{size} a day").format(size=in_size(part.a_day))
        goes = part_goes(part.name, page.keeps_days)
        print(
            f"{part_name(part.name)}: "
            + " · ".join(filter(None, [in_size(part.bytes), rate, goes]))
        )
    for month in page.months:
        until = f" · {in_date(month.goes_from)} – {in_date(month.goes_until)}" if (
            month.goes_from and month.goes_until
        ) else ""  # fmt: skip
        print(f"  {in_month(month.month)}: {in_size(month.bytes)}{until}")
    print(_("Kept for ever as evidence: {size}").format(size=in_size(page.kept)))
    return 0

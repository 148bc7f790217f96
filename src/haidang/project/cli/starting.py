"""`haidang source packs` and `source add-pack NAME`: what a new desk can begin with."""

from __future__ import annotations

import json
import sys

from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _, ngettext


def print_packs(*, as_json: bool) -> int:
    """The starter packs and their feeds, none of them verified from here."""
    from haidang.project.packs import UNVERIFIED, load_packs

    packs = load_packs().values()
    if as_json:
        told = [
            {
                "name": pack.name,
                "title": pack.title_en,
                "verified": UNVERIFIED,
                "feeds": [feed.url for feed in pack.feeds],
            }
            for pack in packs
        ]
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for pack in packs:
        count = ngettext("{count} feed", "{count} feeds", len(pack.feeds))
        print(f"{pack.name}  {pack.title}  ({count.format(count=len(pack.feeds))})")
        for feed in pack.feeds:
            print(f"  {feed.title}  {feed.url}")
    print(_("Not verified from here: the first visit tells whether a feed works."), file=sys.stderr)
    return 0


def add_pack(name: str) -> int:
    """Register and follow every feed of a pack, as whoever runs this machine."""
    from django.utils import timezone

    from haidang.project.packs import add_feeds, load_packs

    packs = load_packs()
    if name not in packs:
        told = _("there is no starter pack “{name}”: {names}")
        raise CommandFailed(told.format(name=name, names=", ".join(packs)), code=2)
    report = add_feeds(packs[name].feeds, by=None, now=timezone.now(), from_command=True)
    for feed, why in report.refused:
        print(f"{feed.url}: {why}", file=sys.stderr)
    told = _("{added} followed, {known} known already, {refused} refused; not verified from here")
    print(
        told.format(added=len(report.added), known=len(report.known), refused=len(report.refused))
    )
    return 0 if report.added or report.known else 1

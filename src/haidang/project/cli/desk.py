"""Verbs of the desk itself: demo, source, config, doctor, evidence."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from haidang.project.cli.main import Adder, CommandFailed, wake_django
from haidang.project.cli.words import _, ngettext


def add_verbs(add: Adder) -> None:
    """demo, source, config, evidence."""
    demo = add("demo", _("Show the demo press, start it again, or leave it."), run_demo)
    demo.add_argument("act", choices=["load", "reset", "leave"])
    source = add("source", _("List sources, check one, or follow a new one."), run_source)
    acts = [
        "list",
        "check",
        "add",
        "import-opml",
        "export-opml",
        "import-csv",
        "export-csv",
        "packs",
        "add-pack",
    ]
    source.add_argument("act", choices=acts)
    source.add_argument(
        "address", nargs="?", help=_("a feed's address, an OPML file, or a starter pack's name")
    )
    source.add_argument("--name", help=_("the publication's name"))
    source.add_argument("--organisation", help=_("the organisation whose publication it is"))
    source.add_argument("--page", help=_("the organisation's own page that names the publication"))
    source.add_argument("--country", default="VN")
    source.add_argument("--lang", default="vi")
    source.add_argument(
        "--level", default="national", choices=["district", "province", "national", "foreign"]
    )
    source.add_argument("--json", action="store_true", help=_("print JSON"))
    config = add("config", _("Print the settings in force, secrets masked."), run_config)
    config.add_argument("act", choices=["dump"])
    config.add_argument("--json", action="store_true", help=_("print JSON"))
    evidence = add("evidence", _("Verify that each archived record is what it was."), run_evidence)
    evidence.add_argument("act", choices=["verify"])
    evidence.add_argument("--json", action="store_true", help=_("print JSON"))


def run_demo(arguments: argparse.Namespace) -> int:
    wake_django()
    from django.conf import settings
    from django.utils import timezone

    from haidang.project import supervisor
    from haidang.project.demo import desk

    act = {"load": desk.load, "reset": desk.reset, "leave": desk.leave}[arguments.act]
    with supervisor.hold_lock(Path(settings.HOME) / "up.lock"):
        supervisor.prepare_data()
        act(now=timezone.now())
    told = {
        "load": _("The demo is ready: `haidang up` shows it."),
        "reset": _("The demo begins anew: `haidang up` reads its press again."),
        "leave": _("The demo is gone; this desk is now an empty, real one."),
    }
    print(told[arguments.act])
    return 0


def run_source(arguments: argparse.Namespace) -> int:
    wake_django()
    from haidang.project import sources, supervisor
    from haidang.project.cli import starting

    supervisor.prepare_data()
    if arguments.act == "list":
        return sources.print_list(as_json=arguments.json)
    if arguments.act == "export-opml":
        return sources.export_opml()
    if arguments.act == "export-csv":
        return sources.export_csv()
    if arguments.act == "packs":
        return starting.print_packs(as_json=arguments.json)
    if not arguments.address:
        told = _("`haidang source {act}` needs an address or a file")
        raise CommandFailed(told.format(act=arguments.act), code=2)
    if arguments.act == "add-pack":
        return starting.add_pack(arguments.address)
    if arguments.act == "check":
        return sources.check(arguments.address, as_json=arguments.json)
    if arguments.act in {"import-opml", "import-csv"}:
        return sources.import_list(Path(arguments.address))
    return sources.add(arguments)


def run_config(arguments: argparse.Namespace) -> int:
    from haidang.project.options import OPTIONS, PREFIX, read_options

    values = read_options()
    shown = {
        PREFIX + option.name: "…" if option.secret and values[option.name] else values[option.name]
        for option in OPTIONS
    }
    if arguments.json:
        print(json.dumps(shown, ensure_ascii=False, default=list))
        return 0
    for option in OPTIONS:
        name = PREFIX + option.name
        value = shown[name]
        printed = ",".join(map(str, value)) if isinstance(value, tuple) else value
        print(f"{name}={printed}    # {values.origins[option.name]}: {_(option.help)}")
    return 0


def run_evidence(arguments: argparse.Namespace) -> int:
    wake_django()
    from haidang.core.machines import evidence_folder, find_file_store
    from haidang.engine.archive import WarcStore
    from haidang.watch.queries.archive import find_records
    from haidang.watch.queries.drafts import find_kept_hashes

    records = list(find_records())
    checked = len(records)
    faults = [
        {"what": fault.what, "file": fault.place.file, "offset": fault.place.offset}
        for fault in WarcStore(evidence_folder()).verify(records)
    ]
    kept = list(find_kept_hashes())
    checked += len(kept)
    faults += [
        {"what": what, "file": f"files/{name[:2]}/{name}", "offset": 0}
        for name, what in find_file_store().verify(kept)
    ]
    if arguments.json:
        print(json.dumps({"checked": checked, "faults": faults}, ensure_ascii=False))
        return 1 if faults else 0
    words = {"missing": _("is missing"), "cut": _("was cut"), "changed": _("was changed")}
    for fault in faults:
        what = words.get(str(fault["what"]), fault["what"])
        print(f"{fault['file']}@{fault['offset']} {what}", file=sys.stderr)
    print(
        ngettext(
            "{count} record checked, {faults} damaged",
            "{count} records checked, {faults} damaged",
            checked,
        ).format(count=checked, faults=len(faults))
    )
    return 1 if faults else 0

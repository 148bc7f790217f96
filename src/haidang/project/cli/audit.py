"""The verb that keeps the log honest: audit."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from haidang.project.cli.main import Adder, CommandFailed, wake_django
from haidang.project.cli.words import _


def add_verbs(add: Adder) -> None:
    """audit, verify."""
    verify = add("verify", _("Verify a signed text from a file."), run_verify)
    verify.add_argument("file")
    verify.add_argument("--key", default="", help=_("the public key that you trust, in hex"))
    audit = add("audit", _("Verify, export or tend the log of acts."), run_audit)
    audit.add_argument(
        "act", choices=["verify", "export", "erase", "sign", "name-keeper", "end-keeper"]
    )
    audit.add_argument(
        "what", nargs="*", help=_("export: a file; erase: numbers of entries; keepers: a name")
    )
    audit.add_argument("--head", action="append", help=_("verify: a file of heads kept elsewhere"))
    audit.add_argument("--words", action="store_true", help=_("export: with what the entries tell"))
    audit.add_argument("--reason", default="", help=_("erase: why these words go"))
    audit.add_argument("--address", default="", help=_("name-keeper: where heads are sent"))
    audit.add_argument(
        "--copy", default="", help=_("name-keeper: where the kept heads can be seen")
    )
    audit.add_argument("--json", action="store_true", help=_("print JSON"))


def run_audit(arguments: argparse.Namespace) -> int:
    wake_django()
    from django.core.exceptions import ValidationError

    from haidang.project import supervisor

    supervisor.prepare_data()
    acts = {
        "verify": _verify,
        "export": _export,
        "erase": _erase,
        "sign": _sign,
        "name-keeper": _name_keeper,
        "end-keeper": _end_keeper,
    }
    try:
        return acts[arguments.act](arguments)
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages)) from None


def run_verify(arguments: argparse.Namespace) -> int:
    """Verify a signed text; against the key given, else this desk's own."""
    wake_django()
    from haidang.core import signatures

    try:
        signed = signatures.from_json(Path(arguments.file).read_bytes())
    except (OSError, ValueError) as error:
        told = _("{file} is no signed text: {reason}")
        raise CommandFailed(told.format(file=arguments.file, reason=error), code=2) from None
    if not signatures.verify_text(signed):
        raise CommandFailed(_("not good: the text was changed, or another key signed it"))
    if signed.key != (arguments.key.strip().lower() or signatures.find_public_key()):
        raise CommandFailed(
            _("the signature fits, but it is that of another key: {key}").format(key=signed.key)
        )
    print(signed.text, end="")
    print(_("Good: signed by {key}").format(key=signed.key), file=sys.stderr)
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from haidang.core.actions.heads import HEADS_NAME
    from haidang.core.audit import verify

    outside = [head for name in arguments.head or () for head in _read_heads(name)]
    told = verify.verify_log(outside=outside, beside=Path(settings.HOME) / HEADS_NAME)
    if arguments.json:
        print(json.dumps(_to_table(told)))
        return 1 if told.fault_count else 0
    for fault in told.faults:
        print("✗ " + _FAULTS[fault.kind]().format(number=fault.number))
    if told.fault_count:
        print(_("{count} faults. The log is not what it was.").format(count=told.fault_count))
        return 1
    print(
        _("The log is whole: {entries} entries, {heads} heads held against it, words of {erased} erased.")
        .format(entries=told.entries, heads=told.heads, erased=told.erased)
    )  # fmt: skip
    print(_("Its end: {number} {digest}").format(number=told.last_number, digest=told.last_digest))
    return 0


def _to_table(told: Any) -> dict[str, Any]:
    return {
        "whole": told.fault_count == 0,
        "entries": told.entries,
        "erased": told.erased,
        "heads": told.heads,
        "clock_steps_back": told.backwards,
        "number": told.last_number,
        "digest": told.last_digest,
        "fault_count": told.fault_count,
        "faults": [{"kind": fault.kind, "number": fault.number} for fault in told.faults],
    }


_FAULTS = {
    "gap": lambda: _("entry {number} is missing"),
    "order": lambda: _("entry {number} does not follow the one before it"),
    "entry": lambda: _("entry {number} was changed"),
    "words": lambda: _("the words of entry {number} were changed"),
    "lost_words": lambda: _("the words of entry {number} are lost without an erasure"),
    "head": lambda: _("the published head {number} tells another log"),
    "short": lambda: _("head {number} was published, and the log ends before it: it was cut or put back"),
    "key": lambda: _("head {number} is signed by a key that is not this desk's"),
    "signature": lambda: _("a head ({number}) has a signature that is not right"),
    "guard": lambda: _("the database's guards over the log were taken down"),
}  # fmt: skip


def _read_heads(name: str) -> list[Any]:
    from haidang.core.audit import verify

    try:
        return verify.read_kept_heads(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        told = _("{file} cannot be read as heads: {reason}")
        raise CommandFailed(told.format(file=name, reason=error), code=2) from None


def _export(arguments: argparse.Namespace) -> int:
    from django.db import transaction
    from django.utils import timezone

    from haidang.core import actions
    from haidang.core.audit.export import export_lines

    [name] = _ask_names(arguments, 1)
    with transaction.atomic():
        actions.export_log(words=arguments.words, now=timezone.now())
    actions.sign_head(now=timezone.now())
    count = 0
    try:
        with transaction.atomic(), Path(name).open("x", encoding="utf-8") as file:
            for line in export_lines(words=arguments.words):
                file.write(line)
                count += 1
    except OSError as error:
        told = _("{file} cannot be written: {reason}")
        raise CommandFailed(told.format(file=name, reason=error.strerror), code=2) from None
    print(_("{count} lines written to {file}").format(count=count, file=name), file=sys.stderr)
    return 0


def _erase(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from haidang.core import actions

    names = _ask_names(arguments, len(arguments.what) or 1)
    if not all(name.isascii() and name.isdigit() and len(name) < 19 for name in names):
        raise CommandFailed(_("numbers of entries are wanted"), code=2)
    numbers = {int(name) for name in names}
    act = actions.erase_words(numbers, reason=arguments.reason, by=None, now=timezone.now())
    print(_("Erased; entry {number} tells of it.").format(number=act.number))
    return 0


def _sign(_arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from haidang.core import actions
    from haidang.core.audit import chain
    from haidang.core.queries.log import find_heads, to_signed

    actions.sign_head(now=timezone.now())
    for head in find_heads().heads[:1]:
        print(chain.to_canonical(to_signed(head).to_table()))
    return 0


def _name_keeper(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from haidang.core import actions

    [name] = _ask_names(arguments, 1)
    actions.name_keeper(
        name, address=arguments.address, copy_url=arguments.copy, by=None, now=timezone.now()
    )
    return 0


def _end_keeper(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from haidang.core import actions
    from haidang.core.models import OutsideKeeper

    [name] = _ask_names(arguments, 1)
    keepers = list(OutsideKeeper.objects.filter(name=name, ended_at=None))
    if not keepers:
        raise CommandFailed(_("there is no keeper named “{name}”").format(name=name))
    for keeper in keepers:
        actions.end_keeper(keeper.id, by=None, now=timezone.now())
    return 0


def _ask_names(arguments: argparse.Namespace, count: int) -> list[str]:
    if len(arguments.what) != count:
        raise CommandFailed(_("audit {act} needs its argument").format(act=arguments.act), code=2)
    return list(arguments.what)

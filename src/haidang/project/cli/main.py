"""Reading the command line and handing over to the verb."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from haidang import __version__
from haidang.project.cli.words import _
from haidang.project.options import BadOption

OK, FAILED, USAGE, MISSING = 0, 1, 2, 3

# argparse speaks English on its own; its few words are in our catalogues too.
argparse._ = _  # type: ignore[attr-defined]


class CommandFailed(Exception):  # noqa: N818 -- said aloud to a person
    """A verb that could not do its work; the message is for the operator."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


class Parser(argparse.ArgumentParser):
    """One clear line and exit code 2 for a wrong command."""

    def error(self, message: str) -> NoReturn:
        self.exit(
            USAGE, _("haidang: {message} (see `haidang --help`)").format(message=message) + "\n"
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    if not given:
        given = ["up"]
    elif given[0].startswith("-") and given[0] not in {"-h", "--help", "--version"}:
        given = ["up", *given]
    if given[0] == "manage":
        return _run(lambda _arguments: _manage(given[1:]), argparse.Namespace())
    arguments = build_parser().parse_args(given)
    return _run(arguments.run, arguments)


def _run(verb: Callable[[argparse.Namespace], int | None], arguments: argparse.Namespace) -> int:
    try:
        return verb(arguments) or OK
    except BadOption as error:
        print(f"haidang: {error}", file=sys.stderr)
        return USAGE
    except CommandFailed as error:
        print(f"haidang: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output left (`haidang search … | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:  # noqa: BLE001 -- the last door: no traceback reaches a person
        return _tell_of_a_fault(error)


def _tell_of_a_fault(error: Exception) -> int:
    """One line for a fault of ours; the whole of it where the operator asked for detail."""
    if os.environ.get("HAIDANG_LOG_LEVEL", "").upper() == "DEBUG":
        traceback.print_exception(error)
    told = _("something went wrong ({kind}: {message}); HAIDANG_LOG_LEVEL=DEBUG tells all")
    line = " ".join(str(error).split())[:300]
    print("haidang: " + told.format(kind=type(error).__name__, message=line), file=sys.stderr)
    return FAILED


def wake_django() -> None:
    """Read the settings and load the rooms. Raises BadOption."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haidang.project.settings")
    import django
    from django.utils import translation

    django.setup()
    from haidang.project.cli.words import language

    translation.activate(language())


def _manage(rest: list[str]) -> int:
    wake_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["haidang manage", *rest])
    return OK


def build_parser() -> Parser:
    """All verbs, in the order in which a newcomer meets them."""
    parser = Parser(
        prog="haidang",
        description=_("Hải Đăng: a self-hosted information desk."),
        epilog=_("Without a verb: up. Data lies in $HAIDANG_HOME or ./data."),
    )
    parser.add_argument("--version", action="version", version=f"Hải Đăng {__version__}")
    verbs = parser.add_subparsers(metavar=_("VERB"), required=True)
    add = _adder(verbs)

    from haidang.project.cli import (
        article,
        audit,
        backfill,
        desk,
        disk,
        keeping,
        looking,
        people,
        reading,
        serving,
    )

    serving.add_verbs(add)
    desk.add_verbs(add)
    people.add_verbs(add)
    article.add_verbs(add)
    reading.add_verbs(add)
    backfill.add_verbs(add)
    looking.add_verbs(add)
    disk.add_verbs(add)
    audit.add_verbs(add)
    keeping.add_verbs(add)
    add("manage", _("Run one of Django's own commands."), lambda _arguments: OK)
    return parser


Adder = Callable[[str, str, Callable[[argparse.Namespace], int | None]], argparse.ArgumentParser]


def _adder(verbs: Any) -> Adder:
    def add(
        name: str, told: str, run: Callable[[argparse.Namespace], int | None]
    ) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = verbs.add_parser(name, help=told, description=told)
        parser.set_defaults(run=run)
        return parser

    return add

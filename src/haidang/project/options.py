"""What an operator can set: one typed table, at most 40 rows.

Precedence: environment > `haidang.toml` in the data folder > default. An unknown name or a bad
value refuses to start, with one line that says which. What the organisation chooses (its name, its
publications) is not here: that lives in the database.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from haidang.project import option_kinds as kinds
from haidang.project.cli.words import _, gettext_noop
from haidang.project.languages import is_offered

PREFIX = "HAIDANG_"
TOML_NAME = "haidang.toml"


class BadOption(Exception):  # noqa: N818 -- said aloud to a person: "bad option: …"
    """A setting that is unknown or has a value we refuse. The message is for the operator."""


@dataclass(frozen=True, slots=True)
class Option:
    """One row of the table. `read` turns text into a value or raises ValueError."""

    name: str  # without the prefix
    read: Callable[[str], Any]
    default: str
    help: str
    secret: bool = False


OPTIONS = (
    Option(
        "HOME",
        kinds.read_text,
        "./data",
        gettext_noop("Folder of all data: database, archive, keys."),
    ),
    Option(
        "DATABASE_URL",
        kinds.read_text,
        "",
        gettext_noop("postgres://user:password@host/name; empty: SQLite in HOME."),
        secret=True,
    ),
    Option(
        "HOST",
        kinds.read_text,
        "127.0.0.1",
        gettext_noop("Address to listen on; loopback unless told."),
    ),
    Option("PORT", kinds.read_port, "8000", gettext_noop("Port to listen on; 0 takes a free one.")),
    Option(
        "BASE_URL",
        kinds.read_base_url,
        "",
        gettext_noop("Public address of the desk, for links; empty: as asked."),
    ),
    Option(
        "ALLOWED_HOSTS",
        kinds.read_list,
        "",
        gettext_noop("Further host names under which the desk answers, by comma."),
    ),
    Option("LANGUAGE", str.lower, "vi", gettext_noop("First language of pages, by its code.")),
    Option(
        "TIME_ZONE",
        kinds.read_time_zone,
        "Asia/Ho_Chi_Minh",
        gettext_noop("Time zone in which pages show times."),
    ),
    Option(
        "CONTACT",
        kinds.read_contact,
        "",
        gettext_noop("Address printed in our user agent, so that a publisher can reach the desk."),
    ),
    Option(
        "ALLOW_PRIVATE",
        kinds.read_hosts,
        "",
        gettext_noop("Named private hosts (host:port) that may be fetched, by comma."),
    ),
    Option(
        "HOST_DELAY",
        kinds.read_delay,
        "2",
        gettext_noop("Seconds between two requests to one host."),
    ),
    Option(
        "HOST_DELAYS",
        kinds.read_delays,
        "",
        gettext_noop("Other delays for named hosts: host:port=seconds, by comma."),
    ),
    Option(
        "SHORTEST_VISIT",
        kinds.read_positive,
        "300",
        gettext_noop("Seconds between two visits to one feed, at least."),
    ),
    Option("FETCH_THREADS", kinds.read_count, "8", gettext_noop("Fetching threads of a worker.")),
    Option(
        "SANDBOX_CHILDREN", kinds.read_count, "2", gettext_noop("Reading processes of a worker.")
    ),
    Option(
        "WARC_DAYS",
        kinds.read_days,
        "30",
        gettext_noop("Days for which fetched pages stay in the archive; 0: for ever."),
    ),
    Option(
        "WORKERS",
        kinds.read_flag,
        "true",
        gettext_noop("Whether `up` starts workers beside the web server."),
    ),
    Option(
        "OIDC_URL",
        kinds.read_issuer,
        "",
        gettext_noop("Address of an OpenID Connect provider whose accounts members may link."),
    ),
    Option(
        "OIDC_NAME", kinds.read_text, "", gettext_noop("What its button on the sign-in page says.")
    ),
    Option(
        "OIDC_CLIENT",
        kinds.read_text,
        "",
        gettext_noop("The client ID under which it knows this desk."),
    ),
    Option(
        "OIDC_KEY",
        kinds.read_text,
        "",
        gettext_noop("The client secret that it gave this desk."),
        secret=True,
    ),
    Option(
        "LOG_LEVEL", kinds.read_level, "WARNING", gettext_noop("DEBUG, INFO, WARNING or ERROR.")
    ),
    Option(
        "LOG_FORMAT",
        kinds.read_log_format,
        "line",
        gettext_noop("line for people, json for collectors."),
    ),
    Option(
        "TRUSTED_PROXIES",
        kinds.read_networks,
        "",
        gettext_noop("Addresses or networks of reverse proxies in front, by comma."),
    ),
    Option(
        "METRICS_TOKEN",
        kinds.read_long_secret,
        "",
        gettext_noop("Token with which /metrics answers elsewhere than on this machine."),
        secret=True,
    ),
    Option(
        "BACKUP_HOURS",
        kinds.read_hours,
        "24",
        gettext_noop("Hours between two backups that the desk makes by itself; 0: none."),
    ),
    Option(
        "BACKUP_KEEP", kinds.read_count, "3", gettext_noop("How many of these backups are kept.")
    ),
    Option(
        "BACKUP_FOLDER",
        kinds.read_text,
        "",
        gettext_noop("Folder of backups; empty: backups in the data folder."),
    ),
    Option(
        "BACKUP_PASSPHRASE",
        kinds.read_long_secret,
        "",
        gettext_noop("Seals the desk's keys into its backups; empty: keys stay out of them."),
        secret=True,
    ),
    Option(
        "MAIL_URL",
        kinds.read_mail_url,
        "",
        gettext_noop("Mail server: smtps://user:password@host:port; empty: no mail is sent."),
        secret=True,
    ),
    Option(
        "MAIL_FROM",
        kinds.read_mailbox,
        "",
        gettext_noop("Mail address from which the desk's letters come."),
    ),
)

# Read by the shell script before Python starts, so known here but not ours to read.
FOREIGN = frozenset({"HAIDANG_WHEELS", "HAIDANG_PYTHON", "HAIDANG_VENV"})


@dataclass(frozen=True)
class Values:
    """The values in force, by name, and where each came from."""

    values: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def home(self) -> Path:
        return Path(self.values["HOME"]).expanduser().resolve()


def read_options(environ: Mapping[str, str] | None = None) -> Values:
    """The options in force. Raises BadOption for an unknown name or a bad value."""
    environ = os.environ if environ is None else environ
    known = {option.name: option for option in OPTIONS}
    ours = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    for name in ours:
        if name not in FOREIGN and name.removeprefix(PREFIX) not in known:
            told = _("unknown setting {name}; `haidang config dump` lists those that exist")
            raise BadOption(told.format(name=name))
    home = Path(ours.get("HAIDANG_HOME", known["HOME"].default)).expanduser().resolve()
    from_file = _read_toml(home / TOML_NAME, known)

    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for option in OPTIONS:
        raw, origin = option.default, "default"
        if option.name in from_file:
            raw, origin = from_file[option.name], TOML_NAME
        if PREFIX + option.name in ours:
            raw, origin = ours[PREFIX + option.name], "environment"
        try:
            values[option.name] = option.read(raw)
            if option.name == "LANGUAGE" and not is_offered(values["LANGUAGE"], home):
                raise ValueError(_("write vi, en, or the code of a catalogue in the data folder"))
        except ValueError as error:
            told = "…" if option.secret else repr(raw)
            sentence = _("setting {name} = {value} ({origin}): {reason}")
            raise BadOption(
                sentence.format(name=PREFIX + option.name, value=told, origin=origin, reason=error)
            ) from None
        origins[option.name] = origin
    return Values(values, origins)


def _read_toml(path: Path, known: Mapping[str, Option]) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        told = _("{file} cannot be read: {reason}")
        raise BadOption(told.format(file=path.name, reason=error)) from None
    read: dict[str, str] = {}
    for key, value in table.items():
        name = key.upper()
        if name not in known or name == "HOME":
            raise BadOption(_("{file}: unknown setting {name}").format(file=path.name, name=key))
        read[name] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return read


def read_secret_key(home: Path) -> str:
    """The desk's secret key; made at the first start, readable by its owner only.

    Where there is no desk (a digest in an empty folder), a key for this process alone.
    """
    if not home.is_dir():
        return secrets.token_urlsafe(50)
    path = home / "secret_key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(50)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key

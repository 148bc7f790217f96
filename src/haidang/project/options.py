"""What an operator can set: one typed table, at most 40 rows.

Precedence: environment > `haidang.toml` in the data folder > default. An unknown name or a bad
value refuses to start, with one line that says which. What the organisation chooses (its name, its
publications) is not here: that lives in the database.
"""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from haidang.project.cli.words import _, gettext_noop
from haidang.project.languages import is_offered

PREFIX = "HAIDANG_"
TOML_NAME = "haidang.toml"
DELAY_MAX_S = 60.0
SECRET_MIN = 16


class BadOption(Exception):  # noqa: N818 -- said aloud to a person: "bad option: …"
    """A setting that is unknown or has a value we refuse. The message is for the operator."""


def _text(value: str) -> str:
    return value.strip()


def _whole(value: str) -> int:
    if not value.strip().isascii() or not value.strip().isdigit():
        raise ValueError(_("a whole number is wanted"))
    return int(value)


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise ValueError(_("a number is wanted")) from None


def _port(value: str) -> int:
    number = _whole(value)
    if not 0 <= number <= 65_535:
        raise ValueError(_("a port is between 0 and 65535"))
    return number


def _positive(value: str) -> float:
    number = _number(value)
    if not 0 < number < 1e9:
        raise ValueError(_("a number above 0 is wanted"))
    return number


def _count(value: str) -> int:
    number = _whole(value)
    if not 1 <= number <= 1_000:
        raise ValueError(_("a whole number between 1 and 1000 is wanted"))
    return number


def _days(value: str) -> int:
    number = _whole(value)
    if number > 36_500:
        raise ValueError(_("at most 36500 days"))
    return number


def _flag(value: str) -> bool:
    try:
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
            value.strip().lower()
        ]
    except KeyError:
        raise ValueError(_("write true or false")) from None


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _delays(value: str) -> dict[str, float]:
    pairs = (part.partition("=") for part in _list(value))
    return {host.strip(): _delay(seconds) for host, _equals, seconds in pairs}


def _delay(value: str) -> float:
    number = _positive(value)
    if number > DELAY_MAX_S:
        raise ValueError(_("at most a minute"))
    return number


def _contact(value: str) -> str:
    if not (told := value.strip()).isascii() or not told.isprintable() or len(told) > 200:
        raise ValueError(_("a mail address or a web address in ASCII letters is wanted"))
    return told


def _base_url(value: str) -> str:
    told = value.strip().rstrip("/")
    parts = urlsplit(told)
    if told and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path):
        raise ValueError(_("http(s)://name without a path is wanted"))
    return told


def _issuer(value: str) -> str:
    told = value.strip().rstrip("/")
    parts = urlsplit(told)
    safe = parts.scheme == "https" or parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if told and not (parts.hostname and safe):
        raise ValueError(_("https://name is wanted; without encryption on this machine only"))
    return told


def _time_zone(value: str) -> str:
    try:
        return ZoneInfo(value.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(_("a time zone such as Asia/Ho_Chi_Minh is wanted")) from None


def _level(value: str) -> str:
    told = value.strip().upper()
    if told not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError(_("write DEBUG, INFO, WARNING or ERROR"))
    return told


def _log_format(value: str) -> str:
    told = value.strip().lower()
    if told not in {"line", "json"}:
        raise ValueError(_("write line or json"))
    return told


def _hours(value: str) -> int:
    number = _whole(value)
    if number > 8_760:
        raise ValueError(_("at most 8760 hours"))
    return number


def _networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(one) for one in _list(value))
    except ValueError:
        raise ValueError(_("addresses or networks such as 127.0.0.1, 10.0.0.0/24")) from None


def _long_secret(value: str) -> str:
    told = value.strip()
    if told and len(told) < SECRET_MIN:
        raise ValueError(_("at least 16 characters are wanted"))
    return told


def _hosts(value: str) -> tuple[str, ...]:
    hosts = _list(value)
    for host in hosts:
        name, _colon, port = host.rpartition(":")
        if not re.fullmatch(r"[0-9a-z._-]+|\[[0-9a-f:.]+\]", name) or not port.isdigit():
            raise ValueError(_("host:port in lower case is wanted"))
    return hosts


@dataclass(frozen=True, slots=True)
class Option:
    """One row of the table. `read` turns text into a value or raises ValueError."""

    name: str  # without the prefix
    read: Callable[[str], Any]
    default: str
    help: str
    secret: bool = False


OPTIONS = (
    Option("HOME", _text, "./data", gettext_noop("Folder of all data: database, archive, keys.")),
    Option(
        "DATABASE_URL",
        _text,
        "",
        gettext_noop("postgres://user:password@host/name; empty: SQLite in HOME."),
        secret=True,
    ),
    Option("HOST", _text, "127.0.0.1", gettext_noop("Address to listen on; loopback unless told.")),
    Option("PORT", _port, "8000", gettext_noop("Port to listen on; 0 takes a free one.")),
    Option(
        "BASE_URL",
        _base_url,
        "",
        gettext_noop("Public address of the desk, for links; empty: as asked."),
    ),
    Option(
        "ALLOWED_HOSTS",
        _list,
        "",
        gettext_noop("Further host names under which the desk answers, by comma."),
    ),
    Option("LANGUAGE", str.lower, "vi", gettext_noop("First language of pages, by its code.")),
    Option(
        "TIME_ZONE",
        _time_zone,
        "Asia/Ho_Chi_Minh",
        gettext_noop("Time zone in which pages show times."),
    ),
    Option(
        "CONTACT",
        _contact,
        "",
        gettext_noop("Address printed in our user agent, so that a publisher can reach the desk."),
    ),
    Option(
        "ALLOW_PRIVATE",
        _hosts,
        "",
        gettext_noop("Named private hosts (host:port) that may be fetched, by comma."),
    ),
    Option("HOST_DELAY", _delay, "2", gettext_noop("Seconds between two requests to one host.")),
    Option(
        "HOST_DELAYS",
        _delays,
        "",
        gettext_noop("Other delays for named hosts: host:port=seconds, by comma."),
    ),
    Option(
        "SHORTEST_VISIT",
        _positive,
        "300",
        gettext_noop("Seconds between two visits to one feed, at least."),
    ),
    Option("FETCH_THREADS", _count, "8", gettext_noop("Fetching threads of a worker.")),
    Option("SANDBOX_CHILDREN", _count, "2", gettext_noop("Reading processes of a worker.")),
    Option(
        "WARC_DAYS",
        _days,
        "30",
        gettext_noop("Days for which fetched pages stay in the archive; 0: for ever."),
    ),
    Option(
        "WORKERS", _flag, "true", gettext_noop("Whether `up` starts workers beside the web server.")
    ),
    Option(
        "OIDC_URL",
        _issuer,
        "",
        gettext_noop("Address of an OpenID Connect provider whose accounts members may link."),
    ),
    Option("OIDC_NAME", _text, "", gettext_noop("What its button on the sign-in page says.")),
    Option("OIDC_CLIENT", _text, "", gettext_noop("The client ID under which it knows this desk.")),
    Option(
        "OIDC_KEY",
        _text,
        "",
        gettext_noop("The client secret that it gave this desk."),
        secret=True,
    ),
    Option("LOG_LEVEL", _level, "WARNING", gettext_noop("DEBUG, INFO, WARNING or ERROR.")),
    Option(
        "LOG_FORMAT", _log_format, "line", gettext_noop("line for people, json for collectors.")
    ),
    Option(
        "TRUSTED_PROXIES",
        _networks,
        "",
        gettext_noop("Addresses or networks of reverse proxies in front, by comma."),
    ),
    Option(
        "METRICS_TOKEN",
        _long_secret,
        "",
        gettext_noop("Token with which /metrics answers elsewhere than on this machine."),
        secret=True,
    ),
    Option(
        "BACKUP_HOURS",
        _hours,
        "24",
        gettext_noop("Hours between two backups that the desk makes by itself; 0: none."),
    ),
    Option("BACKUP_KEEP", _count, "3", gettext_noop("How many of these backups are kept.")),
    Option(
        "BACKUP_FOLDER",
        _text,
        "",
        gettext_noop("Folder of backups; empty: backups in the data folder."),
    ),
    Option(
        "BACKUP_PASSPHRASE",
        _long_secret,
        "",
        gettext_noop("Seals the desk's keys into its backups; empty: keys stay out of them."),
        secret=True,
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

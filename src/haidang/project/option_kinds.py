"""How the text of a setting becomes its value: one reader for each kind; a bad text is a ValueError."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from haidang.project.cli.words import _

DELAY_MAX_S = 60.0
SECRET_MIN = 16
MAIL_SCHEMES = ("smtp", "smtps")
_MAILBOX = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
)


def read_text(value: str) -> str:
    return value.strip()


def read_whole(value: str) -> int:
    if not value.strip().isascii() or not value.strip().isdigit():
        raise ValueError(_("a whole number is wanted"))
    return int(value)


def read_number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise ValueError(_("a number is wanted")) from None


def read_port(value: str) -> int:
    number = read_whole(value)
    if not 0 <= number <= 65_535:
        raise ValueError(_("a port is between 0 and 65535"))
    return number


def read_positive(value: str) -> float:
    number = read_number(value)
    if not 0 < number < 1e9:
        raise ValueError(_("a number above 0 is wanted"))
    return number


def read_count(value: str) -> int:
    number = read_whole(value)
    if not 1 <= number <= 1_000:
        raise ValueError(_("a whole number between 1 and 1000 is wanted"))
    return number


def read_days(value: str) -> int:
    number = read_whole(value)
    if number > 36_500:
        raise ValueError(_("at most 36500 days"))
    return number


def read_flag(value: str) -> bool:
    try:
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
            value.strip().lower()
        ]
    except KeyError:
        raise ValueError(_("write true or false")) from None


def read_list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def read_delays(value: str) -> dict[str, float]:
    pairs = (part.partition("=") for part in read_list(value))
    return {host.strip(): read_delay(seconds) for host, _equals, seconds in pairs}


def read_delay(value: str) -> float:
    number = read_positive(value)
    if number > DELAY_MAX_S:
        raise ValueError(_("at most a minute"))
    return number


def read_contact(value: str) -> str:
    if not (told := value.strip()).isascii() or not told.isprintable() or len(told) > 200:
        raise ValueError(_("a mail address or a web address in ASCII letters is wanted"))
    return told


def read_base_url(value: str) -> str:
    told = value.strip().rstrip("/")
    parts = urlsplit(told)
    if told and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path):
        raise ValueError(_("http(s)://name without a path is wanted"))
    return told


def read_issuer(value: str) -> str:
    told = value.strip().rstrip("/")
    parts = urlsplit(told)
    safe = parts.scheme == "https" or parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if told and not (parts.hostname and safe):
        raise ValueError(_("https://name is wanted; without encryption on this machine only"))
    return told


def read_time_zone(value: str) -> str:
    try:
        return ZoneInfo(value.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(_("a time zone such as Asia/Ho_Chi_Minh is wanted")) from None


def read_level(value: str) -> str:
    told = value.strip().upper()
    if told not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError(_("write DEBUG, INFO, WARNING or ERROR"))
    return told


def read_log_format(value: str) -> str:
    told = value.strip().lower()
    if told not in {"line", "json"}:
        raise ValueError(_("write line or json"))
    return told


def read_hours(value: str) -> int:
    number = read_whole(value)
    if number > 8_760:
        raise ValueError(_("at most 8760 hours"))
    return number


def read_networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(one) for one in read_list(value))
    except ValueError:
        raise ValueError(_("addresses or networks such as 127.0.0.1, 10.0.0.0/24")) from None


def read_long_secret(value: str) -> str:
    told = value.strip()
    if told and len(told) < SECRET_MIN:
        raise ValueError(_("at least 16 characters are wanted"))
    return told


def read_hosts(value: str) -> tuple[str, ...]:
    hosts = read_list(value)
    for host in hosts:
        name, _colon, port = host.rpartition(":")
        if not re.fullmatch(r"[0-9a-z._-]+|\[[0-9a-f:.]+\]", name) or not port.isdigit():
            raise ValueError(_("host:port in lower case is wanted"))
    return hosts


def read_language(value: str) -> str:
    if value not in {"vi", "en"}:
        raise ValueError(_("write vi or en"))
    return value


def read_mail_url(value: str) -> str:
    """`smtps://user:password@host:port` or `smtp://…`; what each means: docs/operate/mail.md."""
    told = value.strip()
    try:
        parts = urlsplit(told)
        port = parts.port
    except ValueError:
        raise ValueError(_("smtps://user:password@host:port is wanted")) from None
    known = parts.scheme in MAIL_SCHEMES and parts.hostname and port != 0
    ends = parts.path in {"", "/"} and not parts.query and not parts.fragment
    if told and not (known and ends and told.isascii() and told.isprintable()):
        raise ValueError(_("smtps://user:password@host:port is wanted"))
    if not unquote(parts.username or "").isprintable() or bool(parts.username) != bool(
        parts.password
    ):
        raise ValueError(_("a user name comes with a password"))
    return told


def read_mailbox(value: str) -> str:
    """One mail address, without a name beside it."""
    told = value.strip()
    if told and not (_MAILBOX.fullmatch(told) and len(told) <= 254):
        raise ValueError(_("a mail address such as desk@example.org is wanted"))
    return told

"""Reading an address once, strictly.

What two parsers could read in two ways is refused, not repaired: credentials, control characters,
backslashes, odd spellings of IPv4, zone ids, compatibility letters in names. What comes out is
ASCII, lower case where case means nothing, percent-encoded, and is what we connect to, send and
log. Credentials never reach an error text.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.types import URL_MAX

PORTS = {"http": 80, "https": 443}

# Ports from 1024 on where something else than a public web server speaks: databases, caches,
# brokers, administration, mail and chat (those that browsers block are among them).
BLOCKED_PORTS = frozenset(
    {1080, 1099, 1433, 1434, 1521, 1719, 1720, 1723, 1883, 2049, 2082, 2083, 2086, 2087, 2181}
    | {2222, 2375, 2376, 2379, 2380, 3128, 3268, 3269, 3306, 3389, 3659, 4045, 4190, 4369, 4444}
    | {5000, 5060, 5061, 5222, 5269, 5432, 5433, 5601, 5671, 5672, 5900, 5901, 5984, 5985, 5986}
    | {6000, 6001, 6379, 6380, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 7000, 7001}
    | {7199, 8086, 8087, 8125, 8126, 8200, 8300, 8301, 8500, 8600, 9000, 9042, 9092, 9093, 9100}
    | {9160, 9200, 9300, 9418, 10080, 10250, 10255, 11211, 15672, 25565, 26257, 27017, 27018}
    | {27019, 28017, 50000, 50070, 61613, 61616}
)

_URL = re.compile(r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@]+)(?::([0-9]{1,5}))?")
_UNFIT = re.compile(r"[\x00-\x20\x7f\\]")
_ASCII_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DOTTED_QUAD = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"
_QUERY_SAFE = _PATH_SAFE + "?"
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DOT_SEGMENT = re.compile(r"(?:\.|%2e){1,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address as we read it. `host` is ASCII without brackets; `path` includes the query."""

    scheme: str
    host: str
    port: int
    path: str
    literal: bool  # the host is an IP address

    @property
    def authority(self) -> str:
        """`host:port`, IPv6 in brackets: the key under which an operator allows a private host."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        told = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{told}"

    @property
    def url(self) -> str:
        return self.origin + self.path


def parse_url(url: str) -> Target:
    """The address in `url`; the fragment is dropped. Raises BAD_ADDRESS."""
    found = _URL.fullmatch(url) if len(url) <= URL_MAX and not _UNFIT.search(url) else None
    authority = _AUTHORITY.fullmatch(found[2]) if found else None
    if found is None or authority is None:
        raise _bad(url)
    scheme = found[1].lower()
    port = int(authority[2]) if authority[2] else PORTS[scheme]
    if not 0 < port < 65_536:
        raise _bad(url)
    try:
        host, literal = _read_host(authority[1])
        path = _read_path(found[3], found[4] or "")
    except ValueError:
        raise _bad(url) from None
    return Target(scheme=scheme, host=host, port=port, path=path, literal=literal)


def join_url(base: Target, location: str) -> Target:
    """Where a redirect from `base` leads. `location` holds header bytes read as Latin-1.

    Sloppy servers send raw UTF-8 and blanks there; both are percent-encoded. Raises BAD_ADDRESS.
    """
    try:
        location = location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        location = quote(location, safe=_QUERY_SAFE + "#[]", encoding="latin-1", errors="replace")
    location = location.strip(" \t").replace(" ", "%20")
    if len(location) > URL_MAX or _UNFIT.search(location):
        raise _bad(location)
    if _SCHEME.match(location):
        return parse_url(location)
    try:
        return parse_url(urljoin(base.url, location))
    except ValueError:
        raise _bad(location) from None


def shown(url: str) -> str:
    """The address as an error may show it: without anything that could be a credential."""
    if "@" in url:
        scheme, mark, rest = url.partition("://")
        url = scheme + mark + rest.rpartition("@")[2] if mark else url.rpartition("@")[2]
    return "".join(char if char.isprintable() else "?" for char in url[:200])


def port_is_open_to_us(port: int) -> bool:
    """Whether a public host may be asked on this port: 80, 443, and from 1024 on what the web uses."""
    return port in {80, 443} or (port >= 1024 and port not in BLOCKED_PORTS)


def _bad(url: str) -> EngineError:
    return EngineError(Trouble.BAD_ADDRESS, url=shown(url))


def _read_host(text: str) -> tuple[str, bool]:
    """The host in canonical form, and whether it is an IP address. Raises ValueError."""
    if text.startswith("["):
        return str(ipaddress.IPv6Address(text[1:-1])), True
    host = unicodedata.normalize("NFC", text).lower()
    host = host.removesuffix(".")
    labels = [_read_label(label) for label in host.split(".")]
    host = ".".join(labels)
    if len(host) > 253:
        raise ValueError("a name has at most 253 characters")
    # As browsers do: a last label that is a number makes the whole an IPv4 address.
    if _NUMBER.fullmatch(labels[-1]):
        if not _DOTTED_QUAD.fullmatch(host):
            raise ValueError("only the dotted form of IPv4, in decimal, is read")
        return str(ipaddress.IPv4Address(host)), True
    return host, False


def _read_label(label: str) -> str:
    """One label of a name, in ASCII. Raises ValueError.

    Stricter than IDNA mapping (UTS 46): letters that it would turn into others are refused, so
    that a name has one spelling only.
    """
    if not label.isascii():
        if unicodedata.normalize("NFKC", label) != label:
            raise ValueError("compatibility characters in a name")
        if any(unicodedata.category(char)[0] not in "LMN" and char != "-" for char in label):
            raise ValueError("a name holds letters, digits and hyphens")
        label = "xn--" + label.encode("punycode").decode("ascii")
    elif label.startswith("xn--"):
        decoded = label[4:].encode("ascii").decode("punycode")
        if decoded.isascii() or not decoded.isprintable():
            raise ValueError("punycode that hides a plain name")
        if decoded.encode("punycode").decode("ascii") != label[4:]:
            raise ValueError("punycode that is not the shortest")
    if not _ASCII_LABEL.fullmatch(label):
        raise ValueError("not a label of a name")
    return label


def _read_path(path: str, query: str) -> str:
    """Path and query, percent-encoded, without dot segments. Raises ValueError on lone surrogates."""
    path = quote(_BARE_PERCENT.sub("%25", path), safe=_PATH_SAFE) or "/"
    query = quote(_BARE_PERCENT.sub("%25", query), safe=_QUERY_SAFE)
    whole = _without_dot_segments(path) + query
    if len(whole) > 4 * URL_MAX:
        raise ValueError("too long once percent-encoded")
    return whole


def _without_dot_segments(path: str) -> str:
    """RFC 3986, 5.2.4, with `%2e` read as a dot, as browsers do: robots rules see what is sent."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for place, segment in enumerate(segments):
        if _DOT_SEGMENT.fullmatch(segment):
            if len(segment.lower().replace("%2e", ".")) == 2:
                del kept[-1:]
            if place == len(segments) - 1:
                kept.append("")
        else:
            kept.append(segment)
    return "/" + "/".join(kept)

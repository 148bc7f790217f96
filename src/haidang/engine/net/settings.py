"""What an operator may choose about the gate. Checked once, at start: a bad value is a ValueError."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MIB = 1 << 20
ROBOTS_TOKEN = "HaiDang"  # noqa: S105 -- the product token of RFC 9309, not a secret

_NAMED_HOST = re.compile(r"(?:\[[0-9a-f:.]+\]|[0-9a-z._-]+):\d{1,5}")
_PLAIN_ASCII = re.compile(r"[\x20-\x7e]{1,256}")


_CONTACT = re.compile(r"https?://[\x21-\x7e]+|[\x21-\x7e]+@[\x21-\x7e]+\.[\x21-\x7e]+")
_CLOSES = re.compile(r"[()<>]")  # would end the comment in which it stands
CONTACT_MAX = 200


def is_contact(told: str) -> bool:
    """Whether a header can carry it: a mail or web address in ASCII. A telephone number is for readers."""
    fits = len(told) <= CONTACT_MAX and _CONTACT.fullmatch(told) is not None
    return fits and not _CLOSES.search(told)


def tell_user_agent(version: str, *, contact: str) -> str:
    """Our name, and how a publisher can reach the desk, if that is told."""
    return f"{ROBOTS_TOKEN}/{version}" + (f" (+{contact})" if contact else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSettings:
    """The gate's limits. Times are seconds, sizes bytes.

    `user_agent` must let a publisher reach us: it holds an address or a mailbox. A name in
    `allowed_private` ("host:port", IPv6 in brackets) may resolve to a private address, and may use
    any port; nothing else may. `host_delays` is keyed by "host" or "host:port". `own_hosts` are the
    public names of this very desk: it never fetches itself. `ca_file` adds a certificate authority
    to those of the system and of certifi.
    """

    user_agent: str
    allowed_private: frozenset[str] = frozenset()
    own_hosts: frozenset[str] = frozenset()
    host_delay_s: float = 2.0
    host_delays: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    connect_s: float = 10.0
    total_s: float = 30.0  # network time of one fetch with all its redirects and robots.txt
    longest_wait_s: float = 60.0  # for the host's turn; longer is HOST_BUSY
    body_max: int = 15 * MIB  # on the wire, and again decoded
    ratio_max: int = 200  # decoded to wire, once more than 1 MiB is decoded
    redirects_max: int = 5
    robots_kept_s: float = 24 * 3600.0
    robots_retry_s: float = 600.0  # after a robots.txt that could not be read
    host_down_s: float = 600.0
    crawl_delay_max_s: float = 30.0
    ca_file: str | None = None

    def __post_init__(self) -> None:
        if not _PLAIN_ASCII.fullmatch(self.user_agent):
            raise ValueError("user_agent: 1 to 256 printable ASCII characters")
        for name in self.allowed_private:
            if not _NAMED_HOST.fullmatch(name):
                raise ValueError(f"allowed_private: {name!r} is not host:port in lower case")
        for seconds in (self.host_delay_s, *self.host_delays.values()):
            if not 0 <= seconds <= self.longest_wait_s:
                raise ValueError(f"a host's delay lies between 0 and {self.longest_wait_s} seconds")

    def delay_for(self, *, host: str, authority: str) -> float:
        """Seconds between two requests to this host, before its own Crawl-delay."""
        named = self.host_delays.get(authority, self.host_delays.get(host))
        return self.host_delay_s if named is None else named

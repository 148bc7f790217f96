"""Which IP addresses may be connected to: our own table, stricter than `ipaddress.is_global`.

Python 3.11 calls NAT64, 6to4, IPv4-compatible, site-local and multicast addresses global; a gate
that believes it can be led into the operator's network. Sources: the IANA special-purpose registries
for IPv4 and IPv6, RFC 6052 (NAT64), 9602 (SRv6) and 9637 (documentation), and the metadata
addresses of cloud providers that lie in public ranges.
"""

from __future__ import annotations

import functools
import ipaddress
import socket

_DENIED_V4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's internal server, in a public range
        "169.254.0.0/16",  # link-local, metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocols, metadata services
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays, deprecated
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_DENIED_V6 = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})  # interface ids that carry an IPv4 address

# What an operator's named private host may resolve to: never link-local, where metadata lives.
_PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
)

# Names that never leave a machine or its own network (RFC 6761, 6762, 7686, 8375, 9476 and habit).
_INTERNAL_ENDINGS = (
    ".localhost",
    ".localdomain",
    ".local",
    ".internal",
    ".intranet",
    ".private",
    ".corp",
    ".home",
    ".home.arpa",
    ".lan",
    ".svc",
    ".cluster.local",
    ".invalid",
    ".onion",
    ".alt",
)


def is_public(ip: str) -> bool:
    """Whether `ip` is an address of the public internet. Anything unreadable is not."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _DENIED_V4)
    if address.scope_id is not None or address not in _GLOBAL_V6:
        return False
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        return False
    return not any(address in network for network in _DENIED_V6)


def is_private(ip: str) -> bool:
    """Whether a private host that the operator named may live at `ip`."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id is not None:
        return False
    return any(address in network for network in _PRIVATE)


def is_internal_name(host: str) -> bool:
    """Whether the name can only mean a host of the operator's own network: it is not looked up."""
    return "." not in host or host.endswith(_INTERNAL_ENDINGS)


def is_localhost(host: str) -> bool:
    """RFC 6761: `localhost` and all names under it are loopback, whatever a resolver says."""
    return host == "localhost" or host.endswith(".localhost")


def is_own(ip: str) -> bool:
    """Whether `ip` belongs to this machine, as far as the kernel tells; no packet is sent.

    Only an own address can be bound. Where the kernel lets any address be bound
    (ip_nonlocal_bind), the question cannot be asked and the answer is no.
    """
    return _kernel_tells() and _can_bind(ip)


@functools.cache
def _kernel_tells() -> bool:
    return not _can_bind("192.0.2.1")


def _can_bind(ip: str) -> bool:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((ip, 0))
    except OSError:
        return False
    return True

"""Whose address is this? The host by which a publication is known, from any of its addresses."""

from __future__ import annotations

from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def host_of(url: str) -> str:
    """The "host" or "host:port" of an address, lower case, no "www."; "" if it is no http(s) one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return ""
    host = parts.hostname.removeprefix("www.").rstrip(".")
    return host if port in {None, DEFAULT_PORTS[parts.scheme]} else f"{host}:{port}"


def belongs_to(url: str, hosts: frozenset[str]) -> bool:
    """Whether an address lies on one of these hosts or below one (m.example.vn on example.vn)."""
    host = host_of(url)
    return bool(host) and any(host == known or host.endswith("." + known) for known in hosts)

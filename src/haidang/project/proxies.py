"""Who asks, when a reverse proxy stands in front: only a proxy that the operator named is believed.

From anyone else the forwarding headers are taken away, so that nothing behind reads an address or a
scheme that the asker made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

Network = IPv4Network | IPv6Network
FORWARDING = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)
CAME_THROUGH = "haidang.came_through_proxy"  # in request.META: somebody in between added headers


class TrustedProxies:
    """Puts the asker's own address and scheme in place where a trusted proxy tells them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        meta[CAME_THROUGH] = any(name in meta for name in (*FORWARDING, "HTTP_VIA"))
        trusted = settings.OPTIONS["TRUSTED_PROXIES"]
        if is_among(meta.get("REMOTE_ADDR", ""), trusted):
            meta["REMOTE_ADDR"] = asker_of(
                meta.get("HTTP_X_FORWARDED_FOR", ""), trusted, nearest=meta["REMOTE_ADDR"]
            )
            if meta.get("HTTP_X_FORWARDED_PROTO", "").strip().lower() == "https":
                meta["wsgi.url_scheme"] = "https"
        for name in FORWARDING:
            meta.pop(name, None)
        return self.get_response(request)


def asker_of(told: str, trusted: Iterable[Network], *, nearest: str) -> str:
    """The address nearest to us, from the right, that is no trusted proxy; `nearest` if all are."""
    for one in reversed([part.strip() for part in told.split(",") if part.strip()]):
        bare = one.rpartition(":")[0] if one.count(":") == 1 else one.strip("[]")
        try:
            ip_address(bare)
        except ValueError:
            return nearest
        if not is_among(bare, trusted):
            return bare
        nearest = bare
    return nearest


def address_of(request: HttpRequest) -> str:
    """The asker's address as this middleware left it, for whatever counts tries; kept in memory only."""
    return str(request.META.get("REMOTE_ADDR", ""))


def is_among(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address lies in one of the networks."""
    try:
        told = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(told, "ipv4_mapped", None) or told
    return any(mapped in network for network in networks)


def is_from_this_machine(request: HttpRequest) -> bool:
    """Whether this machine asks by its own name, and not for somebody else as a proxy does."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return (
        not request.META.get(CAME_THROUGH)
        and host.strip("[]") in {"127.0.0.1", "localhost", "::1"}
        and _is_loopback(request.META.get("REMOTE_ADDR", ""))
    )


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False

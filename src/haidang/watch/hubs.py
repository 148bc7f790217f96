"""WebSub as the desk speaks it: whether it can, at which address a hub finds us, and what proves a hub.

The secret of a subscription is made from the desk's own key and the subscription's token, so that no
table and no backup of one holds it.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac

from haidang.engine.net import HubRequest
from haidang.watch.models import Subscription

LEASE_S = 10 * 86_400
BODY_MAX = 1 << 20
_SIGNATURE = re.compile(r"(sha256|sha384|sha512)=([0-9a-fA-F]{64,128})")
_INSIDE = (".local", ".localhost", ".lan", ".internal", ".home", ".intranet", ".test", ".invalid")


def is_reachable() -> bool:
    """Whether a hub outside can reach the desk: only under a public https address of its own."""
    parts = urlsplit(settings.BASE_URL)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https" or "." not in host or host.endswith(_INSIDE):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return True


def callback_of(token: str) -> str:
    """Where the hub is to send what is new. Nobody but the hub learns this address."""
    return f"{settings.BASE_URL}/websub/{token}"


def secret_of(token: str) -> str:
    """The secret with which the hub signs what it sends to that callback; 64 hex digits."""
    return salted_hmac("haidang.watch.hubs", token, algorithm="sha256").hexdigest()


def request_for(subscription: Subscription) -> HubRequest:
    """What that subscription's hub is asked."""
    return HubRequest(
        topic=subscription.topic_url,
        callback=callback_of(subscription.token),
        secret=secret_of(subscription.token),
        lease_s=LEASE_S,
    )


def is_signed(body: bytes, *, token: str, signature: str) -> bool:
    """Whether the hub of that subscription signed these bytes (`X-Hub-Signature`; SHA-1 is not enough)."""
    told = _SIGNATURE.fullmatch(signature.strip())
    if told is None:
        return False
    wanted = hmac.new(secret_of(token).encode(), body, getattr(hashlib, told[1])).hexdigest()
    return hmac.compare_digest(wanted, told[2].lower())

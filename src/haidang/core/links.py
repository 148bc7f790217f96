"""Addresses that leave the desk: absolute ones, and those by which a subscriber says yes or no without signing in.

A subscriber's link holds 256 bits made with the desk's key of its own salt; nothing is stored by which a copy of the
database could say yes or no in anyone's name.
"""

from __future__ import annotations

import base64
import re
from typing import Literal

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from haidang.core.models import Subscriber

Purpose = Literal["confirm", "unsubscribe"]
TOKEN = r"[1-9][0-9]{0,17}-[A-Za-z0-9_-]{43}"  # noqa: S105 -- what one looks like
_TOKEN = re.compile(TOKEN)


def absolute(path: str) -> str:
    """The public address of a path of this desk."""
    base = settings.BASE_URL
    if not base:
        base = f"http://{settings.OPTIONS['HOST']}:{settings.OPTIONS['PORT']}"
    return f"{base}{path}"


def digest_address(address: str) -> str:
    """By what an address is found again: keyed, so that nobody can try addresses on a copy."""
    told = address.strip().lower()
    return salted_hmac("haidang.core.subscriber", told, algorithm="sha256").hexdigest()


def make_link_token(subscriber: Subscriber, purpose: Purpose) -> str:
    """The part of a subscriber's link that nobody else can make."""
    told = f"{subscriber.pk}|{subscriber.salt}"
    made = salted_hmac(f"haidang.core.subscriber.{purpose}", told, algorithm="sha256").digest()
    return f"{subscriber.pk}-{base64.urlsafe_b64encode(made).decode('ascii').rstrip('=')}"


def find_by_link(token: str, purpose: Purpose) -> Subscriber | None:
    """The subscriber of a link, unless it is forged or they are gone."""
    if not _TOKEN.fullmatch(token):
        return None
    found = Subscriber.objects.filter(pk=int(token.partition("-")[0])).first()
    if found is None or not constant_time_compare(make_link_token(found, purpose), token):
        return None
    return found

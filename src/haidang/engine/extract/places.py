"""Addresses that a page tells: made absolute, and believed only as far as they can be.

Refuses a canonical address on someone else's domain, which would let one page pose as another's.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from tld import get_fld

from haidang.engine.types import URL_MAX

_WHOLE = re.compile(
    "https?://[a-z0-9.-]+(?::[0-9]+)?/[!-:<-~]*(?<![?])"
)  # joining leaves it as it is
_UNFIT = re.compile(r"[\x00-\x20\x7f\\]")


def absolute_url(told: str | None, *, url: str) -> str | None:
    """`told` as an absolute http(s) address seen from `url`, without fragment; None if it is none."""
    if not told or not told.strip() or len(told) > URL_MAX:
        return None
    try:
        joined = told.strip().partition("#")[0]
        if not _WHOLE.fullmatch(joined):
            joined = urljoin(url, told.strip()).partition("#")[0]
        parts = urlsplit(joined)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return None if _UNFIT.search(joined) or len(joined) > URL_MAX else joined


def own_url(told: str | None, *, url: str) -> str | None:
    """`told` if it lies within the registrable domain of `url` (Public Suffix List), else None.

    A host that is a number or a single word is compared with its port. The home page is no
    canonical address of an article.
    """
    found = absolute_url(told, url=url)
    if found is None or domain_of(found) != domain_of(url):
        return None
    is_home = urlsplit(found).path in ("", "/") and not urlsplit(found).query
    return None if is_home and urlsplit(url).path not in ("", "/") else found


def domain_of(url: str) -> str:
    """The registrable domain, or host:port where there is none."""
    try:
        parts = urlsplit(url)
        return _domain_of_host(parts.hostname or "") or parts.netloc.lower()
    except ValueError:
        return ""


@lru_cache(maxsize=4_096)
def _domain_of_host(host: str) -> str:
    """The registrable domain of a host, "" where it has none. Raises ValueError for no host at all."""
    if _is_number(host):
        return ""
    return get_fld(f"http://{host}/", fail_silently=True, search_private=True) or ""


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

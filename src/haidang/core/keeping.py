"""Public pages kept in memory for strangers, and correct at once after a change.

A view marked `public_page` tells with which mark of the public state (`PublicState`) its page was drawn;
the middleware keeps it in this process and gives it out again while the table has the same mark. The mark
is read before the page is drawn, so a page is never older than its mark, and each process may keep its own.
Nothing is kept of, or given to, anyone who brings a cookie other than the two choices of a reader (language,
light); nothing with a question behind its path; and nothing that would set a cookie.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from hashlib import blake2b
from threading import Lock
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from haidang.core.queries.public import find_mark, find_state

Rest = ParamSpec("Rest")
Key = tuple[str, ...]

CHOICES = (
    "language",
    "appearance",
)  # cookies of a reader's own choice: part of the key, by known values
LIGHTS = ("light", "dark")
KEPT_MAX, BYTES_MAX, PAGE_MAX = 512, 32_000_000, 4_000_000
OTHERS_MAY = "public, no-cache"  # keep it, but ask each time whether it is still this one
# A moment is told to the second: nothing that changed within two is dated, or a later change would be missed.
FRESH = timedelta(seconds=2)
BEGAN = datetime.now(UTC).replace(microsecond=0)  # another version of the program draws other pages


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it was given out."""

    mark: str
    changed_at: datetime | None  # None: nothing can be said
    content: bytes
    headers: tuple[tuple[str, str], ...]


def public_page(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Mark a view whose page is the same for every stranger until the public state changes."""

    @wraps(view)
    def marked(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        state = None if request.META.get("QUERY_STRING") else find_state()
        response = view(request, *args, **kwargs)
        mark, changed_at = (state.mark, state.changed_at) if state else ("", None)
        response.public_state = (mark, changed_at)  # type: ignore[attr-defined] # read below, nowhere else
        return response

    return marked


class KeptPages:
    """The middleware that keeps public pages and answers from them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asks = request.method in {"GET", "HEAD"}
        key = _key_of(request) if asks and _is_stranger(request) else None
        kept = self._kept.get(key) if key else None
        if key and kept is not None and kept.mark == find_mark():
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
            return _give(request, kept)
        response = self.get_response(request)
        state = getattr(response, "public_state", None)
        if state is None or not isinstance(response, HttpResponse) or response.status_code != 200:
            return response
        if not asks or not _is_stranger(request) or response.cookies:
            response.headers["Cache-Control"] = "private, no-cache"
            return response
        mark, changed_at = state
        kept = Kept(mark, changed_at, response.content, tuple(response.headers.items()))
        if key and kept.mark and request.method == "GET" and len(kept.content) <= PAGE_MAX:
            self._keep(key, kept)
        return _give(request, kept)

    def _keep(self, key: Key, kept: Kept) -> None:
        with self._lock:
            before = self._kept.pop(key, None)
            self._kept[key] = kept
            self._bytes += len(kept.content) - (len(before.content) if before else 0)
            while len(self._kept) > KEPT_MAX or self._bytes > BYTES_MAX:
                _oldest, gone = self._kept.popitem(last=False)
                self._bytes -= len(gone.content)


def _is_stranger(request: HttpRequest) -> bool:
    """Whether nothing but a reader's own choices came with the request."""
    return set(request.COOKIES).issubset(CHOICES) and "HTTP_AUTHORIZATION" not in request.META


def _key_of(request: HttpRequest) -> Key | None:
    """What a page depends on beside the public state; None where a question stands behind the path."""
    if request.META.get("QUERY_STRING"):
        return None
    language, light = (request.COOKIES.get(name, "") for name in CHOICES)
    known = {code for code, _name in settings.LANGUAGES}
    return (
        request.scheme or "",
        request.get_host(),
        request.path,
        language if language in known else "",
        light if light in LIGHTS else "",
    )


def _give(request: HttpRequest, kept: Kept) -> HttpResponseBase:
    """The page, or only that it is still the one which the asker has."""
    response = HttpResponse(kept.content)
    for name, value in kept.headers:
        response.headers[name] = value
    etag = f'"{blake2b(kept.content, digest_size=12).hexdigest()}"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = OTHERS_MAY
    modified = None
    since = max(kept.changed_at, BEGAN) if kept.changed_at else None
    if since is not None and timezone.now() - since > FRESH:
        modified = int(since.timestamp())
        response.headers["Last-Modified"] = http_date(modified)
    answer = get_conditional_response(request, etag=etag, last_modified=modified, response=response)
    assert answer is not None
    return answer

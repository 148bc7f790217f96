"""Everything that can go wrong with a stranger's bytes, as a closed list of words.

An error carries a `Trouble` and facts, never a sentence: the sentence is made where a person
reads it, in that person's language (`haidang.watch.troubles`), and a test holds the two together.
"""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    """What went wrong. The value is stored, so a word never changes its meaning."""

    # the address
    BAD_ADDRESS = "bad_address"  # not an http(s) URL that we can read. facts: url
    DENIED_ADDRESS = "denied_address"  # resolves to a private or reserved address. facts: host, ip
    NO_SUCH_HOST = "no_such_host"  # the name does not resolve. facts: host
    # the way
    CONNECT_FAILED = "connect_failed"  # refused or unreachable. facts: host
    TIMED_OUT = "timed_out"  # facts: seconds
    TLS_FAILED = "tls_failed"  # certificate expired, self-signed, of another host. facts: host
    TOO_LARGE = "too_large"  # body over the cap. facts: limit_mb
    BOMB = "bomb"  # decompresses out of proportion. facts: ratio
    BAD_ENCODING = "bad_encoding"  # content-encoding we refuse. facts: encoding
    BAD_HTTP = "bad_http"  # headers or chunks that no one can read. facts: detail
    TOO_MANY_REDIRECTS = "too_many_redirects"  # facts: limit
    # the answer
    ROBOTS_DENIED = "robots_denied"  # robots.txt says no. facts: host
    ROBOTS_UNREACHABLE = "robots_unreachable"  # robots.txt could not be read: RFC 9309 says no
    HTTP_STATUS = "http_status"  # any answer that is not 2xx or 304. facts: status
    HOST_BUSY = "host_busy"  # 429 or 503; come back later. facts: status, retry_after_s
    GONE = "gone"  # 410
    HUB_DENIED = "hub_denied"  # a hub will not tell of a feed (WebSub)
    # the bytes
    NOT_A_FEED = "not_a_feed"  # facts: saw (html, empty, image, binary, text)
    BAD_FEED = "bad_feed"  # so broken that nothing could be read. facts: detail
    NO_LINKS = "no_links"  # a page without a feed in which no article links were found
    NOT_HTML = "not_html"  # facts: content_type
    HOSTILE_MARKUP = "hostile_markup"  # depth, attributes or tags beyond reason. facts: what, limit
    NO_TEXT = "no_text"  # nothing to read on the page
    OTHER_HOST = "other_host"  # the entry leads to a host of no registered publication. facts: host
    # the child process
    TOO_SLOW = "too_slow"  # the reader ran over its time. facts: seconds
    TOO_HUNGRY = "too_hungry"  # the reader ran over its memory. facts: limit_mb
    READER_DIED = "reader_died"  # the child ended for another reason. facts: detail
    # the archive
    ARCHIVE_DAMAGED = "archive_damaged"  # facts: file
    # a person's words
    BAD_QUERY = "bad_query"  # facts: what, at
    BAD_FILE = "bad_file"  # an import that cannot be read. facts: detail, line
    BAD_CLIPPING = "bad_clipping"  # a handed-in file that is not taken. facts: detail, saw, …
    CLIPPING_UNREAD = "clipping_unread"  # its text could not be read. facts: detail, pages


class EngineError(Exception):
    """A trouble with its facts; `str()` is for logs only."""

    def __init__(self, trouble: Trouble, **facts: str | float) -> None:
        self.trouble = trouble
        self.facts = facts
        told = ", ".join(f"{name}={value!r}" for name, value in facts.items())
        super().__init__(f"{trouble.value}({told})")

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.trouble.value, self.facts))


def _rebuild(trouble: str, facts: dict[str, str | int | float]) -> EngineError:
    return EngineError(Trouble(trouble), **facts)

"""Reading others' WARC files for an import, page by page. Runs in a sandbox child.

Only whole `response` records of HTML with status 200 are pages; requests, revisits (which carry no
page of their own), pictures and all else are passed over and counted. Each record of a packed file
must be a gzip member of its own, as WARC 1.1 asks, or nobody could go on from the middle.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.types import URL_MAX, ForeignPage, ForeignPages

PAGE_MAX = 15 * 1024 * 1024
HTML = ("text/html", "application/xhtml+xml")
# What one call reads, so that a child ends its turn within its limits.
PAGES_BYTES = 16 * 1024 * 1024
FILE_BYTES = 32 * 1024 * 1024
_PIECE = 1 << 16


def read_warc_pages(path: str, *, start: int = 0, limit: int = 20) -> ForeignPages:
    """At most `limit` pages from the record at byte `start` on.

    `damaged` tells that the file cannot be read on behind these pages. Raises EngineError BAD_FILE
    (detail "warc", or "warc_packed" for a file packed as one piece) where not even its first record
    can be read.
    """
    pages: list[ForeignPage] = []
    passed_over = size = seen = 0
    with open(path, "rb") as file:  # noqa: PTH123 -- warcio wants the plain file object
        file.seek(start)
        records = ArchiveIterator(file, arc2warc=False)
        try:
            for record in records:
                if len(pages) >= limit or size > PAGES_BYTES or records.offset - start > FILE_BYTES:
                    return _pages(pages, passed_over, next_start=records.offset)
                if record.format != "warc":
                    raise ValueError(record.format)
                page = _read_page(record)
                if not _is_whole(record):
                    return _pages(pages, passed_over, damaged=True)
                seen += 1
                if page is None:
                    passed_over += 1
                else:
                    pages.append(page)
                    size += len(page.body)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 -- a library over a stranger's file may fail in any way
            if "non-chunked" in str(error):
                raise EngineError(Trouble.BAD_FILE, detail="warc_packed", line=0) from None
            if seen or start:
                return _pages(pages, passed_over, damaged=True)
            raise EngineError(Trouble.BAD_FILE, detail="warc", line=0) from None
    if not seen and not start:
        raise EngineError(Trouble.BAD_FILE, detail="warc", line=0)
    return _pages(pages, passed_over)


def _pages(
    pages: list[ForeignPage],
    passed_over: int,
    *,
    next_start: int | None = None,
    damaged: bool = False,
) -> ForeignPages:
    return ForeignPages(
        pages=tuple(pages), passed_over=passed_over, next_start=next_start, damaged=damaged
    )


def _read_page(record: Any) -> ForeignPage | None:
    """The page of a record, or None where it holds none."""
    headers = record.http_headers
    if record.rec_type != "response" or headers is None:
        return None
    content_type = headers.get_header("Content-Type") or ""
    if headers.get_statuscode() != "200" or not content_type.lower().startswith(HTML):
        return None
    body = record.content_stream().read(PAGE_MAX + 1)
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    if len(body) > PAGE_MAX or len(url) > URL_MAX or not url.startswith(("http://", "https://")):
        return None
    return ForeignPage(
        url=url,
        content_type=content_type,
        robots_header=headers.get_header("X-Robots-Tag"),
        body=body,
        fetched_at=_moment(record.rec_headers.get_header("WARC-Date")),
    )


def _is_whole(record: Any) -> bool:
    """Whether all bytes that the record announces are there: a cut file ends without any error."""
    while record.raw_stream.read(_PIECE):
        pass
    return int(getattr(record.raw_stream, "limit", 0)) <= 0


def _moment(told: str | None) -> datetime | None:
    """A WARC-Date (ISO 8601, in UTC), or None."""
    try:
        at = datetime.fromisoformat(told or "")
        return at.astimezone(UTC) if at.tzinfo and at.year >= 1990 else None
    except (ValueError, OverflowError):
        return None

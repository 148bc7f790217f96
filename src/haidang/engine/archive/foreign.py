"""Reading others' WARC files for an import, page by page. Runs in a sandbox child.

Only `response` records of HTML with status 200 are pages; all else is passed over and counted.
"""

from __future__ import annotations

import warcio
from warcio.archiveiterator import ArchiveIterator

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.types import ForeignPage, ForeignPages

PAGE_MAX = 15 * 1024 * 1024
HTML = ("text/html", "application/xhtml+xml")


def read_warc_pages(path: str, *, start: int = 0, limit: int = 20) -> ForeignPages:
    """At most `limit` pages from the record at byte `start` on.

    Raises EngineError ARCHIVE_DAMAGED where the file cannot be read on; `next_start` of the pages
    before it tells how far it could.
    """
    pages: list[ForeignPage] = []
    passed_over = 0
    with open(path, "rb") as file:  # noqa: PTH123 -- warcio wants the plain file object
        file.seek(start)
        records = ArchiveIterator(file, arc2warc=False)
        try:
            for record in records:
                if len(pages) >= limit:
                    return ForeignPages(
                        pages=tuple(pages),
                        passed_over=passed_over,
                        next_start=start + records.get_record_offset(),
                    )
                page = _read_page(record)
                if page is None:
                    passed_over += 1
                else:
                    pages.append(page)
        except (warcio.exceptions.ArchiveLoadFailed, ValueError, OSError, EOFError):
            if pages:
                return ForeignPages(pages=tuple(pages), passed_over=passed_over, damaged=True)
            raise EngineError(Trouble.ARCHIVE_DAMAGED, file=path.rpartition("/")[2]) from None
    return ForeignPages(pages=tuple(pages), passed_over=passed_over)


def _read_page(record: object) -> ForeignPage | None:
    told = record
    if told.rec_type != "response" or told.http_headers is None:  # type: ignore[attr-defined]  # warcio has no types
        return None
    headers = told.http_headers  # type: ignore[attr-defined]  # warcio has no types
    content_type = headers.get_header("Content-Type") or ""
    if headers.get_statuscode() != "200" or not content_type.lower().startswith(HTML):
        return None
    body = told.content_stream().read(PAGE_MAX + 1)  # type: ignore[attr-defined]  # warcio has no types
    url = told.rec_headers.get_header("WARC-Target-URI") or ""  # type: ignore[attr-defined]  # warcio has no types
    if len(body) > PAGE_MAX or not url.startswith(("http://", "https://")):
        return None
    return ForeignPage(
        url=url,
        content_type=content_type,
        robots_header=headers.get_header("X-Robots-Tag"),
        body=body,
    )

"""The log as a file that anybody can verify: JSON lines, format "haidang-log-1".

The first line tells what this is: {"format","desk","key","words"}. Then one line an entry, in order:
{"number","at","by","act","words","before","digest"}; with words also {"salt","what","data"}, or
{"erased_by": number}. Then one line a head: a signed text. Without words the file names nobody and nothing,
and proves the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from haidang.core import signatures
from haidang.core.audit import chain
from haidang.core.models import Desk, LogEntry, LogHead

CHUNK = 5_000


def export_lines(*, words: bool) -> Iterator[str]:
    """The lines of the file, each with its line end."""
    desk = Desk.objects.filter(id=1).first()
    head = {
        "format": chain.FORMAT,
        "desk": desk.name if desk else "",
        "key": signatures.find_public_key(),
        "words": words,
    }
    yield chain.to_canonical(head) + "\n"
    entries = LogEntry.objects.select_related("words", "erasure__by_entry").order_by("number")
    for entry in entries.iterator(chunk_size=CHUNK):
        yield chain.to_canonical(_entry(entry, words=words)) + "\n"
    for one in LogHead.objects.order_by("number"):
        signed = signatures.SignedText(signatures.HEAD, one.text, one.key, one.proof)
        yield chain.to_canonical(signed.to_table()) + "\n"


def _entry(entry: LogEntry, *, words: bool) -> dict[str, object]:
    told: dict[str, object] = {
        "number": entry.number,
        "at": chain.to_moment(entry.at),
        "by": entry.member_id,
        "act": entry.act,
        "words": entry.words_digest,
        "before": entry.before,
        "digest": entry.digest,
    }
    erasure = getattr(entry, "erasure", None)
    if erasure is not None:
        told["erased_by"] = erasure.by_entry.number
    elif words:
        told |= {"salt": entry.words.salt, "what": entry.words.what, "data": entry.words.data}
    return told

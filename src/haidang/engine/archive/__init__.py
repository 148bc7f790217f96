"""Fetched pages kept as they came, as WARC records that a stranger's tools can read.

`WarcStore.append` returns a `RecordPlace` once the bytes are on the disk; the caller keeps the places
as the manifest, and `verify` holds the files against it: every flipped bit and every cut in a
manifested record is found, which the digests inside a WARC file do not achieve. It refuses to keep
what could tell on anyone: no request of ours, no cookie a server tried to set.
"""

from haidang.engine.archive.files import FileStore
from haidang.engine.archive.holding import (
    HeldFile,
    drop_file,
    find_files,
    find_strays,
    move_together,
)
from haidang.engine.archive.store import ROLL_BYTES, WarcStore

__all__ = [
    "ROLL_BYTES",
    "FileStore",
    "HeldFile",
    "WarcStore",
    "drop_file",
    "find_files",
    "find_strays",
    "move_together",
]

"""Clippings: what print and radio leave behind, a scan, a PDF, a note, and the text that stands in it.

A file's type is told by its bytes, never by its name. Taken are PNG, JPEG, TIFF, PDF and plain text
of a size a person could have scanned; programs, archives, markup, files that are two things at once,
locked files and monsters are refused with the reason. Text is read by the machine's own tools in
limited processes, one at a time; where a tool is missing or fails, that is told and a person types.
"""

from haidang.engine.clippings.kinds import (
    BYTES_MAX,
    PAGES_MAX,
    ClippingKind,
    Look,
    look_at_clipping,
)
from haidang.engine.clippings.reading import (
    TOOLS,
    ClippingText,
    find_tools,
    knows_vietnamese,
    read_clipping,
)

__all__ = [
    "BYTES_MAX",
    "PAGES_MAX",
    "TOOLS",
    "ClippingKind",
    "ClippingText",
    "Look",
    "find_tools",
    "knows_vietnamese",
    "look_at_clipping",
    "read_clipping",
]

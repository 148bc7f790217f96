"""Tables that leave the desk as CSV."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: str | int | None) -> str | int:
    """A cell no spreadsheet runs: text that begins like a formula is prefixed by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    told = value.replace("\x00", "")
    return f"'{told}" if told.startswith(FORMULA_STARTS) else told

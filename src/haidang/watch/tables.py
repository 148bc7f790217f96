"""Tables that leave the desk as CSV."""

from haidang.core.syndication import cell

__all__ = ["cell"]

"""Every list can be taken away as Atom, RSS, JSON Feed or CSV; pages announce where."""

from haidang.core.syndication import KINDS, Alternate, list_alternates

__all__ = ["KINDS", "Alternate", "list_alternates"]

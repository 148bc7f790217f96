"""What a member is told in their inbox: one table, kind → sentence, filled by each room.

A closed set in the code: a kind that nobody taught is refused, so that no line is ever put together from
pieces. `%(who)s` is whoever did it, under the name they have today, or "The desk"; `%(what)s` is what it is
about; other names are those of the line's own facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haidang.core.audit.sentences import Facts, is_code, name_fact


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of line. `asks`: it waits for an act of the member, and is settled by it."""

    sentence: LazyText | str
    asks: bool = False


_known: dict[str, Kind] = {}


def teach(kinds: Mapping[str, Kind]) -> None:
    """A room tells what it may tell members. Said once, when the program starts."""
    _known.update(kinds)


def list_known() -> frozenset[str]:
    """The kinds that have a sentence."""
    return frozenset(_known)


def list_asking() -> frozenset[str]:
    """The kinds that wait for an act of the member."""
    return frozenset(name for name, kind in _known.items() if kind.asks)


def tell_line(kind: str, *, who: str, what: str, data: Mapping[str, Any]) -> str:
    """The sentence of a line. One of a room that is no longer here says at least what it is about."""
    known = _known.get(kind)
    if known is None:
        return _("%(who)s: %(what)s") % {"who": who, "what": what}
    named = {name: name_fact(name, value) for name, value in data.items()}
    return str(known.sentence) % Facts({**named, "who": who, "what": what})


def tell_outside(kind: str, *, by_member: bool, data: Mapping[str, Any]) -> str:
    """The sentence as a letter tells it: words of closed sets and numbers, and neither names nor titles."""
    who = _("a member") if by_member else _("the desk")
    kept = {
        name: value
        for name, value in data.items()
        if isinstance(value, int) or is_code(name, value)
    }
    told = tell_line(kind, who=who, what="…", data=kept)
    return told[:1].upper() + told[1:]


teach(
    {
        "passage_waits": Kind(
            gettext_lazy("“%(what)s” waits for your approval (%(way)s); %(who)s proposed it."),
            asks=True,
        ),
        "findings_wait": Kind(
            gettext_lazy("“%(what)s” holds findings that want a decision: %(findings)s."),
            asks=True,
        ),
        "change_proposed": Kind(
            gettext_lazy("%(who)s proposed a change of your text “%(what)s” (%(way)s).")
        ),
        "passage_approved": Kind(
            gettext_lazy("%(who)s approved “%(what)s”; it waits for its hour.")
        ),
        "passage_published": Kind(gettext_lazy("“%(what)s” went through the gate (%(way)s).")),
        "passage_dropped": Kind(gettext_lazy("%(who)s took back “%(what)s” (%(way)s).")),
        "passage_held": Kind(
            gettext_lazy("The clock jumped while “%(what)s” waited for its hour: it is held."),
            asks=True,
        ),
        "approval_fell": Kind(
            gettext_lazy(
                "%(who)s changed who publishes or who pays, so “%(what)s” waits for approval again."
            )
        ),
        "imprint_changed": Kind(
            gettext_lazy("%(who)s changed who publishes or who pays: “%(what)s”.")
        ),
        "role_given": Kind(gettext_lazy("%(who)s gave you the role “%(role)s” at %(what)s.")),
        "role_taken": Kind(gettext_lazy("%(who)s took from you the role “%(role)s” at %(what)s.")),
        "role_given_to_all": Kind(
            gettext_lazy("%(who)s gave you the role “%(role)s” over the whole organisation.")
        ),
        "role_taken_from_all": Kind(
            gettext_lazy("%(who)s took from you the role “%(role)s” over the whole organisation.")
        ),
        "export_asked": Kind(
            gettext_lazy(
                "%(who)s asks for an export of the whole desk (%(export_purpose)s); a second person is wanted."
            ),
            asks=True,
        ),
        "export_agreed": Kind(
            gettext_lazy("%(who)s agreed to the whole export (%(export_purpose)s).")
        ),
        "export_dropped": Kind(
            gettext_lazy("%(who)s took back the whole export (%(export_purpose)s).")
        ),
        "export_ready": Kind(
            gettext_lazy("The whole export is made; take it within %(hours)s hours."), asks=True
        ),
        "export_failed": Kind(gettext_lazy("The whole export could not be written: %(what)s")),
        "log_opened": Kind(gettext_lazy("%(who)s opened the log of your acts: %(what)s")),
    }
)

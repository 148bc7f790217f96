"""What was done, as a sentence in the reader's language: one table, act → sentence, filled by each room.

`%(who)s` always stands at the head: a name, "You", "A member" or "The desk", so that a sentence is whole in both
languages. Other names are those of the entry's words. A test holds the table and all acts together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haidang.core.enums import ExportPurpose, LinkPurpose, PassageAct, Role

# What the words of an entry hold as a code, by name.
_SETS: Mapping[str, type[TextChoices]] = {
    "export_purpose": ExportPurpose,
    "role": Role,
    "way": PassageAct,
    "purpose": LinkPurpose,
}
_known: dict[str, LazyText | str] = {}


def teach(sentences: Mapping[str, LazyText | str]) -> None:
    """A room tells how its acts read. Said once, when the program starts."""
    _known.update(sentences)


def list_known() -> frozenset[str]:
    """The acts that have a sentence."""
    return frozenset(_known)


class Facts(dict[str, Any]):
    """Facts of a sentence; one that is missing is told as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


def tell_act(act: str, *, who: str, what: str, data: Mapping[str, Any] | None) -> str:
    """The sentence of an act; of words that were erased it says so."""
    if data is None:
        return _("%(who)s did something whose words were erased (%(act)s).") % {
            "who": who,
            "act": act,
        }
    sentence = _known.get(act)
    if sentence is None:
        return _("%(who)s: %(act)s %(what)s") % {"who": who, "act": act, "what": what}
    named = {name: name_fact(name, value) for name, value in data.items()}
    return str(sentence) % Facts({**named, "who": who, "what": what or "…"})


def is_code(name: str, value: object) -> bool:
    """Whether it is a word of a closed set."""
    known = _SETS.get(name)
    return known is not None and value in known.values


def name_fact(name: str, value: object) -> object:
    """A word of a closed set as readers know it."""
    known = _SETS.get(name)
    return known(value).label if known and value in known.values else value


teach(
    {
        "set_mode": gettext_lazy("%(who)s set the desk to “%(what)s”."),
        "use_link": gettext_lazy("%(who)s set a password with a one-time link."),
        "add_member": gettext_lazy("%(who)s added the member “%(what)s”."),
        "change_factors": gettext_lazy("%(who)s changed the ways to sign in of “%(what)s”."),
        "change_password": gettext_lazy("%(who)s set a new password."),
        "close_unit": gettext_lazy("%(who)s closed the unit “%(what)s”."),
        "describe_member": gettext_lazy("%(who)s changed what the desk tells of “%(what)s”."),
        "describe_organisation": gettext_lazy(
            "%(who)s said what the organisation is called and where it is: “%(what)s”."
        ),
        "end_sessions": gettext_lazy("%(who)s ended every session of “%(what)s”."),
        "give_role": gettext_lazy(
            "%(who)s gave “%(what)s” the role “%(role)s” at unit number %(unit)s."
        ),
        "let_go": gettext_lazy("%(who)s ended the work of “%(what)s” at this desk."),
        "make_link": gettext_lazy("%(who)s made a one-time link for “%(what)s”: %(purpose)s."),
        "merge_unit": gettext_lazy("%(who)s merged the unit “%(what)s” into unit number %(into)s."),
        "move_unit": gettext_lazy("%(who)s moved the unit “%(what)s” under unit number %(under)s."),
        "open_unit": gettext_lazy("%(who)s opened the unit “%(what)s”."),
        "rename_unit": gettext_lazy("%(who)s renamed the unit “%(before)s” to “%(what)s”."),
        "split_unit": gettext_lazy(
            "%(who)s split the unit “%(what)s” off from unit number %(off)s."
        ),
        "take_back": gettext_lazy("%(who)s let “%(what)s” come back to this desk."),
        "take_role": gettext_lazy(
            "%(who)s took from “%(what)s” the role “%(role)s” at unit number %(unit)s."
        ),
        "export_desk": gettext_lazy(
            "%(who)s exported the whole desk as “%(what)s”, with “%(second)s” as second person."
        ),
        "ask_export": gettext_lazy(
            "%(who)s asked for a whole export (number %(export)s): %(reason)s"
        ),
        "agree_export": gettext_lazy(
            "%(who)s, as second person, agreed to the whole export number %(export)s."
        ),
        "drop_export": gettext_lazy("%(who)s took back the whole export number %(export)s."),
        "fail_export": gettext_lazy(
            "%(who)s could not write the whole export number %(export)s: %(what)s"
        ),
        "take_export": gettext_lazy("%(who)s took the file of the whole export number %(export)s."),
        "import_desk": gettext_lazy("%(who)s took in the export “%(what)s”."),
        "make_backup": gettext_lazy("%(who)s made the backup “%(what)s”."),
        "move_database": gettext_lazy("%(who)s moved the desk to another database (%(what)s)."),
        "restore_backup": gettext_lazy("%(who)s went back to the backup “%(what)s”."),
        "erase_words": gettext_lazy(
            "%(who)s erased the words of entries %(numbers)s of this log: %(reason)s"
        ),
        "open_log_of": gettext_lazy(
            "%(who)s opened the log of member number %(member)s: %(reason)s"
        ),
        "set_imprint": gettext_lazy("%(who)s said who publishes here, and who pays: “%(what)s”."),
        "propose_passage": gettext_lazy(
            "%(who)s proposed “%(what)s” to the publishing gate (%(way)s)."
        ),
        "decide_finding": gettext_lazy(
            "%(who)s decided that a finding (%(what)s) may go out: %(reason)s"
        ),
        "approve_passage": gettext_lazy("%(who)s approved “%(what)s” (%(way)s)."),
        "drop_passage": gettext_lazy(
            "%(who)s took back “%(what)s” before it was public (%(way)s)."
        ),
        "release_held": gettext_lazy(
            "%(who)s looked at the clock and let “%(what)s” wait for its hour."
        ),
        "publish_item": gettext_lazy("%(who)s, as second person, published “%(what)s”."),
        "correct_item": gettext_lazy("%(who)s, as second person, corrected “%(what)s”."),
        "withdraw_item": gettext_lazy("%(who)s, as second person, withdrew “%(what)s”."),
        "export_log": gettext_lazy("%(who)s wrote this log into a file."),
        "name_keeper": gettext_lazy(
            "%(who)s named “%(what)s” as outside keeper of this log's heads."
        ),
        "end_keeper": gettext_lazy("%(who)s said that “%(what)s” keeps no more heads of this log."),
        "make_token": gettext_lazy("%(who)s made the token “%(what)s” (%(scopes)s)."),
        "end_token": gettext_lazy("%(who)s revoked the token “%(what)s”."),
        "make_private_feed": gettext_lazy("%(who)s made a private feed."),
        "end_private_feed": gettext_lazy("%(who)s revoked a private feed."),
        "register_webhook": gettext_lazy("%(who)s named the webhook “%(what)s” at %(host)s."),
        "pause_webhook": gettext_lazy("%(who)s paused the webhook “%(what)s”."),
        "resume_webhook": gettext_lazy("%(who)s let the webhook “%(what)s” go on."),
        "end_webhook": gettext_lazy("%(who)s ended the webhook “%(what)s”."),
        "spread_item": gettext_lazy(
            "%(who)s told those who asked of “%(what)s”: letters %(letters)s, webhooks %(hooks)s."
        ),
    }
)

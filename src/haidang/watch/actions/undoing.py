"""Undoing an act on the grouping: the rows stand again as they stood before it.

Refused where somebody changed the same rows since. What the machine placed meanwhile stays where it
is, but for reprints of the articles that go back: they follow their original.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from haidang.core.models import Member
from haidang.engine.group import fingerprint
from haidang.watch.actions.regrouping import ask_leave, write_down
from haidang.watch.actions.stories import settle
from haidang.watch.actions.turns import take_turn
from haidang.watch.enums import RegroupingKind
from haidang.watch.models import Article, Regrouping, Story
from haidang.watch.queries.regrouping import (
    UNDO_DAYS,
    Hindrance,
    Rows,
    find_hindrance,
    find_rows,
)


def undo_regrouping(regrouping: Regrouping, *, by: Member, now: datetime) -> Regrouping:
    """Put back what stood before an act. Raises PermissionDenied, or ValidationError with why not."""
    ask_leave(by)
    with transaction.atomic():
        take_turn()
        act = Regrouping.objects.select_related("entry", "story", "other").get(id=regrouping.id)
        hindrance = find_hindrance(act, now=now)
        if hindrance is not None:
            raise ValidationError(tell_hindrance(hindrance))
        followers = _find_followers(act)
        before = find_rows(
            [*map(int, act.before["articles"]), *(one.id for one in followers)],
            map(int, act.before["stories"]),
            kind=act.kind,
        )
        act.separations.all().delete()
        _put_back(act.before)
        _let_follow(followers)
        _settle_all(act)
        return write_down(
            RegroupingKind.UNDO, act.story, act.other, before, by=by, now=now, undoes=act
        )


def tell_hindrance(hindrance: Hindrance) -> str:
    """Why an act cannot be undone, as a sentence."""
    sentences = {
        Hindrance.UNDONE: _("This was undone already."),
        Hindrance.TOO_OLD: _("This is longer ago than %(days)s days. Split or move instead."),
        Hindrance.CHANGED: _(
            "Somebody changed the same articles since. Undo the later changes first, or split and move by hand."
        ),
        Hindrance.UNDOING: _("An undoing is not undone. Do the act again instead."),
    }
    return sentences[hindrance] % {"days": UNDO_DAYS}


def _find_followers(act: Regrouping) -> list[Article]:
    """Reprints that came since to the articles of the act."""
    ids = [int(id_) for id_ in act.before["articles"]]
    came = Article.objects.filter(original_id__in=ids).exclude(id__in=ids)
    stood = {int(id_): row["story_id"] for id_, row in act.after["articles"].items()}
    return [one for one in came if one.story_id == stood.get(one.original_id or 0)]


def _put_back(rows: Rows) -> None:
    for id_, columns in rows["articles"].items():
        Article.objects.filter(id=int(id_)).update(**columns)
    for id_, columns in rows["stories"].items():
        if columns.get("merged_into_id") is None:  # a story that is empty again is settled below
            Story.objects.filter(id=int(id_)).update(**columns)


def _let_follow(followers: list[Article]) -> None:
    """Where an article is a reprint again, what copied it copies its original."""
    for copy in followers:
        assert copy.original_id is not None
        original = Article.objects.select_related("original").get(id=copy.original_id)
        root = original.original
        if root is not None:
            copy.original = root
            copy.share = fingerprint(copy.text).shared_with(fingerprint(root.text))
        copy.story_id = original.story_id
        copy.save(update_fields=["original", "share", "story"])


def _settle_all(act: Regrouping) -> None:
    """Count the stories of an act anew; one that only the act had filled leads back."""
    came_from = {
        act.after["articles"][id_]["story_id"]: row["story_id"]
        for id_, row in act.before["articles"].items()
    }
    for story_id in map(int, act.before["stories"]):
        settle(story_id, gone_to=came_from.get(story_id, act.story_id))

"""Grouping by people: split, move, merge, pin. What a person placed, the machine leaves there.

Reprints go with their original. A reprint that is chosen without its original is thereby said to be
an original: it becomes one, and the machine never joins the two again. Each act writes down the rows
it touched as they stood before and after (`undoing` puts them back).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from haidang.core.actions import log_act
from haidang.core.models import Member
from haidang.watch import rules
from haidang.watch.actions.stories import open_story, settle
from haidang.watch.actions.turns import count_act, take_turn
from haidang.watch.enums import RegroupingKind
from haidang.watch.models import Article, Regrouping, Separation, Story
from haidang.watch.queries.regrouping import Rows, find_rows, find_successor

BY_PERSON = [["by_person", ""]]
ACTS = {
    RegroupingKind.SPLIT: "split_story",
    RegroupingKind.MOVE: "move_articles",
    RegroupingKind.MERGE: "merge_stories",
    RegroupingKind.PIN: "pin_articles",
    RegroupingKind.UNPIN: "unpin_articles",
    RegroupingKind.PIN_STORY: "pin_story",
    RegroupingKind.UNPIN_STORY: "unpin_story",
    RegroupingKind.UNDO: "undo_regrouping",
}


def split_story(story: Story, article_ids: Collection[int], *, by: Member, now: datetime) -> Story:
    """Make these articles of a story a new story, which is returned.

    Raises PermissionDenied, or ValidationError if none was chosen, if one no longer stands here, or
    if nothing would be left.
    """
    ask_leave(by)
    with transaction.atomic():
        take_turn()
        moved, alone = _choose(story, article_ids)
        if not Article.objects.filter(story=story).exclude(id__in=[one.id for one in moved]):
            raise ValidationError(
                _("All articles are chosen, so nothing would be left. Leave at least one out.")
            )
        first = min(moved, key=lambda one: (one.original_id is not None, one.sort_at, one.id))
        target = open_story(first, now=now)
        _carry(RegroupingKind.SPLIT, story, target, moved, alone, by=by, now=now)
    return target


def move_articles(
    story: Story, article_ids: Collection[int], *, to: Story, by: Member, now: datetime
) -> Story:
    """Put these articles of a story into another one, which is returned.

    A story that loses its last article leads to the other from then on. Raises as `split_story`, and
    ValidationError if both are the same.
    """
    ask_leave(by)
    with transaction.atomic():
        take_turn()
        target = _another(story, to)
        moved, alone = _choose(story, article_ids)
        _carry(RegroupingKind.MOVE, story, target, moved, alone, by=by, now=now)
    return target


def merge_stories(story: Story, *, into: Story, by: Member, now: datetime) -> Story:
    """Put all articles of a story into another one, which is returned; the address leads there."""
    ask_leave(by)
    with transaction.atomic():
        take_turn()
        target = _another(story, into)
        moved = list(Article.objects.filter(story=story))
        if not moved:
            raise ValidationError(_gone())
        _carry(RegroupingKind.MERGE, story, target, moved, {}, by=by, now=now)
    return target


def pin_articles(
    story: Story, article_ids: Collection[int], *, pinned: bool, by: Member, now: datetime
) -> Regrouping:
    """Pin articles where they stand, or let the machine decide on them again."""
    ask_leave(by)
    kind = RegroupingKind.PIN if pinned else RegroupingKind.UNPIN
    with transaction.atomic():
        take_turn()
        ids = [one.id for one in _find_chosen(story, article_ids)]
        before = find_rows(ids, [story.id], kind=kind)
        Article.objects.filter(id__in=ids).update(pinned=pinned)
        return write_down(kind, story, None, before, by=by, now=now)


def pin_story(story: Story, *, pinned: bool, by: Member, now: datetime) -> Regrouping:
    """Close a story to the machine, but for reprints of its articles; or open it again."""
    ask_leave(by)
    kind = RegroupingKind.PIN_STORY if pinned else RegroupingKind.UNPIN_STORY
    with transaction.atomic():
        take_turn()
        if not Article.objects.filter(story=story).exists():
            raise ValidationError(_gone())
        before = find_rows([], [story.id], kind=kind)
        Story.objects.filter(id=story.id).update(pinned=pinned)
        return write_down(kind, story, None, before, by=by, now=now)


def ask_leave(by: Member) -> None:
    """Raises PermissionDenied for whoever may not edit stories."""
    if not rules.may_edit_stories(by):
        raise PermissionDenied


def write_down(
    kind: RegroupingKind,
    story: Story,
    other: Story | None,
    before: Rows,
    *,
    by: Member,
    now: datetime,
    undoes: Regrouping | None = None,
) -> Regrouping:
    """Put an act into the log, with the rows it touched as they stood before and stand now."""
    changed = undoes.kind if undoes else kind
    after = find_rows(map(int, before["articles"]), map(int, before["stories"]), kind=changed)
    entry = log_act(
        ACTS[kind],
        by=by,
        now=now,
        what=story.title,
        story=story.id,
        other=other.id if other else None,
        articles=[int(id_) for id_ in before["articles"]],
    )
    return Regrouping.objects.create(
        number=count_act(),
        entry=entry,
        kind=kind,
        story=story,
        other=other,
        before=before,
        after=after,
        undoes=undoes,
    )


def _carry(
    kind: RegroupingKind,
    story: Story,
    target: Story,
    moved: list[Article],
    alone: dict[int, int],
    *,
    by: Member,
    now: datetime,
) -> None:
    """Move rows to the target and pin them there. `alone`: reprint → the original it leaves."""
    before = find_rows([one.id for one in moved], [story.id, target.id], kind=kind)
    for article in moved:
        article.story, article.pinned = target, True
        if article.id in alone:
            article.original, article.reprint_kind = None, ""
            article.share, article.reprint_why = None, []
        if article.original_id is None:
            article.why = BY_PERSON
    columns = ["story", "pinned", "original", "reprint_kind", "share", "why", "reprint_why"]
    Article.objects.bulk_update(moved, columns, batch_size=200)
    settle(target.id, gone_to=story.id)
    settle(story.id, gone_to=target.id)
    regrouping = write_down(kind, story, target, before, by=by, now=now)
    Separation.objects.bulk_create(
        Separation(one_id=copy, other_id=original, made_by=regrouping)
        for copy, original in alone.items()
    )


def _choose(story: Story, article_ids: Collection[int]) -> tuple[list[Article], dict[int, int]]:
    """The chosen articles and what goes with them; and which of them leave their original."""
    chosen = _find_chosen(story, article_ids)
    ids = {one.id for one in chosen}
    here = set(Article.objects.filter(story=story).values_list("id", flat=True))
    alone = {
        one.id: one.original_id
        for one in chosen
        if one.original_id is not None and one.original_id in here - ids
    }
    followers = Article.objects.filter(story=story, original_id__in=ids).exclude(id__in=ids)
    return [*chosen, *followers], alone


def _find_chosen(story: Story, article_ids: Iterable[int]) -> list[Article]:
    wanted = set(article_ids)
    if not wanted:
        raise ValidationError(_("No article is chosen."))
    chosen = list(Article.objects.filter(story=story, id__in=wanted).order_by("sort_at", "id"))
    if len(chosen) != len(wanted):
        raise ValidationError(
            _("Some of the chosen articles no longer stand in this story. Look again and choose.")
        )
    return chosen


def _another(story: Story, told: Story) -> Story:
    """The story meant, or the one into which it was merged meanwhile."""
    target = find_successor(told.id)
    if target is None or target.id == story.id:
        raise ValidationError(_("Name another story than this one."))
    return target


def _gone() -> str:
    return _("This story has no articles any more: they went to another story.")

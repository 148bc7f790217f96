"""Taking turns at the grouping: a person's act and the machine's placing never overlap."""

from __future__ import annotations

from django.db.models import F

from haidang.watch.models import GroupingTurn


def take_turn() -> int:
    """Hold the grouping until this transaction ends; how many acts of people it has seen."""
    turn, _made = GroupingTurn.objects.select_for_update().get_or_create(id=1)
    return turn.number


def count_act() -> int:
    """The number of a new act; whoever calls this holds the turn."""
    GroupingTurn.objects.filter(id=1).update(number=F("number") + 1)
    return GroupingTurn.objects.get(id=1).number

"""Forms of the tree of units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.core.enums import UnitKind
from haidang.core.models import Unit

DAY = forms.DateInput(attrs={"size": 12, "inputmode": "numeric"})
BASIS_TOLD = _("The decision it rests on, with its number, if there is one.")


def _day() -> forms.DateField:
    return forms.DateField(label=_("On the day"), widget=DAY, initial=timezone.localdate)


def _basis() -> forms.CharField:
    return forms.CharField(label=_("By"), help_text=BASIS_TOLD, max_length=200, required=False)


class UnitForm(forms.Form):
    """A new unit under another."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("What it is"), choices=UnitKind.choices)
    under = forms.ModelChoiceField(label=_("Under"), queryset=Unit.objects.none(), empty_label=None)
    on = _day()
    basis = _basis()

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self.fields["under"], units)


class UnitChangeForm(forms.Form):
    """What happens to a unit on a day: another name, another place, a merger, a split, the end."""

    EVENTS = (
        ("rename", _("gets another name")),
        ("move", _("moves under another unit")),
        ("merge", _("merges into another unit")),
        ("split", _("is split: new units beside it")),
        ("close", _("closes")),
    )
    event = forms.ChoiceField(label=_("What happens"), choices=EVENTS)
    name = forms.CharField(
        label=_("New name"),
        help_text=_("For a split: the names of the new units, one on a line."),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 40}),
    )
    other = forms.ModelChoiceField(
        label=_("The other unit"),
        help_text=_("Under which it moves, or into which it merges."),
        queryset=Unit.objects.none(),
        required=False,
    )
    on = _day()
    basis = _basis()

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self.fields["other"], units)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        event = cleaned.get("event")
        if event in {"rename", "split"} and not cleaned.get("name", "").strip():
            raise ValidationError({"name": _("Say the new name.")})
        if event in {"move", "merge"} and cleaned.get("other") is None:
            raise ValidationError({"other": _("Choose the other unit.")})
        return cleaned


def choose_among(field: forms.Field, units: list[Unit]) -> None:
    """Offer these units, in their order, indented by their depth."""
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = Unit.objects.filter(id__in=[unit.pk for unit in units])
    whole = str(_("the whole organisation"))
    told = [("\u2003" * unit.depth + (unit.name or whole), unit.pk) for unit in units]
    field.choices = [*([] if field.required else [("", "—")]), *((pk, name) for name, pk in told)]

"""Forms of what goes out: tokens, webhooks, subscribing to the notices."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.core.actions.keys import LIVES_DAYS
from haidang.core.enums import PublicEvent, Scope


class TokenForm(forms.Form):
    """A token of one's own."""

    name = forms.CharField(
        label=_("Name"), help_text=_("What program uses it, in your words."), max_length=80
    )
    scopes = forms.MultipleChoiceField(
        label=_("Allowed to"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=_("Good for"),
        coerce=int,
        choices=[
            (days, label)
            for days, label in zip(
                LIVES_DAYS, (_("30 days"), _("90 days"), _("a year")), strict=True
            )
        ],
        initial=90,
    )


class WebhookForm(forms.Form):
    """An address that is told what becomes public."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.CharField(
        label=_("Address"),
        help_text=_("It begins with https:// and takes a POST with JSON."),
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Told when a public text is"),
        choices=PublicEvent.choices,
        initial=PublicEvent.values,
        widget=forms.CheckboxSelectMultiple,
    )


class SubscribeForm(forms.Form):
    """Who wants the notices by mail."""

    address = forms.CharField(
        label=_("Mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    language = forms.ChoiceField(
        label=_("Notices in"), choices=[("vi", _("Vietnamese")), ("en", _("English"))]
    )

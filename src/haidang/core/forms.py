"""Forms of the ground floor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from haidang.core.models import Member


class SetUpForm(forms.Form):
    """The first member's user name and password, behind a one-time link."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password1 = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 characters. A few words that only you put together are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    password2 = forms.CharField(
        label=_("The same password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password1") != cleaned.get("password2"):
            raise ValidationError({"password2": _("The two passwords differ.")})
        return cleaned


class OpenLogForm(forms.Form):
    """Whose log is opened, and why."""

    member = forms.ModelChoiceField(
        label=_("Member"), queryset=Member.objects.order_by("username"), empty_label=None
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("This member sees who opened their log, when, and this reason."),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

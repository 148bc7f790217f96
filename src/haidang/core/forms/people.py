"""Forms of people and of the organisation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from haidang.core.actions.publishing import LANGUAGES as PUBLISHED
from haidang.core.enums import InboxMail, Role
from haidang.core.forms.units import choose_among
from haidang.core.models import Unit

USERNAME_TOLD = _(
    "Letters with or without marks, digits and . _ - @ +; it is not printed anywhere."
)


class TwoPasswords(forms.Form):
    """A new password, twice."""

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


class SetUpForm(TwoPasswords):
    """User name, name and password, behind a one-time link."""

    field_order = ("username", "name", "password1", "password2")
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class ChangePasswordForm(TwoPasswords):
    """One's own new password, beside the present one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("The new password again")


class OrganisationForm(forms.Form):
    """What the organisation says of itself."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        help_text=_("Its legal name: it stands on everything that goes out."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.RegexField(
        label=_("Country"),
        help_text=_("Two letters, such as VN."),
        regex=r"^[A-Z]{2}$",
        max_length=2,
        widget=forms.TextInput(attrs={"size": 4, "autocapitalize": "characters"}),
    )
    province = forms.CharField(label=_("Province or city"), max_length=120, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages of public pages"),
        choices=[one for one in settings.LANGUAGES if one[0] in PUBLISHED],
        widget=forms.CheckboxSelectMultiple,
    )
    contact = forms.CharField(
        label=_("Contact"),
        help_text=_(
            "A mail address, a telephone number or a web address that readers may use. A mail or web address is also told to publishers whose pages the desk reads."
        ),
        max_length=200,
        required=False,
    )

    def clean_name(self) -> str:
        """One line without loose blanks."""
        return " ".join(self.cleaned_data["name"].split())


class _RolesAtUnit(forms.Form):
    """Roles, and the unit where they hold."""

    unit = forms.ModelChoiceField(
        label=_("Where"),
        help_text=_("A role holds at this unit and at all units under it."),
        queryset=Unit.objects.none(),
        empty_label=None,
    )

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self.fields["unit"], units)


class InviteForm(_RolesAtUnit):
    """A new member: user name, name, roles at a unit."""

    field_order = ("username", "name", "affiliation", "roles", "unit")
    username = forms.CharField(
        label=_("User name"),
        help_text=USERNAME_TOLD,
        max_length=60,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    affiliation = forms.CharField(
        label=_("Affiliation"),
        help_text=_("Where this person works or studies; printed beside a contributor's name."),
        max_length=200,
        required=False,
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )


class RoleForm(_RolesAtUnit):
    """One more role for a member."""

    field_order = ("role", "unit")
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class DescribeForm(forms.Form):
    """A member's own name and affiliation."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    affiliation = forms.CharField(
        label=_("Affiliation"),
        help_text=_("Where you work or study; printed beside a contributor's name."),
        max_length=200,
        required=False,
    )
    email = forms.EmailField(
        label=_("Mail address"),
        help_text=_("For notices of this desk, if it sends mail. It is shown to nobody."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class InboxMailForm(forms.Form):
    """Which lines of the inbox come by mail too, and in which language."""

    choice = forms.ChoiceField(
        label=_("Of your inbox, by mail"), choices=InboxMail.choices, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("Language of these letters"), choices=settings.LANGUAGES)

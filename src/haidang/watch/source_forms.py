"""Forms of one source: repairing, pausing, leaving, deciding, sealing; and lists of sources from a file."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from haidang.watch.enums import CredentialKind, Finding, Level
from haidang.watch.forms import LANGUAGE_TAG, AddSourceForm, read_address
from haidang.watch.subscribed import exact_host

FILE_MAX = 2_000_000


class ProposeForm(AddSourceForm):
    """A publication to be registered, its organisation, the page that bears it out, its first feed."""

    is_channel = forms.BooleanField(
        label=_("This is the organisation's own channel on a shared platform"),
        help_text=_(
            "Such as YouTube or WordPress.com. The organisation's page must link to the channel, and a second member must confirm it."
        ),
        required=False,
    )


class AddressForm(forms.Form):
    """Where a feed tells its news: a new address, or a further feed."""

    feed = forms.CharField(
        label=_("Address of the feed"),
        max_length=2048,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    is_page = forms.BooleanField(
        label=_("This is a page without a feed: read its links"), required=False
    )

    def clean_feed(self) -> str:
        return read_address(str(self.cleaned_data["feed"]))


class StandingForm(forms.Form):
    """Where a publication stands."""

    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    country = forms.RegexField(
        label=_("Country"),
        regex=r"^[A-Za-z]{2}$",
        widget=forms.TextInput(attrs={"size": 4, "maxlength": 2, "autocapitalize": "characters"}),
    )
    language = forms.RegexField(
        label=_("Language"),
        regex=rf"^{LANGUAGE_TAG.pattern}$",
        max_length=12,
        widget=forms.TextInput(attrs={"size": 6, "autocapitalize": "none"}),
    )


class ReasonForm(forms.Form):
    """Why a source is paused or left, for the register."""

    reason = forms.CharField(
        label=_("Reason, as the register will show it"), max_length=300, required=False
    )


class FindingForm(forms.Form):
    """What a member finds of an entry that somebody called a person."""

    finding = forms.ChoiceField(
        label=_("What this entry is"), choices=Finding.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Reason, as the register will show it"), max_length=300)


class CredentialForm(forms.Form):
    """What a subscribed source asks for at one host. The secret is never shown again."""

    address = forms.CharField(
        label=_("Address for which it holds"),
        max_length=2048,
        help_text=_("It is sent to this very host, over https only."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=CredentialKind.choices)
    user = forms.CharField(
        label=_("User name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    secret = forms.CharField(
        label=_("Password or token"),
        max_length=2000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_address(self) -> str:
        address = read_address(str(self.cleaned_data["address"]))
        if not address.lower().startswith("https://"):
            raise ValidationError(_("Credentials are sent over https only."))
        return address

    @property
    def host(self) -> str:
        """The exact host of a valid form."""
        return exact_host(self.cleaned_data["address"])


class ListForm(forms.Form):
    """A list of sources as OPML or CSV."""

    file = forms.FileField(
        label=_("OPML or CSV file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".opml,.xml,.csv,text/csv,text/x-opml"}),
    )
    look_only = forms.BooleanField(
        label=_("Only look: report what would happen, change nothing"), required=False
    )

    def clean_file(self) -> bytes:
        given = self.cleaned_data["file"]
        if given.size > FILE_MAX:
            raise ValidationError(_("The file is larger than 2 MB."))
        return bytes(given.read())

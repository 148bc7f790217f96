"""Forms of the log of acts and of the publishing gate."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.core.enums import SitePage
from haidang.core.models import Member, PublicItem
from haidang.core.queries.public import find_originals

ANSWER_DAYS = 10


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


class ImprintForm(forms.Form):
    """Who publishes, who pays, how to reach them."""

    legal_owner = forms.CharField(label=_("Legal name of the organisation"), max_length=200)
    funding = forms.CharField(label=_("Who pays for this work"), max_length=400)
    contact = forms.CharField(label=_("How to reach you"), max_length=200)
    public_office = forms.BooleanField(label=_("This is a public office"), required=False)
    answer_days = forms.IntegerField(
        label=_("Days within which a complaint is answered"),
        help_text=_("The complaints page says so: between 1 and 60; empty: 10."),
        min_value=1,
        max_value=60,
        initial=ANSWER_DAYS,
        required=False,
    )

    def clean_answer_days(self) -> int:
        return self.cleaned_data["answer_days"] or ANSWER_DAYS


class OriginalField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    """The text of which another is a translation."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Translation of"),
            help_text=_("A text in the other language; readers are led from one to the other."),
            queryset=find_originals(),
            empty_label=_("it is no translation"),
            required=False,
        )

    def label_from_instance(self, obj: PublicItem) -> str:
        return f"[{obj.language}] {obj.title}"


class CorrectionForm(forms.Form):
    """A public text as it shall stand, and what was wrong."""

    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(
        label=_("Text"),
        help_text=_("An empty line begins a new paragraph."),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    why = forms.CharField(
        label=_("What was wrong"),
        help_text=_("Readers see this beside what stood before."),
        max_length=400,
    )
    translation_of = OriginalField()


class NoticeForm(forms.Form):
    """A new public text."""

    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(
        label=_("Text"),
        help_text=_("An empty line begins a new paragraph."),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("vi", _("Vietnamese")), ("en", _("English"))]
    )
    page = forms.ChoiceField(
        label=_("Where it stands"),
        help_text=_(
            "A notice has an address of its own; a page has one text of yours, below ours."
        ),
        choices=[("", _("as a notice")), *SitePage.choices],
        required=False,
    )
    translation_of = OriginalField()
    embargo_until = forms.DateTimeField(
        label=_("Not before"),
        help_text=_("Day and hour, 90 days ahead at most; empty: as soon as it is approved."),
        required=False,
    )

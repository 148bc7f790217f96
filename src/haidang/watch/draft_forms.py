"""Forms for entering one article by hand: three ways in, and the revision before it is placed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.engine.clippings import BYTES_MAX
from haidang.watch.actions import NewDraft, Revision
from haidang.watch.enums import Precision, Way
from haidang.watch.forms import CONTROL, LANGUAGE_TAG, DayInput
from haidang.watch.models import Draft, Publication

TEXT_MAX = 400_000
EARLIEST = date(1990, 1, 1)
FILES = ".png,.jpg,.jpeg,.tif,.tiff,.pdf,.txt,image/png,image/jpeg,image/tiff,application/pdf,text/plain"


class LineField(forms.CharField):
    """One line: control characters and breaks become spaces."""

    def to_python(self, value: Any) -> str:
        return CONTROL.sub(" ", super().to_python(value) or "").strip()


class _Dated(forms.Form):
    """The day an article was printed or broadcast, and the hour if it is known."""

    day = forms.DateField(label=_("Day"), required=False, widget=DayInput)
    hour = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(
            format="%H:%M", attrs={"placeholder": "06:30", "autocomplete": "off", "size": 6}
        ),
    )

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        if day is not None and day < EARLIEST:
            raise ValidationError(_("Articles from before 1990 are not entered."))
        return day

    def moment(self) -> tuple[datetime | None, Precision]:
        """When it was printed, and how exactly that is known."""
        day, hour = self.cleaned_data.get("day"), self.cleaned_data.get("hour")
        if day is None:
            return None, Precision.SEEN
        local = timezone.make_aware(datetime.combine(day, hour or time()))
        at = min(local.astimezone(UTC), timezone.now())
        return at, Precision.DAY if hour is None else Precision.TIME


class _Placed(_Dated):
    """An article of a publication that is chosen from the registered ones."""

    publication = forms.ModelChoiceField(
        label=_("Publication"), queryset=Publication.objects.none(), empty_label=_("choose")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Publication.objects.filter(paused_at=None).order_by("name", "id")
        self.fields["publication"].queryset = rows  # type: ignore[attr-defined]  # a ModelChoiceField by declaration


class FromAddressForm(forms.Form):
    """An article that stands at an address of a registered publication."""

    way = Way.ADDRESS
    url = LineField(
        label=_("Address of the article"),
        max_length=2048,
        help_text=_("It is fetched once, archived, and shown to you before it is placed."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    def to_draft(self) -> NewDraft:
        """What a valid form hands in."""
        return NewDraft(way=self.way, url=self.cleaned_data["url"])


class FromTextForm(_Placed):
    """An article whose text was copied or typed."""

    way = Way.TEXT
    title = LineField(label=_("Title"), max_length=1000)
    text = forms.CharField(
        label=_("Text"),
        max_length=TEXT_MAX,
        help_text=_("One paragraph a line. Signatures at the head or foot are cut."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    language = forms.RegexField(
        label=_("Language"),
        regex=rf"^{LANGUAGE_TAG.pattern}$",
        required=False,
        max_length=12,
        help_text=_("A language tag, such as vi or en. Left empty, it is told by the text."),
        widget=forms.TextInput(attrs={"size": 6, "autocapitalize": "none"}),
    )
    url = LineField(
        label=_("Address"),
        max_length=2048,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    field_order = ("publication", "title", "text", "day", "hour", "language", "url")

    def to_draft(self) -> NewDraft:
        """What a valid form hands in."""
        told = self.cleaned_data
        at, precision = self.moment()
        return NewDraft(
            way=self.way,
            publication=told["publication"],
            url=told["url"],
            title=told["title"],
            text=told["text"],
            language=told["language"],
            published_at=at,
            precision=precision,
        )


class FromFileForm(_Placed):
    """A clipping, or a note of a broadcast, with the file that is kept as evidence."""

    way = Way.FILE
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_(
            "PNG, JPEG, TIFF, PDF or plain text, up to 25 MB. It is kept as evidence with its SHA-256; its name is not."
        ),
        widget=forms.FileInput(attrs={"accept": FILES}),
    )
    title = LineField(label=_("Title"), max_length=1000, required=False)
    text = forms.CharField(
        label=_("Text"),
        max_length=TEXT_MAX,
        required=False,
        help_text=_("Left empty, it is read from the file, and you correct it next."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    field_order = ("publication", "file", "title", "text", "day", "hour")

    def clean_file(self) -> bytes:
        """The file's bytes. Its name is not looked at."""
        given = self.cleaned_data["file"]
        if given.size > BYTES_MAX:
            raise ValidationError(_("The file is larger than 25 MB."))
        return bytes(given.read())

    def to_draft(self) -> NewDraft:
        """What a valid form hands in."""
        told = self.cleaned_data
        at, precision = self.moment()
        return NewDraft(
            way=self.way,
            publication=told["publication"],
            title=told["title"],
            text=told["text"],
            published_at=at,
            precision=precision,
            file=told["file"],
        )


class RevisionForm(_Dated):
    """What the member corrects before an article is placed."""

    title = LineField(label=_("Title"), max_length=1000)
    text = forms.CharField(
        label=_("Text"),
        max_length=TEXT_MAX,
        help_text=_("One paragraph a line. Signatures at the head or foot are cut."),
        widget=forms.Textarea(attrs={"rows": 18}),
    )
    language = FromTextForm.base_fields["language"]
    url = FromTextForm.base_fields["url"]
    field_order = ("title", "text", "day", "hour", "language", "url")

    def __init__(self, *args: Any, draft: Draft, keep: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft
        if draft.way == Way.ADDRESS:
            del self.fields["url"]
        else:
            self.fields["day"].required = not keep
        if keep:
            self.fields["title"].required = self.fields["text"].required = False

    @staticmethod
    def initial_of(draft: Draft) -> dict[str, Any]:
        """The draft as it stands, for the form."""
        local = timezone.localtime(draft.published_at) if draft.published_at else None
        is_exact = draft.precision == Precision.TIME
        return {
            "title": draft.title,
            "text": draft.text,
            "language": draft.language,
            "url": draft.url,
            "day": local.date() if local else None,
            "hour": local.time() if local and is_exact else None,
        }

    def to_revision(self) -> Revision:
        """What a valid form says. A moment that was not touched stays as exact as it was."""
        told = self.cleaned_data
        at, precision = self.moment()
        if not {"day", "hour"} & set(self.changed_data):
            at, precision = self.draft.published_at, Precision(self.draft.precision)
        return Revision(
            title=told["title"],
            text="\n".join(line for line in told["text"].splitlines() if line.strip()),
            language=told["language"],
            url=told.get("url", "") or "",
            published_at=at,
            precision=precision,
        )

"""Forms of WATCH: searching, and registering a publication with its feed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haidang.watch.enums import FeedKind, Level
from haidang.watch.media_topics import group_media_topics
from haidang.watch.models import RULE_MAX
from haidang.watch.queries import FilterChoices, SearchFilters
from haidang.watch.words import name_language, name_topic

CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
LANGUAGE_TAG = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,2}")
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
QUERY_MAX = 300


class DayInput(forms.DateInput):
    """A day as the page's language writes it.

    The browser's own field follows the browser's language, in which 03/04 may be 4 March.
    """

    def __init__(self) -> None:
        super().__init__(attrs={"placeholder": "23/11/2026", "autocomplete": "off", "size": 11})


class QueryField(forms.CharField):
    """Words to search for: one line, no control characters."""

    def to_python(self, value: Any) -> str:
        return CONTROL.sub(" ", super().to_python(value) or "").strip()


class SearchForm(forms.Form):
    """What to search for, and where. Filled from the address, so that a search can be kept as a link."""

    q = QueryField(
        label=_("Words"),
        max_length=QUERY_MAX,
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}
        ),
        validators=[],
    )
    publication = forms.TypedChoiceField(
        label=_("Publication"), required=False, coerce=int, empty_value=None
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)
    topic = forms.TypedChoiceField(label=_("Topic"), required=False, coerce=int, empty_value=None)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Until"), required=False, widget=DayInput)
    fold = forms.BooleanField(label=_("Fold reprints under their original"), required=False)

    def __init__(self, *args: Any, choices: FilterChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("all"))]
        languages = [(code, name_language(code)) for code in choices.languages]
        self.fields["publication"].choices = [*every, *choices.publications]  # type: ignore[attr-defined] # a ChoiceField by declaration
        self.fields["country"].choices = [*every, *((code, code) for code in choices.countries)]  # type: ignore[attr-defined] # see above
        self.fields["language"].choices = [*every, *languages]  # type: ignore[attr-defined] # see above
        self.fields["level"].choices = [*every, *Level.choices]  # type: ignore[attr-defined] # see above
        topics = [(number, name_topic(vi, en)) for number, vi, en in choices.topics]
        self.fields["topic"].choices = [*every, *topics]  # type: ignore[attr-defined] # see above

    @classmethod
    def from_address(cls, told: QueryDict, *, choices: FilterChoices) -> SearchForm:
        """The form as an address fills it. A short address (words alone) folds reprints."""
        filled: dict[str, Any] = told.dict()
        if "publication" not in filled and "fold" not in filled:
            filled["fold"] = "on"
        return cls(filled, choices=choices)

    def clean_since(self) -> date | None:
        return self._in_range("since")

    def clean_until(self) -> date | None:
        return self._in_range("until")

    def _in_range(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day is not None and not EARLIEST <= day <= LATEST:
            raise ValidationError(_("This day is too far away."))
        return day

    def to_filters(self) -> SearchFilters:
        """The filters of a valid form."""
        told = self.cleaned_data
        return SearchFilters(
            publication=told["publication"],
            country=told["country"],
            language=told["language"],
            level=told["level"],
            topic=told["topic"],
            since=told["since"],
            until=told["until"],
            fold_reprints=told["fold"],
        )


def read_address(told: str) -> str:
    """A whole http(s) address as a person typed it. Raises ValidationError."""
    url = told.strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise ValidationError(_("A whole address is wanted, such as https://example.org/feed."))
    return url


class AddSourceForm(forms.Form):
    """A publication, the organisation whose it is, the page that says so, and where it tells its news."""

    name = forms.CharField(label=_("Name of the publication"), max_length=200)
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=200,
        help_text=_(
            "The legal name of the organisation that publishes it. One person is not followed."
        ),
    )
    organisation_page = forms.CharField(
        label=_("The organisation's own page that names the publication"),
        max_length=2048,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    feed = forms.CharField(
        label=_("Address of the feed"),
        max_length=2048,
        help_text=_(
            "RSS, Atom, JSON Feed, a news sitemap, or a page on which the publication lists its articles."
        ),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    is_page = forms.BooleanField(
        label=_("This is a page without a feed: read its links"), required=False
    )
    country = forms.RegexField(
        label=_("Country"),
        regex=r"^[A-Za-z]{2}$",
        help_text=_("Two letters, such as VN."),
        initial="VN",
        widget=forms.TextInput(attrs={"size": 4, "maxlength": 2, "autocapitalize": "characters"}),
    )
    language = forms.RegexField(
        label=_("Language"),
        regex=rf"^{LANGUAGE_TAG.pattern}$",
        help_text=_("A language tag, such as vi or en."),
        initial="vi",
        max_length=12,
        widget=forms.TextInput(attrs={"size": 6, "autocapitalize": "none"}),
    )
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices, initial=Level.PROVINCE)

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def clean_organisation_page(self) -> str:
        return self._address("organisation_page")

    def clean_feed(self) -> str:
        return self._address("feed")

    def _address(self, name: str) -> str:
        return read_address(str(self.cleaned_data[name]))

    @property
    def feed_kind(self) -> FeedKind:
        """What the person said of the feed; the first visit finds out the rest."""
        return FeedKind.PAGE if self.cleaned_data["is_page"] else FeedKind.UNKNOWN


class TopicForm(forms.Form):
    """A topic: its names, its rule as a search, and what of the press it looks at."""

    title_vi = forms.CharField(label=_("Name in Vietnamese"), max_length=120)
    title_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    rule = QueryField(
        label=_("Rule"),
        max_length=RULE_MAX,
        help_text=_(
            "A search: words, “phrases”, OR, NOT, parentheses. Words with marks are looked for with their marks."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    languages = forms.MultipleChoiceField(
        label=_("Only in these languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    levels = forms.MultipleChoiceField(
        label=_("Only from these levels"),
        required=False,
        choices=Level.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    medtop = forms.ChoiceField(label=_("IPTC Media Topic"), required=False)
    purpose = forms.CharField(label=_("Purpose"), max_length=300, required=False)
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=DayInput)

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [(code, name_language(code)) for code in languages]
        self.fields["languages"].choices = told  # type: ignore[attr-defined] # a ChoiceField by declaration
        terms = group_media_topics(get_language() or "en")
        self.fields["medtop"].choices = [("", _("none")), *terms]  # type: ignore[attr-defined] # see above


class PrivateFeedForm(forms.Form):
    """Which list of the desk is wanted at a private address."""

    list = forms.ChoiceField(
        label=_("List"),
        help_text=_(
            "To follow words, make a topic: all members see it, and its list can be chosen here."
        ),
    )

    def __init__(self, *args: Any, lists: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["list"].choices = [*lists]  # type: ignore[attr-defined] # a ChoiceField by declaration

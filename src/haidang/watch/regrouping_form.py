"""The form of a story's edit mode: what is chosen, what to do with it, and the story at the other end."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from haidang.watch.models import Story
from haidang.watch.queries import StoryPage
from haidang.watch.queries.regrouping import find_successor

OTHER = re.compile(r"(?:^|/s/)([1-9][0-9]{0,17})(?:$|[/?#.])")
WITH_OTHER = frozenset({"move", "merge"})
WHOLE = frozenset({"merge", "pin_story", "unpin_story"})


class RegroupForm(forms.Form):
    """Articles of one story, an act, and where that act needs it another story."""

    articles = forms.TypedMultipleChoiceField(coerce=int, required=False)
    act = forms.ChoiceField(initial="split")
    near = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    other = forms.CharField(required=False, max_length=300)

    def __init__(self, *args: Any, page: StoryPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [
            number
            for article in page.articles
            for number in (article.id, *(copy.article_id for copy in article.copies))
        ]
        self.fields["articles"].choices = [(number, number) for number in listed]  # type: ignore[attr-defined] # a ChoiceField by declaration
        self.fields["near"].choices = [("", ""), *((one.id, one.title) for one in page.related)]  # type: ignore[attr-defined] # see above
        self.fields["act"].choices = self.acts = _acts(is_pinned=page.pinned)  # type: ignore[attr-defined] # see above
        self.fields["articles"].error_messages["invalid_choice"] = _(
            "Some of the chosen articles no longer stand in this story. Look again and choose."
        )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        act = told.get("act")
        if act and act not in WHOLE and not told.get("articles") and "articles" not in self.errors:
            self.add_error("articles", _("No article is chosen."))
        if act in WITH_OTHER and not self.errors:
            told["target"] = self._find_target(told)
        return told

    def _find_target(self, told: dict[str, Any]) -> Story:
        """The story that is typed, else the one that is chosen among the near ones."""
        typed = str(told.get("other") or "").strip()
        found = OTHER.search(typed)
        number = int(found[1]) if found else None if typed else told.get("near")
        target = find_successor(number) if number else None
        if target is None:
            raise ValidationError(
                _("Say which other story: choose one, or give its number or its address.")
            )
        return target


def _acts(*, is_pinned: bool) -> list[tuple[str, Any]]:
    pin_story = (
        ("unpin_story", _("Unpin the story: the machine may add to it again"))
        if is_pinned
        else ("pin_story", _("Pin the story: the machine adds only reprints of its articles"))
    )
    return [
        ("split", _("Make the chosen articles a new story")),
        ("move", _("Move the chosen articles to another story")),
        ("pin", _("Pin the chosen articles: the machine leaves them as they stand")),
        ("unpin", _("Unpin the chosen articles")),
        ("merge", _("Merge this whole story into another")),
        pin_story,
    ]

"""Dates and numbers are written and read as the reader's language does."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.utils import formats, translation

MOMENT = datetime(2026, 4, 3, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("typed", ["03/04/2026", "2026-04-03"])
def test_third_of_april_is_not_the_fourth_of_march(language: str, typed: str) -> None:
    with translation.override(language):
        assert forms.DateField().clean(typed) == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("language", "day", "moment", "number"),
    [
        ("vi", "03/04/2026", "01:02 03/04/2026", "1.234.567,89"),
        ("en", "3 Apr 2026", "01:02, 3 Apr 2026", "1,234,567.89"),
    ],
)
def test_dates_and_numbers_are_written_as_in_the_language(
    language: str, day: str, moment: str, number: str
) -> None:
    with translation.override(language):
        assert formats.date_format(MOMENT, "SHORT_DATE_FORMAT") == day
        assert formats.date_format(MOMENT, "SHORT_DATETIME_FORMAT") == moment
        assert formats.number_format(1_234_567.89, 2, use_l10n=True, force_grouping=True) == number


@pytest.mark.parametrize("language", ["vi", "en"])
def test_week_begins_on_monday(language: str) -> None:
    with translation.override(language):
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1

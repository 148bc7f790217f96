"""3. Facts, never opinions: no verdict yet, and above all nothing that rates anyone."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.promises.absent import assert_no_door
from tests.promises.doors import find_doors

from haidang.watch import enums


def test_no_verdict_can_be_given() -> None:
    assert_no_door(3, "verdict", "claim", "rating", "opinion", "label", "tag")


def test_vocabularies_can_be_read_and_not_written() -> None:
    """Pages under their own name, and no table, form, act or verb: a set of words is changed in the code."""
    found = find_doors("vocabulary", "vocabularies", "term")
    assert [door for door in found if not re.match(r"address (vi/|en/)?vocabulary", door)] == []
    for path in ("/vocabulary", "/vocabulary.json", "/vocabulary.csv"):
        assert Client().post(path).status_code == 405


def test_nothing_rates_a_person_or_an_outlet() -> None:
    words = "loyalty hostility hostile tone bias leaning stance reliability credibility trust rank"
    assert find_doors(*words.split()) == []


@pytest.mark.django_db
def test_public_vocabulary_is_that_of_the_code_and_judges_nobody() -> None:
    """What stands at /vocabulary is closed sets: no table could add to it, and no word of it is a verdict."""
    with CaptureQueriesContext(connection) as asked:
        told = Client().get("/vocabulary.json").json()["vocabularies"]
    assert [sql["sql"] for sql in asked if "core_publicstate" not in sql["sql"]] == []
    judging = {"good", "bad", "fake", "false", "true", "hostile", "friendly", "toxic", "reliable"}
    assert [one["code"] for one in told if judging & {term["code"] for term in one["terms"]}] == []


@pytest.mark.parametrize("name", ["Level", "FeedKind", "EntryState", "ReprintKind", "PageKind"])
def test_closed_sets_say_what_a_thing_is_never_how_good_it_is(name: str) -> None:
    judging = {"good", "bad", "fake", "false", "true", "hostile", "friendly", "toxic", "reliable"}
    assert judging & set(getattr(enums, name).values) == set()

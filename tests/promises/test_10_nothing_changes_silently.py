"""10. Nothing changes silently: nothing is corrected yet, and what the press changes stays visible."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.promises.absent import assert_no_door
from tests.watch.rows import NOW, make_article, make_feed, make_page, place

import haidang
from haidang.core.models import LogEntry, Member
from haidang.watch.models import ArticleVersion
from haidang.watch.queries import find_article

PACKAGE = Path(haidang.__file__).parent
CHANGES = {"update", "delete", "bulk_update", "save"}


def test_nothing_of_ours_can_be_corrected_yet() -> None:
    assert_no_door(10, "correction", "correct", "amend", "witness")


@pytest.mark.django_db
def test_what_a_publisher_changed_is_shown_with_what_stood_before() -> None:
    from haidang.watch.actions.pages import page_to_json

    feed = make_feed()
    article = make_article(feed.publication, "Có ba người bị thương.", title="Ba người", feed=feed)
    entry = article.entries.get()
    entry.state = "read"
    entry.page = page_to_json(make_page("Có hai người bị thương.", title="Hai người", at=NOW))
    entry.save()
    place(entry)
    page = find_article(article.id)
    assert page is not None
    [version] = page.versions
    assert (page.title, version.title, version.title_changed) == ("Hai người", "Ba người", True)
    assert ArticleVersion.objects.get().text == "Có ba người bị thương."


def test_log_is_only_ever_added_to() -> None:
    """No line of ours changes or takes away an entry of the log of acts."""
    odd = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_change = isinstance(node, ast.Attribute) and node.attr in CHANGES
            if is_change and "LogEntry" in ast.unparse(node):
                odd.append(path.name)
    assert odd == []


@pytest.mark.django_db
def test_act_of_a_person_is_logged_with_who_and_what(client_of, an: Member) -> None:
    client_of(an).post(
        "/sources/add",
        {
            "name": "Báo tỉnh",
            "organisation": "Tỉnh tưởng tượng",
            "organisation_page": "https://baotinh.example/",
            "feed": "https://baotinh.example/feed",
            "country": "VN",
            "language": "vi",
            "level": "province",
        },
    )
    assert list(LogEntry.objects.values_list("act", "what", "member__username")) == [
        ("propose_publication", "Báo tỉnh", "an"),
    ]

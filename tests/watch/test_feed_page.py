"""The page that tells how one feed is read, and lets members say where its headlines stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.watch.rows import NOW, make_entry, make_feed

from haidang.watch import actions
from haidang.watch.models import Feed

pytestmark = pytest.mark.django_db
SELECTOR = ".cot-chinh h3 a"


def address(feed: Feed) -> str:
    return f"/sources/feeds/{feed.id}"


def read(client, feed: Feed, *, language: str = "vi") -> str:
    client.cookies["language"] = language
    answer = client.get(address(feed))
    assert answer.status_code == 200
    return answer.content.decode()


def test_page_shows_what_the_feed_gave_and_where_its_headlines_stood(client_of, an) -> None:
    feed = make_feed(kind="page", selector="div.list > a")
    make_entry(feed, title="Lúa <b>sớm</b>")
    told = read(client_of(an), feed)
    assert "Lúa &lt;b&gt;sớm&lt;/b&gt;" in told
    assert "<code>div.list &gt; a</code>" in told
    assert feed.publication.name in told


def test_member_says_where_the_headlines_stand(client_of, an) -> None:
    feed = make_feed(kind="page", next_visit_at=NOW + timedelta(days=9999))
    client = client_of(an)
    answer = client.post(address(feed), {"selector": SELECTOR})
    assert (answer.status_code, answer.headers["Location"]) == (302, address(feed))
    feed.refresh_from_db()
    assert (feed.selector, feed.selector_given) == (SELECTOR, True)
    assert f'value="{SELECTOR}"' in read(client, feed)


def test_selector_that_cannot_be_read_is_told_beside_its_field(client_of, an) -> None:
    feed = make_feed(kind="page")
    answer = client_of(an).post(address(feed), {"selector": "a:hover"})
    assert answer.status_code == 400
    assert "id_selector_error" in answer.content.decode()
    feed.refresh_from_db()
    assert feed.selector == ""


def test_only_members_see_and_change_how_a_feed_is_read(client_of, everyone) -> None:
    feed, told = make_feed(kind="page"), {}
    for name, member in everyone.items():
        client = client_of(member)
        got = client.get(address(feed)).status_code
        told[name] = (got, client.post(address(feed), {"selector": "a"}).status_code)
    assert told == {"An": (200, 302), "Bình": (200, 302), "Cúc": (302, 302), "Dũng": (302, 302)}


@pytest.mark.parametrize("kind", ["import", "backfill", "hand"])
def test_rows_that_are_no_feeds_have_no_such_page(client_of, an, kind: str) -> None:
    feed = make_feed(kind=kind, next_visit_at=None)
    assert client_of(an).get(address(feed)).status_code == 404


@pytest.mark.parametrize(
    ("base", "state", "says"),
    [
        ("", None, "HAIDANG_BASE_URL"),
        ("https://desk.example.org", None, "has not answered yet"),
        ("https://desk.example.org", "on", "at once, until"),
        ("https://desk.example.org", "denied", "does not tell us"),
    ],
)
def test_page_says_what_the_hub_does(client_of, an, settings, base, state, says) -> None:
    settings.BASE_URL = base
    feed = make_feed(kind="rss", hub_url="https://hub.example/", topic_url="https://x.example/")
    if base:
        subscription = actions.open_subscription(feed, now=NOW)
        if state == "on":
            actions.confirm_subscription(
                subscription, topic="https://x.example/", lease_s=86_400, now=NOW
            )
        elif state == "denied":
            actions.deny_subscription(subscription, now=NOW)
    told = read(client_of(an), feed, language="en")
    assert says in told
    assert "Where the headlines stand" not in told


def test_page_takes_the_same_queries_for_one_headline_and_three(client_of, an) -> None:
    feed, client = make_feed(kind="page"), client_of(an)
    make_entry(feed)
    client.get(address(feed))
    counted = []
    for more in (0, 2):
        for _ in range(more):
            make_entry(feed)
        with CaptureQueriesContext(connection) as seen:
            client.get(address(feed))
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_source_page_leads_to_how_its_feed_is_read(client_of, an) -> None:
    feed = make_feed()
    source = client_of(an).get(f"/sources/{feed.publication_id}").content.decode()
    assert f'href="{address(feed)}"' in source

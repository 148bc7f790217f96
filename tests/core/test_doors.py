"""Every address × every role × own, other and missing object (the table: `doors_table.py`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from tests.cast import _join
from tests.core.doors_table import EVERYONE, LEFT, NO_ROLE, OUTSIDER, TABLE, Row
from tests.watch.rows import make_article, make_feed

from haidang.core import actions
from haidang.core.bearers import pace_of_anyone
from haidang.core.enums import LinkPurpose
from haidang.core.links import make_link_token
from haidang.core.models import (
    InboxLine,
    Member,
    Passage,
    PublicItem,
    Subscriber,
    Unit,
    Webhook,
)
from haidang.watch.models import Topic
from haidang.watch.views.private import pace

pytestmark = pytest.mark.django_db


def routes() -> set[str]:
    """Every address as it is written, without files of the program itself."""

    def walk(resolver: URLResolver, before: str) -> set[str]:
        found: set[str] = set()
        for one in resolver.url_patterns:
            told = before + str(one.pattern)
            found |= {told} if isinstance(one, URLPattern) else walk(one, told)
        return found

    return walk(get_resolver(), "")


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    told = [row.route for row in TABLE]
    assert len(told) == len(set(told))
    assert {
        "new address without a row": routes() - set(told),
        "row of none": set(told) - routes(),
    } == {
        "new address without a row": set(),
        "row of none": set(),
    }


@pytest.fixture
def browsers(client_of: Callable[..., Client]) -> dict[str, Client]:
    """One browser for everyone of the table."""
    opened = {}
    for who in sorted(EVERYONE):
        if who == OUTSIDER:
            opened[who] = client_of(None)
            continue
        roles = [] if who in {LEFT, NO_ROLE} else [who]
        opened[who] = client_of(_join(who.replace(" ", "_"), roles, is_active=who != LEFT))
    return opened


@pytest.fixture
def things(db: None, an: Member) -> dict[str, object]:
    """What exists, for the addresses of the table; it is An's, so to all others it is another's."""
    feed = make_feed()
    article = make_article(feed=feed)
    now = timezone.now()
    own = {"proposer": an, "opened_at": now, "rule_at": now, "rule": "lũ"}
    passage = Passage.objects.create(
        act="publish",
        kind="notice",
        language="vi",
        title="Thông báo",
        body="x",
        proposer=an,
        proposed_at=now,
    )
    item = PublicItem.objects.create(
        kind="notice",
        language="vi",
        title="Thông báo",
        json_ld={},
        published_at=now,
        changed_at=now,
    )
    feed_row, feed_key = actions.make_private_feed(
        an, name="x", path="/watch", language="vi", now=now
    )
    token_row, _token = actions.make_token(an, name="x", scopes=["read:public"], days=30, now=now)
    asked = Subscriber.objects.create(
        sealed_address=b"x", address_digest="x", salt="x", language="vi", asked_on=now.date()
    )
    return {
        "line": InboxLine.objects.create(
            member=an, kind="log_opened", address="/desk/log/mine", at=now
        ).pk,
        "private_feed": feed_row.pk,
        "feed_key": feed_key,
        "access_token": token_row.pk,
        "webhook": Webhook.objects.create(
            name="x", url="https://x.example/", made_by=an, made_at=now, sealed_key=b"x"
        ).pk,
        "yes": make_link_token(asked, "confirm"),
        "no": make_link_token(asked, "unsubscribe"),
        "passage": passage.pk,
        "item": item.pk,
        "story": article.story_id,
        "article": article.id,
        "feed": feed.id,
        "publication": feed.publication_id,
        "topic": Topic.objects.create(title_vi="Lũ", needs_second=False, **own).pk,
        "office": Topic.objects.create(
            title_vi="Sở", needs_second=True, purpose="x", ends_on=now.date(), **own
        ).pk,
        "unit": Unit.objects.get(is_root=True).pk,
        "member": _join("ai", ["reader"]).pk,
        "token": actions.make_link(LinkPurpose.FIRST_MEMBER, now=now),
    }


def answer_of(browser: Client, row: Row, address: str) -> str:
    """In a word: let in, no such thing, not yours, sign in first. Nothing is changed by asking."""
    own = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}
    with transaction.atomic():
        answer = getattr(browser, row.method)(address, headers=own)
        transaction.set_rollback(True)
    if answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?next="):
        return "sign in"
    return {401: "refused", 403: "refused", 405: "refused", 404: "missing", 410: "missing"}.get(
        answer.status_code, "let in"
    )


def expected(row: Row, who: str, *, there: bool) -> str:
    if who in row.let_in:
        return "let in" if there else "missing"
    if not there and who in row.may_know:
        return "missing"
    if who in {OUTSIDER, LEFT}:
        return "sign in" if row.refusal_of_outsiders == 302 else "refused"
    return "refused"


def test_each_address_lets_in_whom_the_table_says(
    browsers: dict[str, Client], things: dict[str, object]
) -> None:
    told, wanted = {}, {}
    for row in TABLE:
        pace_of_anyone.forget()  # nine readers of the table ask from one place
        pace.forget()
        for who, browser in browsers.items():
            cookie = browser.cookies.get("sessionid")
            for address, there in ((row.there, True), (row.missing, False)):
                if address:
                    key = f"{row.route} · {who} · {'there' if there else 'missing'}"
                    told[key] = answer_of(browser, row, address.format(**things))
                    wanted[key] = expected(row, who, there=there)
            if cookie is not None:
                browser.cookies["sessionid"] = cookie.value  # signing out takes it away
    assert {key: (told[key], wanted[key]) for key in told if told[key] != wanted[key]} == {}


@pytest.mark.parametrize("who", [OUTSIDER, LEFT, NO_ROLE, "reader"])
def test_form_is_not_taken_from_those_whom_its_page_refuses(
    who: str, browsers: dict[str, Client], things: dict[str, object]
) -> None:
    """Whoever may not see a page cannot send to its address either, whatever they send."""
    taken = []
    for row in TABLE:
        if row.method == "get" and row.there and who not in row.let_in:
            address = row.there.format(**things)
            if answer_of(browsers[who], replace(row, method="post"), address) == "let in":
                taken.append(row.route)
    assert taken == []


OWN = {  # what is An's own opens to her, though the table keeps all others of her roles out
    "inbox line": "/desk/inbox/{line}",
    "private feed": "/account/feeds/{private_feed}/end",
    "token": "/account/tokens/{access_token}/end",
}


@pytest.mark.parametrize("thing", OWN)
def test_what_is_ones_own_opens_to_its_owner_and_to_no_equal(
    thing: str,
    things: dict[str, object],
    client_of: Callable[..., Client],
    an: Member,
    binh: Member,
) -> None:
    address = OWN[thing].format(**things)
    row = Row(address, EVERYONE, method="post")
    told = {who.username: answer_of(client_of(who), row, address) for who in (an, binh)}
    assert told["an"] == "let in"
    assert told["bình"] in {"missing", "refused"}

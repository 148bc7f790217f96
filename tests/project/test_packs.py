"""Starter packs: sound lists of organisations' feeds, each said to be not verified from here."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from tests.watch.rows import NOW

from haidang.core import actions as core_actions
from haidang.core.enums import DeskMode, LinkPurpose, Role
from haidang.core.models import Member
from haidang.engine.feeds import read_opml
from haidang.project.cli.main import main
from haidang.project.packs import FOLDER, UNVERIFIED, add_feeds, load_packs
from haidang.watch.models import Feed, Publication
from haidang.watch.rules import belongs_to, find_refusal, host_of

EVERY = [feed for pack in load_packs().values() for feed in pack.feeds]


def test_packs_are_four_and_none_is_empty() -> None:
    sizes = {name: len(pack.feeds) for name, pack in load_packs().items()}
    assert list(sizes) == ["vietnam-national", "vietnam-provinces", "fact-checks", "world"]
    assert min(sizes.values()) >= 10


def test_each_feed_says_that_it_was_not_verified() -> None:
    assert {feed.verified for feed in EVERY} == {UNVERIFIED}


def test_each_feed_may_be_followed_and_lies_on_its_publications_hosts() -> None:
    assert len({feed.url for feed in EVERY}) == len(EVERY)
    for feed in EVERY:
        assert urlsplit(feed.url).scheme == "https", feed.url
        assert [find_refusal(url) for url in (feed.url, feed.organisation_page)] == [None, None]
        assert belongs_to(feed.url, frozenset(feed.hosts)), feed.url
        assert belongs_to(feed.home_url, frozenset(feed.hosts)), feed.home_url
        assert all(host == host_of(f"https://{host}/") for host in feed.hosts)
        assert feed.organisation
        assert feed.publication


def test_other_readers_can_take_the_packs_as_opml() -> None:
    for name, pack in load_packs().items():
        read = read_opml((FOLDER / f"{name}.opml").read_bytes())
        assert [feed.url for feed in read.feeds] == [feed.url for feed in pack.feeds]
        assert (read.refused, read.title) == ((), pack.title_en)


def test_all_packs_can_be_added_and_a_second_time_adds_nothing(db: None) -> None:
    first = add_feeds(EVERY, by=None, now=NOW, from_command=True)
    again = add_feeds(EVERY, by=None, now=NOW, from_command=True)
    assert (len(first.added), first.refused) == (len(EVERY), ())
    assert (len(again.known), again.added) == (len(EVERY), ())
    assert Feed.objects.count() == len(EVERY)
    publications = {feed.publication for feed in EVERY}
    assert Publication.objects.count() == len(publications)


def test_command_lists_and_adds(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["source", "packs", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {pack["verified"] for pack in told} == {UNVERIFIED}
    assert main(["source", "add-pack", "fact-checks"]) == 0
    assert Feed.objects.count() == len(load_packs()["fact-checks"].feeds)
    assert main(["source", "add-pack", "nowhere"]) == 2


# ---------------------------------------------------------------- the page


def test_page_is_for_members(
    everyone: dict[str, Member | None], client_of: Callable[..., Client]
) -> None:
    told = {
        name: client_of(who).get("/sources/packs").status_code for name, who in everyone.items()
    }
    assert told == {"An": 200, "Bình": 200, "Cúc": 302, "Dũng": 302}


def test_page_follows_what_is_ticked_and_nothing_else(
    an: Member, client_of: Callable[..., Client]
) -> None:
    client = client_of(an)
    assert client.post("/sources/packs", {}).status_code == 400
    single = load_packs()["vietnam-provinces"].feeds[3]
    chosen = {"pack": "fact-checks", "feed": [single.url, "https://elsewhere.example/feed"]}
    answer = client.post("/sources/packs", chosen)
    assert answer.headers["Location"] == "/sources/"
    wanted = {feed.url for feed in load_packs()["fact-checks"].feeds} | {single.url}
    assert set(Feed.objects.values_list("url", flat=True)) == wanted
    page = client.get("/sources/packs").content.decode()
    assert f'value="{single.url}"' not in page  # followed: nothing to tick


def test_each_feed_on_the_page_says_that_it_was_not_verified(
    an: Member, client_of: Callable[..., Client]
) -> None:
    client = client_of(an)
    client.cookies["language"] = "en"
    assert client.get("/sources/packs").content.decode().count(UNVERIFIED) == len(EVERY)


@pytest.mark.parametrize(
    ("mode", "purpose", "leads"),
    [
        (DeskMode.NEW, LinkPurpose.FIRST_MEMBER, "/people/organisation"),
        (DeskMode.DEMO, LinkPurpose.FIRST_MEMBER, "/watch/"),
        (DeskMode.NEW, LinkPurpose.NEW_PASSWORD, "/watch/"),
    ],
)
def test_first_member_of_a_new_desk_says_whose_it_is(
    db: None, client_of: Callable[..., Client], mode: DeskMode, purpose: LinkPurpose, leads: str
) -> None:
    now = timezone.now()
    core_actions.set_mode(mode, now=now)
    known = purpose is LinkPurpose.NEW_PASSWORD
    member = core_actions.add_member("hải", now=now, roles=[Role.EDITOR]) if known else None
    token = core_actions.make_link(purpose, now=now, member=member)
    password = "đèn biển soi đêm dài"
    form = {"username": "hải", "password1": password, "password2": password}
    answer = client_of(None).post(f"/setup/{token}", form)
    assert (answer.status_code, answer.headers["Location"]) == (302, leads)


def test_packs_are_offered_once_the_organisation_is_named(
    db: None, client_of: Callable[..., Client]
) -> None:
    now = timezone.now()
    core_actions.open_desk(now=now)
    token = core_actions.make_link(LinkPurpose.FIRST_MEMBER, now=now)
    password = "đèn biển soi đêm dài"
    browser = client_of(None)
    browser.post(
        f"/setup/{token}", {"username": "hải", "password1": password, "password2": password}
    )
    told = {"name": "Sở Ví dụ", "country": "VN", "languages": ["vi"], "contact": "a@b.example"}
    answer = browser.post("/people/organisation", told)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sources/packs")
    assert browser.get("/sources/packs").status_code == 200
    answer = browser.post("/people/organisation", {**told, "name": "Sở Ví dụ mới"})
    assert answer.headers["Location"] == "/people/"

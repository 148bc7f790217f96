"""One-time links: they let the right person in once, for a day, and nobody else ever."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from tests.cast import PASSWORD

from haidang.core import actions, queries
from haidang.core.enums import LinkPurpose
from haidang.core.models import LogEntry, Member, OneTimeLink

pytestmark = pytest.mark.django_db
FIRST = LinkPurpose.FIRST_MEMBER


def set_up(client: Client, token: str, **told: str) -> object:
    form = {"username": "an", "password1": PASSWORD, "password2": PASSWORD, **told}
    return client.post(f"/setup/{token}", form)


def test_link_makes_the_first_member_and_signs_in(client: Client) -> None:
    token = actions.make_link(FIRST, now=timezone.now())
    assert client.get(f"/setup/{token}").status_code == 200
    answer = set_up(client, token)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/watch/")
    member = Member.objects.get()
    assert (member.username, member.check_password(PASSWORD)) == ("an", True)
    assert client.get("/watch/").status_code == 200
    assert list(LogEntry.objects.values_list("act", "what", "member__username")) == [
        ("use_link", "first_member", "an")
    ]


def test_link_works_once(client: Client) -> None:
    token = actions.make_link(FIRST, now=timezone.now())
    set_up(client, token)
    other = Client()
    assert other.get(f"/setup/{token}").status_code == 410
    assert set_up(other, token, username="binh").status_code == 410
    assert Member.objects.count() == 1


def test_link_expires_after_a_day(now: datetime) -> None:
    token = actions.make_link(FIRST, now=now)
    late = now + timedelta(hours=24)
    assert queries.find_link(token, now=late - timedelta(seconds=1)) is not None
    with pytest.raises(PermissionDenied):
        actions.use_link(token, username="an", password=PASSWORD, now=late)
    assert Member.objects.count() == 0


def test_link_is_spent_even_when_two_use_it_at_once(now: datetime) -> None:
    """The second finds the link while the first is about to use it up: only one gets in."""
    token = actions.make_link(FIRST, now=now)
    link = queries.find_link(token, now=now)
    actions.use_link(token, username="an", password=PASSWORD, now=now)
    spent = OneTimeLink.objects.filter(id=link.id, used_at=None).update(used_at=now)
    assert spent == 0
    with pytest.raises(PermissionDenied):
        actions.use_link(token, username="binh", password=PASSWORD, now=now)


def test_newer_link_takes_the_older_ones_place(now: datetime) -> None:
    old, new = (actions.make_link(FIRST, now=now) for _ in range(2))
    assert queries.find_link(old, now=now) is None
    assert queries.find_link(new, now=now) is not None


def test_link_is_kept_as_a_hash_only(now: datetime) -> None:
    token = actions.make_link(FIRST, now=now)
    kept = OneTimeLink.objects.values().get()
    assert token not in str(kept)
    assert len(token) >= 43  # 256 bits


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"password1": "ngắn", "password2": "ngắn"}, "password1"),
        ({"password1": "password1234", "password2": "password1234"}, "password1"),
        ({"password1": "an-an-an-an-an", "password2": "an-an-an-an-am"}, "password2"),
        ({"username": "binh"}, "username"),
        ({"username": "an an"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "x" * 61}, "username"),
    ],
)
def test_link_stays_usable_after_a_mistake(
    client: Client, told: dict[str, str], field: str
) -> None:
    Member.objects.create(username="binh", joined_at=timezone.now())
    token = actions.make_link(FIRST, now=timezone.now())
    answer = set_up(client, token, **told)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert Member.objects.count() == 1
    assert set_up(client, token).status_code == 302


def test_name_taken_meanwhile_is_told_and_changes_nothing(now: datetime, binh: Member) -> None:
    token = actions.make_link(FIRST, now=now)
    with pytest.raises(ValidationError) as caught:
        actions.use_link(token, username="bình", password=PASSWORD, now=now)
    assert list(caught.value.message_dict) == ["username"]
    assert (Member.objects.count(), LogEntry.objects.count()) == (1, 0)


def test_names_that_look_the_same_are_the_same(now: datetime) -> None:
    """A name typed in decomposed letters does not become a second member."""
    actions.add_member("bình", now=now)
    with pytest.raises(ValidationError):
        actions.add_member("bi\u0300nh", now=now)


def test_password_link_changes_the_password_of_its_member_only(
    client: Client, an: Member, binh: Member
) -> None:
    token = actions.make_link(LinkPurpose.NEW_PASSWORD, now=timezone.now(), member=an)
    fresh = "ngọn đèn mới trên đảo xa"
    assert (
        set_up(client, token, username="bình", password1=fresh, password2=fresh).status_code == 302
    )
    an.refresh_from_db()
    binh.refresh_from_db()
    assert (an.check_password(fresh), binh.check_password(PASSWORD)) == (True, True)
    assert int(client.session["_auth_user_id"]) == an.pk


def test_password_link_ends_sessions_opened_with_the_old_password(client_of, an: Member) -> None:
    thief = client_of(an)
    assert thief.get("/watch/").status_code == 200
    token = actions.make_link(LinkPurpose.NEW_PASSWORD, now=timezone.now(), member=an)
    actions.use_link(token, username="an", password="ngọn đèn mới trên đảo xa", now=timezone.now())
    assert thief.get("/watch/").status_code == 302


def test_password_link_of_one_who_left_lets_nobody_in(client_of, cuc: Member) -> None:
    token = actions.make_link(LinkPurpose.NEW_PASSWORD, now=timezone.now(), member=cuc)
    browser = client_of(None)
    set_up(browser, token, username="cúc")
    assert browser.get("/watch/").status_code == 302


def test_pages_behind_a_link_are_kept_by_nobody(client: Client) -> None:
    """The address is the key: no cache keeps the page, and no other site is told where it was."""
    token = actions.make_link(FIRST, now=timezone.now())
    answer = client.get(f"/setup/{token}")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}

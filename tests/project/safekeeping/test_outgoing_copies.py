"""What goes out, in copies of a desk: an export carries none of it, and a backup that is put back sends nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.project.safekeeping.desks import agreed_export

from haidang.core import actions
from haidang.core.enums import LetterEnd, LetterKind
from haidang.core.letters import LetterText
from haidang.core.models import AccessToken, Letter, Member, PrivateFeed, Subscriber, Webhook
from haidang.core.roles import Act, roles_for
from haidang.project.safekeeping import databases, restore
from haidang.project.safekeeping.backup import make_backup
from haidang.project.safekeeping.bundle import Bundle
from haidang.project.safekeeping.export import export_desk
from haidang.project.settings import database_at

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "ban-doc@example.org"


@pytest.fixture
def full(desk: Path, settings: Any, now: datetime) -> Path:
    """A desk with a token, a private feed, a webhook, a subscriber and letters that wait."""
    told = {"MAIL_URL": "smtp://127.0.0.1:9", "MAIL_FROM": "desk@lamha.example"}
    settings.OPTIONS = replace(settings.OPTIONS, values={**settings.OPTIONS.values, **told})
    settings.BASE_URL = "https://desk.example"
    an = Member.objects.get(username="an")
    for role in roles_for(Act.READ_DESK) & roles_for(Act.RUN_DESK):
        actions.give_role(an, role, unit=actions.open_root(), by=None, now=now)
    actions.make_token(an, name="Bảng", scopes=["read:stories"], days=90, now=now)
    actions.make_private_feed(an, name="Hôm nay", path="/watch", language="vi", now=now)
    actions.register_webhook(
        "Cổng", "https://cong.example/", events=["item.published"], by=an, now=now
    )
    actions.ask_to_subscribe(ADDRESS, language="vi", now=now)
    actions.queue_letter(
        LetterKind.MEMBER,
        LetterText(to="an@lamha.example", subject="A", plain="B"),
        once="1",
        now=now,
    )
    return desk


def test_export_carries_no_key_no_address_and_no_letter(
    full: Path, now: datetime, tmp_path: Path
) -> None:
    export_desk(tmp_path / "all.zip", request=agreed_export(now), now=now)
    with Bundle(tmp_path / "all.zip") as bundle:
        told = b"".join(piece for name in bundle.parts for piece in bundle.read(name))
        left = set(bundle.manifest["left_behind"])
    secret = {AccessToken.objects.get().token_hash, PrivateFeed.objects.get().token_hash}
    secret |= {ADDRESS, Subscriber.objects.get().address_digest, "cong.example/"}
    assert [one for one in secret if one.encode() in told] == []
    assert {
        "core_accesstoken", "core_privatefeed", "core_letter", "core_subscriber", "core_webhook", "core_delivery",
    } <= left  # fmt: skip


def test_backup_that_is_put_back_sends_no_letter_again(
    full: Path, home_of: Callable[[str], Path], now: datetime
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own way of going back")
    made = make_backup(now=now)
    home = home_of("wiped")
    restore.restore(made.path, now=now, replace=False)
    with databases.standing_on(database_at("", file=home / "haidang.sqlite3")):
        letters = list(Letter.objects.values_list("end", "left_at", "sealed"))
        assert [(end, left, bytes(sealed)) for end, left, sealed in letters] == [
            (LetterEnd.UNSURE, None, b"")
        ] * 2
        assert (AccessToken.objects.count(), Webhook.objects.count()) == (1, 1)
        assert Subscriber.objects.count() == 1

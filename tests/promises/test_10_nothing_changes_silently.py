"""10. Nothing changes silently: corrections show what stood before, the log only grows, and the press's changes stay visible."""

from __future__ import annotations

import ast
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests.watch.rows import NOW, make_article, make_feed, make_page, place

import haidang
from haidang.core import actions
from haidang.core.actions.publishing import Intent, digest_passage
from haidang.core.audit import verify
from haidang.core.models import LogEntry, Member, PublicItem
from haidang.watch.models import ArticleVersion
from haidang.watch.queries import find_article

PACKAGE = Path(haidang.__file__).parent
CHANGES = {"update", "delete", "bulk_update", "save"}


@pytest.mark.django_db
@pytest.mark.usefixtures("second_factors")
def test_correction_shows_what_stood_before(
    an: Member, binh: Member, now: datetime, client_of: Any
) -> None:
    actions.set_imprint(
        legal_owner="Xã Lam Hạ",
        funding="Ngân sách",
        contact="Trụ sở",
        public_office=True,
        by=an,
        now=now,
    )

    def publish(intent: Intent, item: PublicItem | None = None) -> PublicItem:
        passage = actions.propose(intent, item=item, by=an, now=now)
        actions.approve(passage.pk, digest=digest_passage(passage), by=binh, now=now)
        [shown] = actions.publish_due(now=now)
        return shown

    item = publish(Intent(title="Họp dân", body="Họp vào thứ Hai."))
    publish(Intent(title="Họp dân", body="Họp vào thứ Ba.", why="Đăng sai ngày họp"), item)
    for page in (item.address, "/corrections"):
        assert "Đăng sai ngày họp" in client_of(None).get(page).content.decode()
    assert "Họp vào thứ Hai." in client_of(None).get(item.address).content.decode()
    own = publish(Intent(title="Giới thiệu", body="Tổ có ba người.", page="team"))
    publish(Intent(title="Giới thiệu", body="Tổ có bốn người.", why="Đếm sót một người"), own)
    page = client_of(None).get("/vi/team").content.decode()
    assert all(told in page for told in ("bốn người", "Đếm sót một người", "Tổ có ba người."))


@pytest.mark.django_db
def test_log_cannot_be_changed_and_a_change_past_its_guards_is_found(now: datetime) -> None:
    entry = actions.log_act("set_mode", by=None, now=now, what="real")
    for statement in ("UPDATE core_logentry SET act = 'x'", "DELETE FROM core_logwords"):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    actions.take_down_guards()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_logentry SET act = 'x'")
    told = verify.verify_log()
    assert [(one.kind, one.number) for one in told.faults] == [
        ("entry", entry.number),
        ("guard", None),
    ]


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

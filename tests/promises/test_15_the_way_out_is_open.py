"""15. The way out is open: the whole desk leaves by two people, seen by strangers; each list by anyone who reads it."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.cast import SECRET_OF_CODES, confirm, give_roles
from tests.watch.rows import make_article, make_feed

from haidang.core import actions
from haidang.core.enums import ExportPurpose
from haidang.core.models import ExportRequest, LogEntry, Member
from haidang.project.cli.main import CommandFailed, main
from haidang.project.options import OPTIONS
from haidang.project.safekeeping.bundle import Bundle
from haidang.project.safekeeping.export import export_desk

pytestmark = pytest.mark.django_db


def ask(by: Member) -> ExportRequest:
    return actions.ask_export(
        ExportPurpose.MOVE, reason="Chuyển sang máy khác", by_command=True, by=by,
        now=timezone.now(),
    )  # fmt: skip


def test_one_person_cannot_take_the_desk_away_by_any_door(
    client_of, an: Member, second_factors: None, tmp_path
) -> None:
    """Not by the act, not past it by the tables, not by a form, not by writing the file first."""
    export = ask(an)
    now = timezone.now()
    with pytest.raises(ValidationError):
        actions.agree_to_export(export.pk, by=an, now=now)
    for told in ({"agreed_by": an, "agreed_at": now}, {"made_at": now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ExportRequest.objects.filter(pk=export.pk).update(**told)
    browser = client_of(an)
    confirm(browser)
    browser.post(f"/desk/export/{export.pk}/agree")
    browser.post(f"/desk/export/{export.pk}/take")
    for request in (None, export):
        with pytest.raises(CommandFailed):
            export_desk(tmp_path / "all.zip", request=request, now=now)
    assert not (tmp_path / "all.zip").exists()
    export.refresh_from_db()
    assert (export.agreed_by, LogEntry.objects.filter(act="export_desk").count()) == (None, 0)


def test_two_roles_in_one_hand_are_still_one_person(giang: Member, second_factors: None) -> None:
    give_roles(giang, ["publisher"])
    export = ask(giang)
    with pytest.raises(ValidationError):
        actions.agree_to_export(export.pk, by=giang, now=timezone.now())


def test_no_setting_lets_one_person_do_it() -> None:
    assert [option.name for option in OPTIONS if "EXPORT" in option.name] == []


@pytest.mark.django_db(transaction=True)
def test_whole_desk_leaves_with_a_line_that_strangers_read(
    client_of, an: Member, binh: Member, second_factors: None, tmp_path, settings
) -> None:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    make_article()
    export = actions.agree_to_export(ask(an).pk, by=binh, now=timezone.now())
    export_desk(tmp_path / "all.zip", request=export, now=timezone.now())
    [line] = json.loads(client_of(None).get("/audit.json").content)["exports"]
    entry = LogEntry.objects.get(act="export_desk")
    with Bundle(tmp_path / "all.zip") as bundle:
        tables = bundle.manifest["tables"]
        told = b"".join(piece for name in bundle.parts for piece in bundle.read(name))
    assert (line["number"], line["digest"]) == (entry.number, entry.digest)
    assert line["sha256"].encode() in (tmp_path / "all.zip").read_bytes()[-100:]
    assert (tables["watch_article"]["rows"], tables["core_member"]["rows"]) == (1, 2)
    assert [
        secret
        for secret in (an.password, binh.password, SECRET_OF_CODES)
        if secret.encode() in told
    ] == []


@pytest.mark.parametrize("list_", ["/watch", "/sources", "/search", "/s/{story}"])
def test_each_list_can_be_taken_away_in_four_open_forms(client_of, an: Member, list_: str) -> None:
    article = make_article(at=timezone.now() - timedelta(hours=1))
    browser = client_of(an)
    path = list_.format(story=article.story_id)
    got = {kind: browser.get(f"{path}.{kind}?q=lua") for kind in ("atom", "rss", "json", "csv")}
    assert {kind: answer.status_code for kind, answer in got.items()} == dict.fromkeys(got, 200)
    for kind in ("atom", "rss"):
        assert len(list(ET.fromstring(got[kind].content))) > 0
    assert json.loads(got["json"].content)["version"] == "https://jsonfeed.org/version/1.1"
    assert len(list(csv.reader(io.StringIO(got["csv"].content.decode("utf-8-sig"))))) == 2


def test_followed_feeds_leave_as_opml_and_come_back(tmp_path, capsys, let_read) -> None:
    feed = make_feed()
    assert main(["source", "export-opml"]) == 0
    told = capsys.readouterr().out
    assert feed.url in told
    path = tmp_path / "feeds.opml"
    path.write_text(told, encoding="utf-8")
    url = feed.url
    feed.delete()
    assert main(["source", "import-opml", str(path)]) == 0
    assert list(feed.publication.feeds.values_list("url", flat=True)) == [url]

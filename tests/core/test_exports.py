"""A whole export: asked for, agreed to by a second person, made, taken for a while, and told to strangers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from tests.cast import confirm, give_code_app, give_roles

from haidang.core import actions
from haidang.core.enums import ExportPurpose
from haidang.core.models import ExportRequest, InboxLine, LogEntry, Member, OneTimeLink
from haidang.core.queries.exports import FILE_LIFE, exports_folder, find_open_export, state_of
from haidang.project import tending
from haidang.project.cli.main import main
from haidang.project.safekeeping.bundle import Bundle

pytestmark = pytest.mark.django_db
REASON = "Chuyển bàn tin sang máy của tỉnh"
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings) -> None:
    (tmp_path / "home").mkdir()
    settings.HOME = tmp_path / "home"
    settings.DATABASE_FILE = (
        tmp_path  # something that exists: the command asks whether there is a desk
    )


def ask(by: Member, *, by_command: bool = False) -> ExportRequest:
    return actions.ask_export(
        ExportPurpose.MOVE, reason=REASON, by_command=by_command, by=by, now=NOW
    )


def agreed(an: Member, binh: Member, *, by_command: bool = False) -> ExportRequest:
    return actions.agree_to_export(ask(an, by_command=by_command).pk, by=binh, now=NOW)


def kinds(member: Member) -> list[tuple[str, bool]]:
    lines = InboxLine.objects.filter(member=member).order_by("id")
    return list(lines.values_list("kind", "settled"))


# ---------------------------------------------------------------- two people


def test_one_asks_and_another_agrees(an: Member, binh: Member, second_factors: None) -> None:
    export = ask(an)
    assert kinds(binh) == [("export_asked", False)]
    with pytest.raises(ValidationError):
        actions.agree_to_export(export.pk, by=an, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportRequest.objects.filter(pk=export.pk).update(agreed_by=an, agreed_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportRequest.objects.filter(pk=export.pk).update(made_at=NOW)
    actions.agree_to_export(export.pk, by=binh, now=NOW)
    assert (kinds(binh), kinds(an)) == ([("export_asked", True)], [("export_agreed", False)])
    acts = list(LogEntry.objects.values_list("act", "member__username"))
    assert acts == [("ask_export", "an"), ("agree_export", "bình")]


def test_only_those_of_the_table_and_a_reason(
    an: Member, binh: Member, khoa: Member, second_factors: None
) -> None:
    give_roles(khoa, ["editor", "reviewer"])
    export = ask(an)
    for act in (lambda: ask(khoa), lambda: actions.agree_to_export(export.pk, by=khoa, now=NOW),
                lambda: actions.drop_export(export.pk, by=khoa, now=NOW)):  # fmt: skip
        with pytest.raises(PermissionDenied):
            act()
    actions.drop_export(export.pk, by=binh, now=NOW)
    with pytest.raises(ValidationError):
        actions.ask_export(ExportPurpose.MOVE, reason="đi", by_command=False, by=an, now=NOW)


@pytest.mark.parametrize("without", ["an", "bình"])
def test_both_need_a_second_factor(
    an: Member, binh: Member, second_factors: None, without: str
) -> None:
    export = ask(an)
    Authenticator.objects.filter(user__username=without).delete()
    with pytest.raises(ValidationError):
        actions.agree_to_export(export.pk, by=binh, now=NOW)


def test_inviter_and_invited_do_not_agree_to_each_other(
    an: Member, binh: Member, second_factors: None
) -> None:
    OneTimeLink.objects.create(
        token_hash="x", purpose="invitation", member=binh, made_by=an, made_at=NOW,
        expires_at=NOW, used_at=NOW - timedelta(days=29),
    )  # fmt: skip
    export = ask(an)
    assert kinds(binh) == []
    with pytest.raises(ValidationError):
        actions.agree_to_export(export.pk, by=binh, now=NOW)
    assert actions.agree_to_export(export.pk, by=binh, now=NOW + timedelta(days=2)).agreed_by


def test_asker_who_lost_the_right_or_a_request_whose_time_passed(
    an: Member, binh: Member, second_factors: None
) -> None:
    export = ask(an)
    late = NOW + timedelta(days=8)
    with pytest.raises(ValidationError):
        actions.agree_to_export(export.pk, by=binh, now=late)
    tending.make_exports_next(late)
    assert kinds(binh) == [("export_asked", True)]  # nobody is asked for what lapsed
    an.grants.filter(role="publisher").update(ended_at=NOW)
    with pytest.raises(ValidationError):
        actions.agree_to_export(export.pk, by=binh, now=NOW)


def test_one_export_at_a_time(an: Member, binh: Member, second_factors: None) -> None:
    export = ask(an)
    with pytest.raises(ValidationError):
        ask(binh)
    actions.drop_export(export.pk, by=binh, now=NOW)
    assert kinds(an) == [("export_dropped", False)]
    assert ask(binh).pk != export.pk


# ---------------------------------------------------------------- made, taken, gone


@pytest.mark.django_db(transaction=True)
def test_desk_makes_it_the_asker_takes_it_and_it_goes(
    client_of: Callable[..., Client], an: Member, binh: Member, second_factors: None
) -> None:
    export = agreed(an, binh)
    tending.make_export.func(export.pk)
    export.refresh_from_db()
    [path] = exports_folder().iterdir()
    assert (path.name, path.stat().st_mode & 0o777) == (export.file, 0o600)
    assert kinds(an)[-1] == ("export_ready", False)
    told = {one.username: client_of(one) for one in (an, binh)}
    address = f"/desk/export/{export.pk}/take"
    first = told["an"].post(address)
    assert first.headers["Location"].startswith("/account/confirm?")
    confirm(told["an"])
    taken = told["an"].post(address)
    assert taken.headers["Content-Disposition"].startswith('attachment; filename="haidang-export-')
    assert b"".join(taken.streaming_content) == path.read_bytes()
    confirm(told["binh" if "binh" in told else "bình"])
    assert told["bình"].post(address).status_code == 403
    assert (LogEntry.objects.last().act, kinds(an)[-1]) == ("take_export", ("export_ready", True))
    with Bundle(path) as bundle:
        assert "core_inboxline" in bundle.manifest["left_behind"]
        assert "core_exportrequest" in bundle.manifest["tables"]
    late = export.made_at + FILE_LIFE
    tending.make_exports_next(late)
    assert list(exports_folder().iterdir()) == []
    export.refresh_from_db()
    assert state_of(export, now=late) == "gone"
    answer = told["an"].post(address, follow=True)
    assert "Tệp này không còn ở đây" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_back_meanwhile_is_not_left_lying(
    an: Member, binh: Member, second_factors: None
) -> None:
    export = agreed(an, binh)
    stale = ExportRequest.objects.get(pk=export.pk)
    actions.drop_export(export.pk, by=binh, now=NOW)
    from haidang.project.cli.main import CommandFailed
    from haidang.project.safekeeping.export import export_desk

    exports_folder().mkdir()
    with pytest.raises(CommandFailed):
        export_desk(exports_folder() / "x.zip", request=stale, now=NOW)
    assert list(exports_folder().iterdir()) == []
    assert not LogEntry.objects.filter(act="export_desk").exists()


def test_failure_is_told_to_both(an: Member, binh: Member, second_factors: None) -> None:
    export = agreed(an, binh)
    exports_folder().touch()  # a file where the folder should be
    with pytest.raises(OSError):
        tending.make_export.func(export.pk)
    exports_folder().unlink()
    actions.note_export_failed(export.pk, trouble="ổ đĩa sẽ đầy", now=NOW)
    assert (kinds(an)[-1][0], kinds(binh)[-1][0]) == ("export_failed", "export_failed")
    assert find_open_export(now=NOW) is None


def test_leftovers_of_a_crash_go_and_what_waits_stays(
    an: Member, binh: Member, second_factors: None
) -> None:
    export = agreed(an, binh)
    exports_folder().mkdir()
    for name in ("old.zip", ".new.zip.part", "waits.zip"):
        (exports_folder() / name).write_bytes(b"x")
    old = (NOW - FILE_LIFE).timestamp() - 60
    os.utime(exports_folder() / "old.zip", (old, old))
    os.utime(exports_folder() / "waits.zip", (old, old))
    ExportRequest.objects.filter(pk=export.pk).update(made_at=NOW, file="waits.zip")
    tending.make_exports_next(NOW)
    assert sorted(path.name for path in exports_folder().iterdir()) == [
        ".new.zip.part",
        "waits.zip",
    ]


def test_long_export_is_not_begun_twice(an: Member, binh: Member, second_factors: None) -> None:
    from django_tasks_db.models import DBTaskResult

    agreed(an, binh)
    tending.make_exports_next(NOW)
    DBTaskResult.objects.update(status="RUNNING")
    tending.make_exports_next(NOW)
    assert DBTaskResult.objects.count() == 1


# ---------------------------------------------------------------- by command


@pytest.mark.django_db(transaction=True)
def test_command_wants_a_request_of_two_people(
    an: Member, binh: Member, second_factors: None, tmp_path: Path, capsys
) -> None:
    file = str(tmp_path / "all.zip")
    assert (main(["export", file]), "/desk/export" in capsys.readouterr().err) == (2, True)
    export = ask(an, by_command=True)
    assert main(["export", file, "--request", str(export.pk)]) == 2
    actions.agree_to_export(export.pk, by=binh, now=NOW)
    assert main(["export", file, "--request", str(export.pk)]) == 0
    last = LogEntry.objects.last()
    assert (last.act, last.member, last.data["second"]) == ("export_desk", an, "bình")
    assert main(["export", file + "2", "--request", str(export.pk)]) == 2  # once
    assert not Path(file + "2").exists()


@pytest.mark.django_db(transaction=True)
def test_request_for_the_page_is_none_for_the_command(
    an: Member, binh: Member, second_factors: None, tmp_path: Path
) -> None:
    export = agreed(an, binh)
    assert main(["export", str(tmp_path / "all.zip"), "--request", str(export.pk)]) == 2


# ---------------------------------------------------------------- what strangers read


def test_strangers_read_that_it_was_made_but_no_name_and_no_reason(
    client_of: Callable[..., Client], an: Member, binh: Member, second_factors: None
) -> None:
    stranger = client_of(None)
    assert "Chưa có bản nào" in stranger.get("/audit").content.decode()
    export = agreed(an, binh)
    actions.note_export_made(
        export, name="x.zip", size=1_500_000, rows=9, sha256="ab" * 32, now=NOW
    )
    page = stranger.get("/audit").content.decode()
    [line] = json.loads(stranger.get("/audit.json").content)["exports"]
    entry = LogEntry.objects.get(act="export_desk")
    assert line == {
        "number": entry.number, "at": line["at"], "digest": entry.digest, "purpose": "move",
        "bytes": 1_500_000, "sha256": "ab" * 32,
    }  # fmt: skip
    assert ("chuyển sang bản cài đặt khác" in page, "ab" * 32 in page) == (True, True)
    assert [word for word in (REASON, "bình", ">an<") if word in page] == []


def test_line_stays_when_its_words_are_erased(
    client_of: Callable[..., Client], an: Member, binh: Member, second_factors: None
) -> None:
    actions.note_export_made(
        agreed(an, binh), name="x.zip", size=1_500_000, rows=9, sha256="ab" * 32, now=NOW
    )
    number = LogEntry.objects.get(act="export_desk").number
    actions.erase_words([number], reason="Tên tệp có tên một người", by=None, now=NOW)
    [line] = json.loads(client_of(None).get("/audit.json").content)["exports"]
    assert (line["number"], line["purpose"], line["bytes"]) == (number, "", None)


def test_page_shows_what_each_may_do(
    client_of: Callable[..., Client], an: Member, binh: Member, giang: Member
) -> None:
    give_code_app(giang)
    browser = {one.username: client_of(one) for one in (an, giang)}
    asked = browser["an"].post(
        "/desk/export", {"purpose": "trial", "reason": REASON, "where": "page"}
    )
    assert asked.status_code == 302
    button = "Đồng ý với tư cách người thứ hai"
    pages = {name: one.get("/desk/export").content.decode() for name, one in browser.items()}
    assert {name: (button in page, REASON in page) for name, page in pages.items()} == {
        "an": (False, True), "giang": (True, True),
    }  # fmt: skip
    again = browser["giang"].post(
        "/desk/export", {"purpose": "x", "reason": "ngắn", "where": "page"}
    )
    assert again.status_code == 422
    number = ExportRequest.objects.get().pk
    assert browser["giang"].post(f"/desk/export/{number}/agree").status_code == 302
    assert ExportRequest.objects.get().agreed_by is None  # the factor was not shown yet
    assert browser["an"].get(f"/desk/export/{number}/drop").status_code == 405
    assert settings.HOME not in (Path("/"), Path.home())

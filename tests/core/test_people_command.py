"""`haidang user`: people kept from the machine, for the first day and for the day nobody else can."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest

from haidang.core import queries
from haidang.core.models import LogEntry, Member
from haidang.project.cli.main import main

pytestmark = pytest.mark.django_db


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["user", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_added_member_is_an_editor_and_comes_in_by_the_printed_link(capsys, client) -> None:
    code, out, _err = run("add", "lan", "--name", "Ngô Lan", capsys=capsys)
    path = re.search(r"/setup/\S+", out)[0]
    assert code == 0
    member = Member.objects.get()
    assert [grant.role for grant in queries.find_grants(member)] == ["editor"]
    assert (member.name, member.invited_by, member.arrived_at) == ("Ngô Lan", None, None)
    assert client.get(path).status_code == 200


def test_roles_are_given_taken_and_logged(capsys, giang: Member) -> None:
    run("add", "lan", capsys=capsys)
    code, out, _err = run(
        "roles", "lan", "--give", "reviewer", "--give", "expert", "--take", "editor", "--json",
        capsys=capsys,
    )  # fmt: skip
    assert (code, {one["role"] for one in json.loads(out)}) == (0, {"reviewer", "expert"})
    acts = LogEntry.objects.filter(what="lan").values_list("act", flat=True)
    assert sorted(acts) == ["add_member", "give_role", "give_role", "take_role"]


def test_list_stands_by_given_name_and_tells_who_is_not_here_yet(capsys, an: Member) -> None:
    run("add", "u1", "--name", "Đỗ Ba", capsys=capsys)
    code, out, _err = run("list", "--json", capsys=capsys)
    assert code == 0
    assert [(one["username"], one["here"]) for one in json.loads(out)] == [
        ("an", True),
        ("u1", False),
    ]
    assert run("list", capsys=capsys)[1].splitlines()[1].startswith("u1\tĐỗ Ba\teditor\t")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["roles", "nobody"], 1),
        (["passwd", "nobody"], 1),
        (["roles", "giang", "--give", "king"], 2),
        (["roles", "giang", "--unit", "999999"], 1),
        (["roles", "giang", "--unit", "-1"], 1),
        (["roles", "giang", "--take", "administrator"], 1),
        (["roles", "giang", "--give", "contributor"], 1),
        (["add", "giang"], 1),
        (["add", "a b"], 1),
    ],
)
def test_mistake_is_told_in_one_line_and_changes_nothing(
    capsys, giang: Member, arguments: list[str], code: int
) -> None:
    before = list(giang.grants.values())
    told = run(*arguments, capsys=capsys)
    assert (told[0], len(told[2].strip().splitlines())) == (code, 1)
    assert (Member.objects.count(), list(giang.grants.values())) == (1, before)


def test_password_is_mended_and_factors_are_dropped_only_when_told(
    capsys, an: Member, now: datetime, client
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(an, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    fresh = "ngọn đèn mới trên đảo xa"
    for arguments, kept in ((["passwd", "an"], True), (["passwd", "an", "--anew"], False)):
        out = run(*arguments, capsys=capsys)[1]
        path = re.search(r"/setup/\S+", out)[0]
        client.post(path, {"username": "an", "password1": fresh, "password2": fresh})
        assert an.authenticator_set.exists() is kept

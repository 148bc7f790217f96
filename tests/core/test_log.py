"""The log of acts: it only grows, its form is fixed, every way of tampering is found."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from tests.cast import give_roles

import haidang
from haidang.core import actions, signatures
from haidang.core.actions.guards import find_guards, list_guards
from haidang.core.actions.heads import HEADS_NAME
from haidang.core.audit import chain, sentences, verify
from haidang.core.audit.export import export_lines
from haidang.core.models import HeadCopy, LogEntry, LogHead, LogWords, Member
from haidang.core.queries.log import find_copies_to_send, to_signed

PACKAGE = Path(haidang.__file__).parent
ALONE = PACKAGE / "project" / "static" / "verify" / "haidang_verify.py"


def write(count: int, *, by: Member | None = None) -> None:
    at = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    for number in range(count):
        actions.log_act("set_mode", by=by, now=at + timedelta(seconds=number), what=f"đổi {number}")


def kinds(**how: Any) -> list[tuple[str, int | None]]:
    return [(fault.kind, fault.number) for fault in verify.verify_log(**how).faults]


def tamper(*statements: str) -> None:
    """As an operator could with the database in hand."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# ---------------------------------------------------------------- its form


def test_form_is_the_one_written_down() -> None:
    """Computed once with sha256sum; if this fails, every log that was ever written is broken."""
    words = chain.digest_words("Báo tỉnh", {"feed": "a", "b": [1, None, True]}, "00" * 16)
    at = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    digest = chain.digest_entry(
        number=1, at=at, by=7, act="add_feed", words=words, before=chain.FIRST_BEFORE
    )
    assert chain.to_canonical({"b": 'é\n"\\', "a": [1, None]}) == '{"a":[1,null],"b":"é\\n\\"\\\\"}'
    assert words == "833d12c2340c7f16eef5b9af1806ec96f50735d9f410aac8f123b7df859cce46"
    assert digest == "23aadc5d39183af27a50772d3df0ffa4d01276d01a04b407ae25331c4e60fcc3"


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.datetimes(timezones=st.just(UTC)),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_tidy_values_come_back_from_json_as_they_went(value: Any) -> None:
    tidy = chain.tidy(value)
    text = chain.to_canonical(tidy)
    assert chain.to_canonical(json.loads(text)) == text
    assert "\\u0000" not in text
    text.encode("utf-8")


# ---------------------------------------------------------------- it only grows


@pytest.mark.django_db
def test_guards_stand_after_migrating() -> None:
    assert find_guards() == list_guards()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_logentry SET act = 'nothing'",
        "UPDATE core_logentry SET member_id = NULL",
        "DELETE FROM core_logentry",
        "UPDATE core_logwords SET what = ''",
        "DELETE FROM core_logwords",
        "UPDATE core_loghead SET digest = ''",
        "DELETE FROM core_loghead",
        (
            "INSERT INTO core_logentry (number, at, act, words_digest, before, digest)"
            " SELECT number + 7, at, act, words_digest, 'x', 'y' FROM core_logentry"
        ),
        (
            "INSERT INTO core_logentry (number, at, act, words_digest, before, digest)"
            " SELECT number + 1, at, act, words_digest, 'x', 'y' FROM core_logentry"
        ),
        pytest.param(
            "INSERT OR REPLACE INTO core_logentry SELECT * FROM core_logentry", id="replace"
        ),
        pytest.param("REPLACE INTO core_logwords SELECT * FROM core_logwords", id="replace_words"),
        pytest.param("TRUNCATE core_logentry CASCADE", id="truncate"),
        pytest.param("TRUNCATE core_logwords", id="truncate_words"),
    ],
)
def test_database_refuses_every_change(statement: str) -> None:
    write(1)
    actions.sign_head(now=datetime(2026, 11, 23, tzinfo=UTC))
    with pytest.raises(DatabaseError), transaction.atomic():
        tamper(statement)
    assert kinds() == []


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_chain() -> None:
    """Eight threads, five acts each: no gap, no fork, nothing lost; one act that fails leaves no hole."""
    wrong: list[BaseException] = []

    def work(name: int) -> None:
        try:
            for number in range(5):
                actions.log_act("add_feed", by=None, now=datetime.now(UTC), what=f"{name}.{number}")
            with transaction.atomic():
                actions.log_act("add_feed", by=None, now=datetime.now(UTC), what="lost")
                transaction.set_rollback(True)
        except BaseException as error:  # noqa: BLE001 -- told to the test
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    told = verify.verify_log()
    assert (told.entries, told.faults) == (40, [])
    whats = set(LogWords.objects.values_list("what", flat=True))
    assert whats == {f"{name}.{number}" for name in range(8) for number in range(5)}


# ---------------------------------------------------------------- tampering is found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (
            ["UPDATE core_logentry SET act = 'add_feed' WHERE number = 3"],
            [("entry", 3), ("order", 4)],
        ),
        (["UPDATE core_logwords SET what = 'x' WHERE entry_id = {3}"], [("words", 3)]),
        (["DELETE FROM core_logwords WHERE entry_id = {3}"], [("lost_words", 3)]),
        (
            [
                "DELETE FROM core_logwords WHERE entry_id = {3}",
                "DELETE FROM core_logentry WHERE number = 3",
            ],
            [("gap", 3)],
        ),
        (
            [
                "UPDATE core_logentry SET number = 99 WHERE number = 2",
                "UPDATE core_logentry SET number = 2 WHERE number = 3",
                "UPDATE core_logentry SET number = 3 WHERE number = 99",
            ],
            [("entry", 2), ("entry", 3), ("order", 2), ("order", 3), ("order", 4)],
        ),
        (
            [
                "DELETE FROM core_logwords WHERE entry_id = {5}",
                "DELETE FROM core_logentry WHERE number = 5",
            ],
            [("short", 5)],
        ),
    ],
    ids=["changed", "words", "lost words", "deleted", "reordered", "cut"],
)
def test_tampering_is_found(statements: list[str], found: list[tuple[str, int]]) -> None:
    write(5)
    actions.sign_head(now=datetime(2026, 11, 23, tzinfo=UTC))
    ids = {entry.number: entry.pk for entry in LogEntry.objects.all()}
    actions.take_down_guards()
    tamper(*(re.sub(r"\{(\d)\}", lambda m: str(ids[int(m[1])]), one) for one in statements))
    actions.put_up_guards()
    assert sorted(set(kinds())) == sorted(found)


@pytest.mark.django_db
def test_rewritten_chain_is_found_by_a_head_kept_outside() -> None:
    """Whoever has database and key can write a whole new chain: only a head kept elsewhere tells."""
    write(3)
    head = actions.sign_head(now=datetime(2026, 11, 23, tzinfo=UTC))
    assert head is not None
    kept = to_signed(head)
    actions.take_down_guards()
    tamper("DELETE FROM core_loghead", "DELETE FROM core_logwords", "DELETE FROM core_logentry")
    actions.put_up_guards()
    write(2)
    assert kinds() == []
    assert kinds(outside=[kept]) == [("short", 3)]
    write(1)
    assert kinds(outside=[kept]) == [("head", 3)]


@pytest.mark.django_db
def test_database_put_back_is_found_by_the_heads_noted_beside_it(
    tmp_path: Path, django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    settings.HOME = tmp_path
    write(4)
    with django_capture_on_commit_callbacks(execute=True):
        actions.sign_head(now=datetime(2026, 11, 23, tzinfo=UTC))
    actions.take_down_guards()
    tamper(
        "DELETE FROM core_loghead",
        "DELETE FROM core_logwords WHERE entry_id = (SELECT MAX(id) FROM core_logentry)",
        "DELETE FROM core_logentry WHERE number = 4",
    )
    actions.put_up_guards()
    assert kinds(beside=tmp_path / HEADS_NAME) == [("short", 4)]
    (tmp_path / HEADS_NAME).write_text("{}\n", encoding="utf-8")
    assert kinds(beside=tmp_path / HEADS_NAME) == [("signature", None)]


@pytest.mark.django_db
def test_guards_taken_down_and_heads_of_others_are_found() -> None:
    write(1)
    head = actions.sign_head(now=datetime(2026, 11, 23, tzinfo=UTC))
    assert head is not None
    signed = to_signed(head)
    forged = signatures.SignedText(
        signed.kind, signed.text.replace('"number":1', '"number":0'), signed.key, signed.signature
    )
    assert kinds(outside=[forged]) == [("signature", 0)]
    actions.take_down_guards()
    assert kinds() == [("guard", None)]


# ---------------------------------------------------------------- erasure


@pytest.mark.django_db
def test_erased_words_are_gone_and_the_chain_stands(an: Member) -> None:
    write(3, by=an)
    act = actions.erase_words(
        [2], reason="người được nhắc tên yêu cầu", by=None, now=datetime(2026, 11, 24, tzinfo=UTC)
    )
    told = verify.verify_log()
    assert (told.entries, told.erased, told.faults) == (4, 1, [])
    assert [entry.what for entry in LogEntry.objects.all()] == ["đổi 0", "", "đổi 2", ""]
    for numbers in ([2], [act.number], [17]):
        with pytest.raises(ValidationError):
            actions.erase_words(numbers, reason="thêm một lần nữa", by=None, now=act.at)


# ---------------------------------------------------------------- heads, keepers, the stand-alone verifier


@pytest.mark.django_db
def test_head_is_signed_once_and_queued_for_outside_keepers(giang: Member, now: datetime) -> None:
    with pytest.raises(ValidationError):
        actions.name_keeper("Hội Nhà báo", by=giang, now=now)
    actions.name_keeper("Hội Nhà báo", address="giu@hoinhabao.example", by=giang, now=now)
    actions.name_keeper("Thư viện", copy_url="https://thuvien.example/heads", by=giang, now=now)
    head = actions.sign_head(now=now)
    assert actions.sign_head(now=now) is None
    assert head is not None
    assert signatures.verify_text(to_signed(head))
    [copy] = find_copies_to_send()
    assert (copy.keeper.name, copy.head) == ("Hội Nhà báo", head)
    actions.note_copy_left(copy, now=now)
    assert find_copies_to_send() == ()
    assert HeadCopy.objects.count() == 1


def verify_alone(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ALONE), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("words", [True, False])
def test_stand_alone_verifier_agrees(tmp_path: Path, words: bool) -> None:
    write(6)
    actions.erase_words([4], reason="theo yêu cầu của họ", by=None, now=datetime.now(UTC))
    head = actions.sign_head(now=datetime.now(UTC))
    assert head is not None
    kept, log = tmp_path / "head.json", tmp_path / "log.jsonl"
    kept.write_text(json.dumps(to_signed(head).to_table()), encoding="utf-8")
    lines = list(export_lines(words=words))
    log.write_text("".join(lines), encoding="utf-8")
    code, told = verify_alone(str(log), "--head", str(kept))
    assert (code, told.startswith("GOOD:")) == (0, True), told
    assert ("đổi" in "".join(lines)) is words
    assert verify_alone(str(log), "--key", "00" * 32)[0] == 1

    broken = {
        "changed": [*lines[:3], lines[3].replace("set_mode", "add_feed"), *lines[4:]],
        "deleted": [*lines[:3], *lines[4:]],
        "reordered": [*lines[:3], lines[4], lines[3], *lines[5:]],
        "cut": lines[:-2],
        "head": [*lines[:-1], lines[-1].replace("2", "3", 1)],
    }
    for name, changed in broken.items():
        log.write_text("".join(changed), encoding="utf-8")
        assert verify_alone(str(log), "--head", str(kept))[0] == 1, name
    log.write_text("not json", encoding="utf-8")
    assert verify_alone(str(log))[0] == 2


@settings_of(deadline=None, max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=60), st.integers(0, 511))
def test_stand_alone_signatures_are_those_of_the_library(
    seed: bytes, text: bytes, flip: int
) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    names: dict[str, Any] = {"__name__": "alone"}
    exec(compile(ALONE.read_text(encoding="utf-8"), str(ALONE), "exec"), names)
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, proof = key.public_key().public_bytes_raw(), key.sign(text)
    bent = bytearray(proof)
    bent[flip // 8] ^= 1 << flip % 8
    assert names["is_signed"](public, text, proof)
    assert not names["is_signed"](public, text, bytes(bent))
    assert not names["is_signed"](public, text + b"x", proof)


def test_stand_alone_verifier_is_short_and_needs_nothing() -> None:
    source = ALONE.read_text(encoding="utf-8")
    modules = {
        name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
    }
    assert len(source.splitlines()) < 200
    assert {name.split(".")[0] for name in modules} <= sys.stdlib_module_names


def test_signing_key_is_for_its_owner_only(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    first = signatures.find_public_key()
    assert (tmp_path / signatures.KEY_NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [signatures.KEY_NAME]
    assert signatures.find_public_key() == first
    told = signatures.sign_text(signatures.ITEM, "Thông báo")
    assert signatures.verify_text(told)
    other_kind = signatures.SignedText(signatures.HEAD, told.text, told.key, told.signature)
    assert not signatures.verify_text(other_kind)
    assert signatures.from_table(told.to_table()) == told


# ---------------------------------------------------------------- sentences and pages


def acts_in_the_code() -> set[str]:
    """Every act that is logged; where its name is not written at the call, what it can be."""
    from haidang.project.safekeeping import backup, restore
    from haidang.watch.actions.regrouping import ACTS

    named = {
        "_stop": {"leave_publication", "pause_publication"},
        "write_down": set(ACTS.values()),
        "_publish": {"publish_item", "correct_item", "withdraw_item"},
        "log_backup": {backup.ACT},
        "restore": set(restore.ACTS.values()),
    }
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                if (
                    isinstance(call, ast.Call)
                    and getattr(call.func, "id", getattr(call.func, "attr", "")) == "log_act"
                ):
                    act = call.args[0]
                    found |= {act.value} if isinstance(act, ast.Constant) else named[function.name]
    return found


def test_every_act_has_its_sentence_and_every_sentence_its_act() -> None:
    assert acts_in_the_code() ^ sentences.list_known() == set()


def test_names_of_closed_sets_read_in_the_readers_language() -> None:
    from django.utils import translation

    with translation.override("en"):
        told = sentences.tell_act(
            "give_role", who="An", what="binh", data={"role": "jury_secretary", "unit": 1}
        )
        odd = sentences.tell_act("give_role", who="An", what="binh", data={"role": ["x"]})
    assert (told, odd) == (
        "An gave “binh” the role “jury secretary” at unit number 1.",
        "An gave “binh” the role “['x']” at unit number ….",
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_sentences_are_whole_in_both_languages(language: str) -> None:
    from django.utils import translation

    with translation.override(language):
        told = {
            act: sentences.tell_act(act, who="An", what="Báo tỉnh", data={})
            for act in sentences.list_known()
        }
        erased = sentences.tell_act("add_feed", who="An", what="", data=None)
    assert [act for act, sentence in told.items() if sentence[:3] not in {"An ", "An,"}] == []
    assert "An" in erased


@pytest.mark.django_db
def test_heads_are_public_and_say_whether_a_witness_keeps_them(now: datetime) -> None:
    browser = Client(headers={"host": "localhost"})
    assert "Không có nhân chứng bên ngoài" in browser.get("/audit").content.decode()
    write(1)
    actions.name_keeper("Thư viện tỉnh", copy_url="https://thuvien.example/heads", by=None, now=now)
    head = actions.sign_head(now=now)
    assert head is not None
    page = browser.get("/audit")
    assert all(told in page.content.decode() for told in (head.digest, head.proof, "Thư viện tỉnh"))
    assert page.cookies == {}
    table = browser.get("/audit.json").json()
    assert [signatures.verify_text(signatures.from_table(one)) for one in table["heads"]] == [True]
    assert verify.read_kept_heads(json.dumps(table)) == [to_signed(head)]
    assert head.digest in browser.get("/audit.atom").content.decode()


@pytest.mark.django_db
def test_log_is_for_members(
    everyone: dict[str, Member | None], client_of: Callable[..., Client]
) -> None:
    pages = ("/desk/log/", "/desk/log/mine")
    told = {
        name: [client_of(one).get(page).status_code for page in pages]
        for name, one in everyone.items()
    }
    assert told == {"An": [200, 200], "Bình": [200, 200], "Cúc": [302, 302], "Dũng": [302, 302]}


@pytest.mark.django_db
def test_log_of_a_person_opens_with_a_reason_that_the_person_sees(
    giang: Member, an: Member, binh: Member, client_of: Callable[..., Client]
) -> None:
    actions.log_act("add_feed", by=binh, now=datetime.now(UTC), what="https://bao.example/feed")
    page = client_of(giang).get("/desk/log/").content.decode()
    assert "https://bao.example/feed" in page
    assert "/desk/log/open" not in client_of(an).get("/desk/log/").content.decode()
    # The form offers every member; the acts name nobody.
    assert "bình" not in page.split('<ol class="deeds"')[1]

    assert (
        client_of(an)
        .post("/desk/log/open", {"member": binh.pk, "reason": "Tìm ai thêm"})
        .status_code
        == 403
    )
    refused = client_of(giang).post("/desk/log/open", {"member": binh.pk, "reason": "xem"})
    assert refused.status_code == 422
    answer = client_of(giang).post(
        "/desk/log/open", {"member": binh.pk, "reason": "Tìm ai đã thêm nguồn này"}
    )
    opened = client_of(giang).get(answer.headers["Location"])
    assert "https://bao.example/feed" in opened.content.decode()
    assert client_of(binh).get(answer.headers["Location"]).status_code == 403
    give_roles(an, ["administrator"])  # but it was not she who gave the reason
    assert client_of(an).get(answer.headers["Location"]).status_code == 404
    mine = client_of(binh).get("/desk/log/mine").content.decode()
    assert "Tìm ai đã thêm nguồn này" in mine
    assert LogEntry.objects.get(act="open_log_of").member == giang


@pytest.mark.django_db
def test_opened_log_closes_after_a_day(
    giang: Member, binh: Member, client_of: Callable[..., Client]
) -> None:
    act = actions.open_log_of(
        binh, reason="Tìm ai đã thêm nguồn", by=giang, now=datetime.now(UTC) - timedelta(hours=25)
    )
    assert client_of(giang).get(f"/desk/log/opened/{act.number}").status_code == 404


@pytest.mark.django_db
def test_heads_beside_lie_in_the_data_folder(django_capture_on_commit_callbacks: Any) -> None:
    write(1)
    with django_capture_on_commit_callbacks(execute=True):
        actions.sign_head(now=datetime.now(UTC))
    [line] = (Path(settings.HOME) / HEADS_NAME).read_text(encoding="utf-8").splitlines()[-1:]
    assert signatures.from_json(line) == to_signed(LogHead.objects.get())

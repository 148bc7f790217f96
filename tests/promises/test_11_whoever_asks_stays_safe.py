"""11. Whoever asks stays safe: no tips yet; and nothing here keeps who a visitor is."""

from __future__ import annotations

import logging

import pytest
from django.test import Client
from tests.promises.absent import assert_no_door
from tests.promises.doors import find_doors

ASKING = ("/vi/complaints", "/vi/find?q=toi+bi+noi+sai", "/find.json?q=toi+bi+noi+sai")
AGENT, ADDRESS = "Trinh-duyet-cua-Dung/1.0", "203.0.113.77"


def test_no_tip_can_be_left_yet() -> None:
    assert_no_door(11, "tip", "appeal", "receipt", "sender", "whistle")


def test_nothing_is_named_after_a_visitors_traces() -> None:
    words = "ip useragent agent visitor visit_by fingerprint referrer geo device session_of"
    found = find_doors(*words.split())
    assert found == []


@pytest.mark.django_db
def test_visit_leaves_no_trace_in_logs_or_tables(
    caplog: pytest.LogCaptureFixture, django_assert_max_num_queries
) -> None:
    visitor = Client(headers={"user-agent": AGENT}, REMOTE_ADDR=ADDRESS)
    with caplog.at_level(logging.DEBUG):
        for page in ("/", "/promises", "/search?q=tim", "/nowhere", "/a/1", "/sign-in", *ASKING):
            visitor.get(page)
        visitor.post("/sign-in", {"username": "an", "password": "sai mật khẩu"})
        visitor.post("/language", {"language": "en"}, headers={"origin": "http://testserver"})
    told = " ".join(
        f"{record.getMessage()} {getattr(record, 'request', '')}" for record in caplog.records
    )
    assert AGENT not in told
    assert ADDRESS not in told
    from tests.promises.test_02_no_author_profiles import dump_of_tables

    from haidang.core.models import LogEntry

    assert LogEntry.objects.count() == 0
    assert AGENT not in dump_of_tables()
    assert "toi bi noi sai" not in dump_of_tables() + told.replace("+", " ")


@pytest.mark.django_db
def test_complaints_page_takes_nothing_in() -> None:
    """It tells an address; there is no field on it, and no cookie comes with it."""
    for language in ("vi", "en"):
        answer = Client().get(f"/{language}/complaints")
        page = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
        assert (answer.status_code, answer.cookies) == (200, {})
        assert [word for word in ("<form", "<input", "<textarea") if word in page] == []


@pytest.mark.django_db
def test_answers_tell_no_other_site_what_is_read_here() -> None:
    answer = Client().get("/promises")
    assert answer.headers["Referrer-Policy"] == "same-origin"
    policy = answer.headers["Content-Security-Policy"]
    assert "http:" not in policy
    assert "https:" not in policy

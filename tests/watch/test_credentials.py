"""Credentials of subscribed sources: sealed, never shown, sent to one host over https and nowhere else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from tests.engine.net.server import LoopbackServer
from tests.engine.net.test_tls import NAME, keys, tls_server
from tests.watch.rows import NOW, make_feed, make_publication

from haidang.core.models import LogEntry, Member
from haidang.core.seals import SealBrokenError, seal, unseal
from haidang.engine.net import Gate, GateSettings
from haidang.watch import actions
from haidang.watch.enums import CredentialKind
from haidang.watch.models import Credential, Publication
from haidang.watch.subscribed import SubscribedGate, exact_host

__all__ = ["keys"]  # the fixture, found by name
pytestmark = pytest.mark.django_db
SECRET = "mật khẩu đèn biển"
SENT = "Basic " + b64encode(f"toasoan:{SECRET}".encode()).decode()


def give(publication: Publication, *, by: Member, host: str, **told: Any) -> None:
    values = {"kind": CredentialKind.PASSWORD, "user": "toasoan", "secret": SECRET}
    actions.set_credential(publication.id, host=host, by=by, now=NOW, **{**values, **told})


def test_seal_opens_only_for_its_purpose_and_under_its_key(settings: Any) -> None:
    sealed = seal(SECRET, purpose="a")
    assert unseal(sealed, purpose="a") == SECRET
    assert seal(SECRET, purpose="a") != sealed
    for broken in (sealed[:-1], b"", sealed[:12] + b"\x00" + sealed[13:]):
        with pytest.raises(SealBrokenError):
            unseal(broken, purpose="a")
    with pytest.raises(SealBrokenError):
        unseal(sealed, purpose="b")
    settings.SECRET_KEY = "khóa khác"
    with pytest.raises(SealBrokenError):
        unseal(sealed, purpose="a")


def test_nothing_that_leaves_the_act_holds_the_secret(
    an: Member, client_of: Callable[..., Client], capsys: Any
) -> None:
    publication = make_feed().publication
    host = publication.hosts.get().host
    told = {"address": f"https://{host}/", "kind": "password", "user": "toasoan", "secret": SECRET}
    client = client_of(an)
    assert client.post(f"/sources/{publication.id}/seal", told).status_code == 302
    pages = ("", ".csv")
    seen = [client.get(f"/sources/{publication.id}").content]
    seen += [client.get(f"/sources/export{end or '.opml'}").content for end in pages]
    seen += [
        client.get(path).content for path in ("/sources/public.json", "/sources/", "/sources.csv")
    ]
    call_command("dumpdata", "watch", "core")
    seen.append(capsys.readouterr().out.encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM watch_credential")
        seen.append(bytes(cursor.fetchone()[0]))
    for secret in (SECRET, SENT, SENT.removeprefix("Basic ")):
        assert [place for place in seen if secret.encode() in place] == []
    assert LogEntry.objects.get().data == {"host": host, "kind": "password"}


def test_refused_credential_is_not_sent_back_to_the_page(
    an: Member, client_of: Callable[..., Client]
) -> None:
    publication = make_publication()
    told = {"address": "https://noikhac.example/", "kind": "token", "secret": "tram-nam-bi-mat"}
    answer = client_of(an).post(f"/sources/{publication.id}/seal", told)
    assert (answer.status_code, Credential.objects.count()) == (400, 0)
    assert b"tram-nam-bi-mat" not in answer.content


@pytest.mark.parametrize(
    "told",
    [
        {"host": "noikhac.example"},
        {"user": ""},
        {"user": "a:b"},
        {"secret": "a\r\nX-Evil: 1"},
        {"kind": CredentialKind.TOKEN, "secret": "hai từ"},
        {"kind": CredentialKind.TOKEN, "secret": "a\nb"},
    ],
)
def test_words_that_cannot_be_sent_are_refused(an: Member, told: dict[str, Any]) -> None:
    publication = make_publication(host="bao.example")
    with pytest.raises(ValidationError):
        give(publication, by=an, **{"host": "bao.example", **told})


class Watched:
    """A gate that notes what it was asked to send."""

    def __init__(self) -> None:
        self.sent: list[str | None] = []

    def fetch(self, _url: str, *, authorization: str | None = None, **_wants: Any) -> None:
        self.sent.append(authorization)


@pytest.mark.parametrize(
    ("url", "goes"),
    [
        ("https://bao.example/feed", True),
        ("https://BAO.example:443/feed", True),
        ("http://bao.example/feed", False),
        ("https://m.bao.example/feed", False),
        ("https://bao.example:8443/feed", False),
        ("https://bao.example.evil.example/", False),
        ("https://bao.example@evil.example/", False),
    ],
)
def test_credential_goes_to_the_very_host_over_https(an: Member, url: str, *, goes: bool) -> None:
    publication = make_publication(host="bao.example")
    give(publication, by=an, host="bao.example")
    gate: Any = Watched()
    SubscribedGate(gate, publication_id=publication.id).fetch(url)
    SubscribedGate(gate, publication_id=publication.id + 1).fetch(url)
    assert gate.sent == [SENT if goes else None, None]


def test_credential_under_another_key_is_not_sent(an: Member, settings: Any) -> None:
    publication = make_publication(host="bao.example")
    give(publication, by=an, host="bao.example")
    settings.SECRET_KEY = "khóa khác"
    gate: Any = Watched()
    SubscribedGate(gate, publication_id=publication.id).fetch("https://bao.example/")
    assert gate.sent == [None]


def test_leaving_destroys_what_was_sealed(an: Member) -> None:
    publication = make_publication(host="bao.example")
    give(publication, by=an, host="bao.example")
    actions.leave_publication(publication.id, reason="", by=an, now=NOW)
    assert Credential.objects.count() == 0


# ---------------------------------------------------------------- on the wire


def gate_of(server: LoopbackServer, other: LoopbackServer, ca: str) -> Gate:
    """A gate that may ask both servers."""
    hosts = frozenset({server.authority, other.authority})
    settings = GateSettings(user_agent="HaiDang/test", allowed_private=hosts, host_delay_s=0.001)
    return Gate(replace(settings, ca_file=ca))


def test_wire_sends_it_to_the_host_alone_and_drops_it_on_the_way_elsewhere(keys: Any) -> None:
    with tls_server(keys, "good") as server, LoopbackServer(name="other.localhost") as other:
        server.answers("/a", b"in")
        server.moves("/within", "/a")
        server.moves("/out", other.url("/b"))
        other.moves("/b", server.url("/a"))
        gate = gate_of(server, other, str(keys / "ca.crt"))
        for path in ("/a", "/within", "/out"):
            gate.fetch(server.url(path), authorization=SENT)
        gate.close()
    sent = [(asked.path, asked.headers.get("authorization")) for asked in server.asked]
    assert sent == [
        ("/robots.txt", None), ("/a", SENT), ("/within", SENT), ("/a", SENT), ("/out", SENT),
        ("/a", None),
    ]  # fmt: skip
    assert [asked.headers.get("authorization") for asked in other.asked] == [None, None]
    assert server.name == NAME


def test_wire_never_sends_it_in_the_clear() -> None:
    with LoopbackServer() as server:
        server.answers("/a", b"in")
        gate = gate_of(server, server, "")
        gate.fetch(server.url("/a"), authorization=SENT)
        gate.close()
    assert [asked.headers.get("authorization") for asked in server.asked] == [None, None]


def test_exact_host_is_the_host_as_it_stands() -> None:
    told = [exact_host(url) for url in ("https://WWW.a.example/x", "https://a.example:8443/", "x")]
    assert told == ["www.a.example", "a.example:8443", ""]

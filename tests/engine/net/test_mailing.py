"""Handing a letter over: certificates are verified, and without encryption nothing leaves this machine."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.core.mail_server import MailServer as Loopback

from haidang.engine.net import MailFault, MailServer, MailSession

ELSEWHERE = (
    "127.0.0.2"  # loopback too, but none of this machine's own names: to us a host like any other
)
LETTER = b"Subject: A\r\n\r\nB\r\n"
PEM = serialization.Encoding.PEM


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`<kind>.pem`, certificate and key: good, of another host, expired, signed by itself; and `ca.crt`."""
    folder = tmp_path_factory.mktemp("keys")
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = make_certificate("authority", ca_key, None, ca_key, is_ca=True)
    (folder / "ca.crt").write_bytes(ca.public_bytes(PEM))
    for kind, address, days in (
        ("good", ELSEWHERE, 9),
        ("other", "127.0.0.9", 9),
        ("old", ELSEWHERE, -1),
        ("alone", ELSEWHERE, 9),
    ):
        key = ec.generate_private_key(ec.SECP256R1())
        signer = (None, key) if kind == "alone" else (ca, ca_key)
        made = make_certificate(kind, key, *signer, address=address, days=days)
        private = key.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{kind}.pem").write_bytes(made.public_bytes(PEM) + private)
    return folder


def make_certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    signer: ec.EllipticCurvePrivateKey,
    *,
    address: str = "",
    days: int = 9,
    is_ca: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=20))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if address:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        made = made.add_extension(names, critical=False)
    return made.sign(signer, hashes.SHA256())


def context(keys: Path, kind: str) -> ssl.SSLContext:
    told = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    told.load_cert_chain(keys / f"{kind}.pem")
    return told


def hand_over(server: MailServer, before_end: Callable[[], None] = lambda: None) -> None:
    with MailSession(server, name="lamha.example") as session:
        session.hand_over(
            LETTER, sender="a@lamha.example", recipient="b@c.example", before_end=before_end
        )


@pytest.mark.parametrize("wrapped", [True, False])
def test_letter_goes_encrypted_to_a_server_of_a_known_authority(keys: Path, wrapped: bool) -> None:
    with Loopback(tls=context(keys, "good"), wrapped=wrapped, host=ELSEWHERE) as there:
        server = MailServer(ELSEWHERE, there.port, wrapped, ca_file=str(keys / "ca.crt"))
        hand_over(server)
        assert len(there.taken) == 1
        assert ("STARTTLS" in there.commands) is not wrapped


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("kind", ["other", "old", "alone"])
def test_bad_certificate_gets_no_letter_and_no_password(
    keys: Path, kind: str, wrapped: bool
) -> None:
    with Loopback(tls=context(keys, kind), wrapped=wrapped, host=ELSEWHERE) as there:
        server = MailServer(
            ELSEWHERE,
            there.port,
            wrapped,
            user="desk",
            password="bí mật",
            ca_file=str(keys / "ca.crt"),
        )
        with pytest.raises(MailFault) as caught:
            hand_over(server)
        assert (caught.value.end, caught.value.what) == ("later", "tls")
        assert {"AUTH", "MAIL"} & set(there.commands) == set()
        assert there.taken == []


def test_server_elsewhere_that_offers_no_encryption_gets_nothing() -> None:
    with Loopback(host=ELSEWHERE) as there:
        server = MailServer(ELSEWHERE, there.port, wrapped=False)
        with pytest.raises(MailFault) as caught:
            hand_over(server)
        assert caught.value.what == "tls"
        assert "MAIL" not in there.commands


def test_server_of_this_machine_needs_none() -> None:
    with Loopback() as there:
        hand_over(MailServer("127.0.0.1", there.port, wrapped=False))
        assert len(there.taken) == 1


def test_we_are_named_after_the_sender_and_not_after_this_machine() -> None:
    with Loopback() as there:
        hand_over(MailServer("127.0.0.1", there.port, wrapped=False))
        assert there.commands[0] == "EHLO"


def test_wrong_password_is_told_as_such() -> None:
    with Loopback(answers={"AUTH": "535 no"}) as there:
        with pytest.raises(MailFault) as caught:
            hand_over(MailServer("127.0.0.1", there.port, False, user="a", password="b"))
        assert (caught.value.end, caught.value.what, caught.value.code) == ("later", "sign_in", 535)


def test_before_the_end_nothing_was_taken_and_an_end_that_is_refused_takes_it_back() -> None:
    with Loopback() as there:

        def refuse() -> None:
            assert there.taken == []
            raise RuntimeError

        with MailSession(MailServer("127.0.0.1", there.port, False), name="a.example") as session:
            with pytest.raises(RuntimeError):
                session.hand_over(
                    LETTER, sender="a@b.example", recipient="b@c.example", before_end=refuse
                )
            session.drop()
        assert there.taken == []


@pytest.mark.parametrize("address", ["a@b\r\nRCPT TO:<x@y>", "a b@c", "<a@b>", "", "đ@b", "ab"])
def test_address_that_could_be_a_command_is_refused(address: str) -> None:
    with (
        MailSession(MailServer("127.0.0.1", 9, False), name="a.example") as session,
        pytest.raises(MailFault) as caught,
    ):
        session.hand_over(LETTER, sender="a@b.example", recipient=address, before_end=lambda: None)
    assert caught.value.end == "never"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("smtps://u%40b:p%2Fw@mail.example", ("mail.example", 465, True, "u@b", "p/w")),
        ("smtp://mail.example:2525", ("mail.example", 2525, False, "", "")),
        ("smtp://[::1]:25", ("::1", 25, False, "", "")),
    ],
)
def test_url_names_the_server(url: str, wanted: tuple[object, ...]) -> None:
    server = MailServer.from_url(url)
    assert (server.host, server.port, server.wrapped, server.user, server.password) == wanted
    assert "p/w" not in repr(server)

"""Certificates: an authority made for the run by the openssl command, servers on loopback."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from haidang.engine.errors import EngineError, Trouble

from .server import LoopbackServer, gate_for

NAME = "press.localhost"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`<kind>.pem` (certificate and key) for a good, an expired, another host's; `alone.pem` signed by itself."""
    if not shutil.which("openssl"):
        pytest.skip("the openssl command, which makes the certificates, is not here")
    folder = tmp_path_factory.mktemp("keys")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    make = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(*make, "-days", "9", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.crt")
    openssl(
        *make, "-days", "9", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
        "-keyout", "alone.key", "-out", "alone.crt",
    )  # fmt: skip
    for kind, name, days in (
        ("good", NAME, "9"),
        ("other", "other.localhost", "9"),
        ("old", NAME, "-1"),
    ):
        (folder / "names").write_text(f"subjectAltName=DNS:{name}\n", encoding="ascii")
        openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", f"/CN={name}", "-keyout", f"{kind}.key", "-out", f"{kind}.csr",
        )  # fmt: skip
        openssl(
            "x509", "-req", "-in", f"{kind}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", days, "-extfile", "names", "-out", f"{kind}.crt",
        )  # fmt: skip
    return folder


def tls_server(keys: Path, kind: str) -> LoopbackServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys / f"{kind}.crt", keys / f"{kind}.key")
    return LoopbackServer(name=NAME, tls=context)


def test_certificate_of_a_known_authority_is_believed_by_name(keys: Path) -> None:
    with tls_server(keys, "good") as server:
        server.answers("/a", b"safe")
        reply = gate_for(server, ca_file=str(keys / "ca.crt")).fetch(server.url("/a"))
    assert (reply.body, reply.peer) == (b"safe", "127.0.0.1")


@pytest.mark.parametrize("kind", ["other", "old", "alone"])
def test_certificate_of_another_host_or_time_or_maker_is_refused(keys: Path, kind: str) -> None:
    with tls_server(keys, kind) as server:
        server.answers("/a", b"unsafe")
        with pytest.raises(EngineError) as caught:
            gate_for(server, ca_file=str(keys / "ca.crt")).fetch(server.url("/a"))
    assert (caught.value.trouble, caught.value.facts["host"]) == (Trouble.TLS_FAILED, NAME)
    assert server.asked == []


def test_unknown_authority_is_refused(keys: Path) -> None:
    with tls_server(keys, "good") as server, pytest.raises(EngineError) as caught:
        gate_for(server).fetch(server.url("/a"))
    assert caught.value.trouble is Trouble.TLS_FAILED


def test_handshake_that_stalls_ends_at_the_connect_timeout() -> None:
    with LoopbackServer() as server:
        stalled = server.url("/a").replace("http:", "https:")
        with pytest.raises(EngineError) as caught:
            gate_for(server, connect_s=0.3).fetch(stalled, obey_robots=False)
    assert caught.value.trouble is Trouble.TIMED_OUT

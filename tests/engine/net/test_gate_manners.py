"""The gate towards hosts: pauses, robots.txt, deadlines."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

from haidang.engine.errors import Trouble
from haidang.engine.net import Gate, GateClosedError

from .server import Clock, LoopbackServer, facts, gate_for, outcome, settings_for, trouble

# ---------------------------------------------------------------- politeness


def test_one_host_is_asked_one_at_a_time_and_apart_whatever_the_threads(
    server: LoopbackServer,
) -> None:
    server.answers("/a", b"ok")
    gate = gate_for(server, host_delay_s=0.05)
    threads = [
        threading.Thread(target=gate.fetch, args=(server.url("/a"),), daemon=True) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    began = [asked.began for asked in server.asked]
    gaps = [later - earlier for earlier, later in itertools.pairwise(began)]
    assert server.paths() == ["/robots.txt", *["/a"] * 8]
    assert server.most_at_once == 1
    assert min(gaps) >= 0.05


def test_stalled_hosts_do_not_hold_up_another(server: LoopbackServer) -> None:
    server.answers("/a", b"ok")
    with LoopbackServer(name="stalled.localhost") as stalled:
        stalled.hangs("/robots.txt")
        gate = gate_for(server, stalled, total_s=1.5)
        threads = [
            threading.Thread(target=trouble, args=(gate, stalled.url(f"/{n}"))) for n in range(4)
        ]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        gate.fetch(server.url("/a"))
        assert time.monotonic() - began < 1.0
        for thread in threads:
            thread.join(timeout=20)


# ---------------------------------------------------------------- robots.txt


def test_robots_are_read_once_for_a_day_and_obeyed(server: LoopbackServer) -> None:
    clock = Clock()
    gate = Gate(settings_for(server), clock=clock)
    server.answers("/robots.txt", b"User-agent: *\nDisallow: /kin")
    server.answers("/a", b"ok")
    gate.fetch(server.url("/a"))
    assert trouble(gate, server.url("/kin/1")) is Trouble.ROBOTS_DENIED
    assert trouble(gate, server.url("/a/%2e%2e/kin/1")) is Trouble.ROBOTS_DENIED
    assert (gate.may_fetch(server.url("/a")), gate.may_fetch(server.url("/kin"))) == (True, False)
    assert server.paths() == ["/robots.txt", "/a"]
    clock.passes(24 * 3_600)
    gate.fetch(server.url("/a"))
    assert server.paths() == ["/robots.txt", "/a", "/robots.txt", "/a"]


def test_robots_may_be_left_aside_where_a_person_asks(server: LoopbackServer) -> None:
    server.answers("/robots.txt", b"User-agent: *\nDisallow: /")
    server.answers("/a", b"ok")
    assert gate_for(server).fetch(server.url("/a"), obey_robots=False).body == b"ok"
    assert server.paths() == ["/a"]


def test_redirect_obeys_the_robots_of_where_it_leads(server: LoopbackServer) -> None:
    with LoopbackServer(name="other.localhost") as other:
        server.moves("/a", other.url("/kin"))
        other.answers("/robots.txt", b"User-agent: haidang\nDisallow: /kin")
        assert trouble(gate_for(server, other), server.url("/a")) is Trouble.ROBOTS_DENIED
        assert other.paths() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("403 No", b"ok"),
        ("404 No", b"ok"),
        ("200 OK", b"ok"),
        ("500 Oh", Trouble.ROBOTS_UNREACHABLE),
        ("503 Busy", Trouble.HOST_BUSY),
        ("429 Slow", Trouble.HOST_BUSY),
    ],
)
def test_status_of_robots_decides(
    server: LoopbackServer, status: str, told: bytes | Trouble
) -> None:
    server.answers("/robots.txt", b"", status=status)
    server.answers("/a", b"ok")
    gate = gate_for(server)
    assert outcome(lambda: gate.fetch(server.url("/a")).body) == told


def test_unreachable_robots_are_asked_again_after_ten_minutes(server: LoopbackServer) -> None:
    clock = Clock()
    gate = Gate(settings_for(server, total_s=0.3), clock=clock)
    server.hangs("/robots.txt", b"HTTP/1.1 200 OK\r\n")
    server.answers("/a", b"ok")
    assert trouble(gate, server.url("/a")) is Trouble.ROBOTS_UNREACHABLE
    assert trouble(gate, server.url("/a")) is Trouble.ROBOTS_UNREACHABLE
    assert server.paths() == ["/robots.txt"]
    server.answers("/robots.txt", b"")
    clock.passes(600)
    assert gate.fetch(server.url("/a")).body == b"ok"


def test_robots_redirects_are_followed_and_checked(server: LoopbackServer) -> None:
    server.answers("/a", b"ok")
    server.moves("/robots.txt", "/r1")
    for number in range(1, 5):
        server.moves(f"/r{number}", f"/r{number + 1}")
    server.answers("/r5", b"User-agent: *\nDisallow: /")
    assert trouble(gate_for(server), server.url("/a")) is Trouble.ROBOTS_DENIED
    server.moves("/r5", "/r6")
    assert gate_for(server).fetch(server.url("/a")).body == b"ok"
    server.moves("/robots.txt", "http://169.254.169.254/robots.txt")
    assert trouble(gate_for(server), server.url("/a")) is Trouble.ROBOTS_UNREACHABLE


def test_crawl_delay_lengthens_the_pause(server: LoopbackServer) -> None:
    server.answers("/robots.txt", b"User-agent: *\nCrawl-delay: 7")
    gate = Gate(settings_for(server), clock=Clock())
    gate.may_fetch(server.url("/a"))
    assert gate.wait_s(server.url("/a")) == 7.0


def test_endless_robots_are_cut_at_half_a_megabyte(server: LoopbackServer) -> None:
    server.floods(
        "/robots.txt",
        b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /kin\n",
        b"#" * 9_999 + b"\n",
    )
    assert not gate_for(server).may_fetch(server.url("/kin"))


# ---------------------------------------------------------------- time


@pytest.mark.parametrize(
    "data", [b"", b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour"]
)
def test_silence_ends_at_the_deadline(server: LoopbackServer, data: bytes) -> None:
    server.hangs("/a", data)
    began = time.monotonic()
    assert trouble(gate_for(server, total_s=0.3), server.url("/a")) is Trouble.TIMED_OUT
    assert time.monotonic() - began < 2.0


def test_drops_do_not_put_off_the_deadline(server: LoopbackServer) -> None:
    server.drips("/head", b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 999, every_s=0.02)
    server.drips(
        "/chunks",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 999,
        every_s=0.005,
    )
    for path in ("/head", "/chunks"):
        began = time.monotonic()
        assert trouble(gate_for(server, total_s=0.5), server.url(path)) is Trouble.TIMED_OUT
        assert time.monotonic() - began < 2.0


def test_endless_body_is_cut_at_the_cap(server: LoopbackServer) -> None:
    server.floods("/a", b"HTTP/1.1 200 OK\r\n\r\n<rss>", b"<item/>" * 1_000)
    gate = gate_for(server, body_max=1 << 20)
    assert facts(gate, server.url("/a")) == {"limit_mb": 1.0}


def test_close_breaks_off_what_is_under_way(server: LoopbackServer) -> None:
    server.hangs("/a", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour")
    gate = gate_for(server)
    ended: list[type] = []

    def work() -> None:
        try:
            gate.fetch(server.url("/a"))
        except GateClosedError:
            ended.append(GateClosedError)

    thread = threading.Thread(target=work)
    thread.start()
    while server.paths() != ["/robots.txt", "/a"]:
        thread.join(timeout=0.01)
    gate.close()
    thread.join(timeout=5)
    assert ended == [GateClosedError]
    with pytest.raises(GateClosedError):
        gate.fetch(server.url("/a"))

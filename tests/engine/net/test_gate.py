from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from haidang.engine.errors import Trouble
from haidang.engine.net import Gate, GateSettings
from haidang.engine.types import Hop

from .server import AGENT, Clock, LoopbackServer, Names, facts, gate_for, settings_for, trouble

# ---------------------------------------------------------------- what is asked, what comes back


def test_fetch_gives_the_answer_whole(server: LoopbackServer) -> None:
    server.answers(
        "/tin", b"<p>tin</p>", headers=("Content-Type: text/html", 'ETag: "1"'), zipped=True
    )
    reply = gate_for(server).fetch(server.url("/tin#top"))
    assert (reply.url, reply.final_url) == (server.url("/tin#top"), server.url("/tin"))
    assert (reply.status, reply.reason, reply.peer, reply.hops) == (200, "OK", "127.0.0.1", ())
    assert (reply.body, reply.raw_body) == (b"<p>tin</p>", gzip.compress(b"<p>tin</p>", mtime=0))
    assert (reply.header("content-type"), reply.header("etag")) == ("text/html", '"1"')
    assert abs(datetime.now(UTC) - reply.fetched_at) < timedelta(minutes=1)


def test_request_tells_who_we_are_and_nothing_else(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answers("/tin", headers=("Set-Cookie: id=1",))
    gate = gate_for(server)
    gate.fetch(server.url("/tin"))
    gate.fetch(server.url("/tin"))
    assert server.asked[-1].headers == {
        "host": server.authority,
        "user-agent": AGENT,
        "accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
        "accept-encoding": "gzip",
        "connection": "close",
    }


def test_validators_are_sent_and_304_comes_back_as_a_reply(server: LoopbackServer) -> None:
    server.says("/feed", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n")
    since = "Mon, 23 Nov 2026 01:02:03 GMT"
    reply = gate_for(server).fetch(
        server.url("/feed"), etag='W/"á"', last_modified=since, want="feed"
    )
    assert (reply.not_modified, reply.body, reply.raw_body) == (True, b"", b"")
    gate_for(server).fetch(server.url("/feed"), etag='W/"a b"', last_modified=since)
    sent = [
        (asked.headers.get("if-none-match"), asked.headers.get("if-modified-since"))
        for asked in server.asked
        if asked.path == "/feed"
    ]
    assert sent == [(None, since), ('W/"a b"', since)]


@pytest.mark.parametrize("etag", ['"' + "e" * 600 + '"', '"a\r\nX-Injected: 1"', '"a\0"', " ", ""])
def test_unfit_validators_are_not_sent(server: LoopbackServer, etag: str) -> None:
    server.answers("/tin")
    gate_for(server).fetch(server.url("/tin"), etag=etag, last_modified=etag)
    assert [name for name in server.asked[-1].headers if name.startswith(("if-", "x-"))] == []


def test_sitemap_that_is_a_gzip_file_is_unpacked_and_a_page_is_not(server: LoopbackServer) -> None:
    packed = gzip.compress(b"<urlset/>", mtime=0)
    server.answers("/sitemap.xml.gz", packed)
    gate = gate_for(server)
    sitemap = gate.fetch(server.url("/sitemap.xml.gz"), want="sitemap")
    assert (sitemap.body, sitemap.raw_body) == (b"<urlset/>", packed)
    assert gate.fetch(server.url("/sitemap.xml.gz")).body == packed


def test_ipv6_host_is_named_in_brackets() -> None:
    with LoopbackServer(address="::1", name="[::1]") as server:
        server.answers("/tin", b"6")
        assert gate_for(server).fetch(server.url("/tin")).peer == "::1"
        assert server.asked[-1].headers["host"] == server.authority


# ---------------------------------------------------------------- where it does not go


def test_loopback_is_closed_unless_that_very_port_was_named(server: LoopbackServer) -> None:
    gate = Gate(settings_for())
    for host in ("127.0.0.1", "localhost", "press.localhost", "2130706433", "0x7f.1", "[::1]", "0"):
        assert trouble(gate, server.url("/", host=host)) in {
            Trouble.DENIED_ADDRESS,
            Trouble.BAD_ADDRESS,
        }
    assert server.asked == []


def test_connection_goes_to_the_checked_answer_and_the_name_is_asked_once(
    server: LoopbackServer,
) -> None:
    with LoopbackServer(address="127.0.0.2", port=server.port) as other:
        named = f"press.lan:{server.port}"
        names = Names(press_lan=[["127.0.0.1"], ["127.0.0.2"]])
        server.answers("/tin", b"first")
        settings = GateSettings(
            user_agent=AGENT, allowed_private=frozenset({named}), host_delay_s=0
        )
        gate = Gate(settings, resolver=names)
        reply = gate.fetch(f"http://{named}/tin", obey_robots=False)
        assert (reply.body, names.asked, other.asked) == (b"first", ["press.lan"], [])


def test_second_address_is_tried_when_the_first_refuses(server: LoopbackServer) -> None:
    named = f"press.lan:{server.port}"
    server.answers("/tin", b"second")
    settings = GateSettings(user_agent=AGENT, allowed_private=frozenset({named}), host_delay_s=0)
    gate = Gate(settings, resolver=Names(press_lan=[["127.0.0.9", "127.0.0.1"]]))
    assert gate.fetch(f"http://{named}/tin").peer == "127.0.0.1"


# ---------------------------------------------------------------- redirects


def test_redirects_are_followed_and_told(server: LoopbackServer) -> None:
    with LoopbackServer(name="other.localhost") as other:
        server.moves("/a", "/b", status=301)
        server.moves("/b", other.url("/c"), status=308)
        other.answers("/c", b"end")
        reply = gate_for(server, other).fetch(server.url("/a"))
    assert (reply.url, reply.final_url, reply.body) == (server.url("/a"), other.url("/c"), b"end")
    assert reply.hops == (
        Hop(url=server.url("/a"), status=301, to=server.url("/b")),
        Hop(url=server.url("/b"), status=308, to=other.url("/c")),
    )
    assert other.paths() == ["/robots.txt", "/c"]


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("http://169.254.169.254/latest/", Trouble.DENIED_ADDRESS),
        ("http://[::1]:9/", Trouble.DENIED_ADDRESS),
        ("http://localhost/", Trouble.DENIED_ADDRESS),
        ("//127.0.0.1/", Trouble.DENIED_ADDRESS),
        ("file:///etc/passwd", Trouble.BAD_ADDRESS),
        ("http://u:p@press.localhost/", Trouble.BAD_ADDRESS),
        ("/" + "a" * 3_000, Trouble.BAD_ADDRESS),
        ("http://example.com:6379/", Trouble.BAD_ADDRESS),
    ],
)
def test_redirect_is_checked_like_any_address(
    server: LoopbackServer, to: str, told: Trouble
) -> None:
    server.moves("/a", to)
    assert trouble(gate_for(server), server.url("/a")) is told


def test_redirects_end_after_five_and_at_once_in_a_loop(server: LoopbackServer) -> None:
    for number in range(9):
        server.moves(f"/{number}", f"/{number + 1}")
    server.moves("/loop", "/loop")
    gate = gate_for(server)
    assert trouble(gate, server.url("/0")) is Trouble.TOO_MANY_REDIRECTS
    assert trouble(gate, server.url("/loop")) is Trouble.TOO_MANY_REDIRECTS
    assert server.paths() == ["/robots.txt", "/0", "/1", "/2", "/3", "/4", "/5", "/loop"]


def test_body_of_a_redirect_is_never_read(server: LoopbackServer) -> None:
    server.hangs("/a", b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 999999\r\n\r\n")
    server.answers("/b", b"end")
    assert gate_for(server, total_s=5.0).fetch(server.url("/a")).body == b"end"


def test_refresh_header_is_not_followed(server: LoopbackServer) -> None:
    server.answers("/a", b"page", headers=("Refresh: 0;url=/b",))
    assert gate_for(server).fetch(server.url("/a")).body == b"page"
    assert "/b" not in server.paths()


# ---------------------------------------------------------------- statuses


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("404 Not Found", Trouble.HTTP_STATUS),
        ("401 Who", Trouble.HTTP_STATUS),
        ("500 Oh", Trouble.HTTP_STATUS),
        ("999 Odd", Trouble.HTTP_STATUS),
        ("302 Where", Trouble.HTTP_STATUS),
        ("410 Gone", Trouble.GONE),
    ],
)
def test_other_statuses_are_troubles(server: LoopbackServer, status: str, told: Trouble) -> None:
    server.answers("/a", b"no", status=status)
    assert trouble(gate_for(server), server.url("/a")) is told


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ((), 600),
        (("Retry-After: 0",), 60),
        (("Retry-After: -5",), 60),
        (("Retry-After: 120",), 120),
        (("Retry-After: 999999999999",), 86_400),
        (("Retry-After: soon",), 600),
        ((f"Retry-After: {format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)}",), 60),
        (
            (f"Retry-After: {format_datetime(datetime(2199, 1, 1, tzinfo=UTC), usegmt=True)}",),
            86_400,
        ),
    ],
)
def test_retry_after_is_kept_between_a_minute_and_a_day(
    server: LoopbackServer, told: tuple[str, ...], seconds: int
) -> None:
    server.answers("/a", status="429 Slow Down", headers=told)
    assert facts(gate_for(server), server.url("/a")) == {"status": 429, "retry_after_s": seconds}


def test_busy_host_is_not_asked_again_before_its_time(server: LoopbackServer) -> None:
    clock = Clock()
    gate = Gate(settings_for(server), clock=clock)
    server.answers("/a", status="503 Busy", headers=("Retry-After: 100",))
    server.answers("/b", b"ok")
    assert trouble(gate, server.url("/a")) is Trouble.HOST_BUSY
    assert facts(gate, server.url("/b")) == {"status": 503, "retry_after_s": 100}
    assert gate.wait_s(server.url("/b")) == 100.0
    assert server.paths() == ["/robots.txt", "/a"]
    clock.passes(100)
    assert gate.fetch(server.url("/b")).body == b"ok"


def test_host_that_is_down_is_not_tried_again_for_ten_minutes() -> None:
    clock = Clock()
    with LoopbackServer() as server:
        gate = Gate(settings_for(server), clock=clock)
    assert trouble(gate, server.url("/a")) is Trouble.CONNECT_FAILED
    with LoopbackServer(port=server.port) as again:
        again.answers("/a", b"back")
        assert trouble(gate, server.url("/a")) is Trouble.CONNECT_FAILED
        assert again.asked == []
        clock.passes(600)
        assert gate.fetch(server.url("/a")).body == b"back"


def test_settings_refuse_what_would_hide_us_or_open_too_much() -> None:
    for bad in ({"user_agent": ""}, {"user_agent": "a\r\nb"}, {"host_delay_s": -1.0}):
        with pytest.raises(ValueError, match=r"user_agent|delay"):
            GateSettings(**{"user_agent": AGENT, **bad})
    with pytest.raises(ValueError, match="host:port"):
        GateSettings(user_agent=AGENT, allowed_private=frozenset({"press.lan"}))

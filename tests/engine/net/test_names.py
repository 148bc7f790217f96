from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net import Gate, GateSettings
from haidang.engine.net.names import check_target, pin_target
from haidang.engine.net.urls import parse_url

from .server import AGENT, LoopbackServer, Names, outcome, settings_for

CORPUS = Path(__file__).parents[4] / "shared" / "hostile" / "ssrf_urls.jsonl"
REFUSALS = {Trouble.BAD_ADDRESS, Trouble.DENIED_ADDRESS, Trouble.NO_SUCH_HOST, Trouble.TIMED_OUT}
PUBLIC = "93.184.216.34"


def settings(*named: str, **changes: object) -> GateSettings:
    return GateSettings(user_agent=AGENT, allowed_private=frozenset(named), **changes)  # type: ignore[arg-type]


def pins(url: str, names: object, *named: str) -> tuple[str, ...]:
    return pin_target(parse_url(url), settings=settings(*named), resolver=names, timeout_s=5)  # type: ignore[arg-type]


def trouble_of(url: str, names: object, *named: str) -> Trouble:
    with pytest.raises(EngineError) as caught:
        pins(url, names, *named)
    return caught.value.trouble


def test_public_name_is_pinned_in_the_order_of_the_answers() -> None:
    names = Names(a_example=[["2606:4700::1", PUBLIC, PUBLIC]])
    assert pins("http://a.example/", names) == ("2606:4700::1", PUBLIC)


@pytest.mark.parametrize(
    "inside", ["127.0.0.1", "10.1.1.1", "::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"]
)
def test_one_denied_answer_denies_the_name(inside: str) -> None:
    names = Names(a_example=[[PUBLIC, inside]])
    assert trouble_of("http://a.example/", names) is Trouble.DENIED_ADDRESS


def test_rebinding_name_is_looked_up_once_for_each_request() -> None:
    names = Names(a_example=[[PUBLIC], ["127.0.0.1"]])
    assert pins("http://a.example/", names) == (PUBLIC,)
    assert names.asked == ["a.example"]
    assert trouble_of("http://a.example/", names) is Trouble.DENIED_ADDRESS


def test_name_without_answers_or_with_hundreds_does_not_exist() -> None:
    names = Names(
        none_example=[[]], many_example=[[f"93.184.{n // 250}.{n % 250}" for n in range(500)]]
    )
    for url in ("http://nx.example/", "http://none.example/", "http://many.example/"):
        assert trouble_of(url, names) is Trouble.NO_SUCH_HOST


def test_internal_names_are_not_even_looked_up() -> None:
    names = Names()
    for host in ("localhost", "db", "a.localhost", "metadata.google.internal", "printer.local"):
        assert trouble_of(f"http://{host}/", names) is Trouble.DENIED_ADDRESS
    assert names.asked == []


def test_named_private_host_opens_that_port_alone() -> None:
    names = Names(press_lan=[["192.168.1.9"]])
    assert pins("http://press.lan:8100/", names, "press.lan:8100") == ("192.168.1.9",)
    assert trouble_of("http://press.lan:8101/", names, "press.lan:8100") is Trouble.DENIED_ADDRESS
    assert trouble_of("http://press.lan/", names, "press.lan:8100") is Trouble.DENIED_ADDRESS
    assert pins("http://press.localhost:22/", names, "press.localhost:22") == ("127.0.0.1",)
    assert pins("http://[::1]:8100/", names, "[::1]:8100") == ("::1",)


def test_named_private_host_is_still_kept_from_metadata() -> None:
    names = Names(press_lan=[["169.254.169.254"]])
    assert trouble_of("http://press.lan:80/", names, "press.lan:80") is Trouble.DENIED_ADDRESS


def test_own_public_name_is_denied() -> None:
    with pytest.raises(EngineError) as caught:
        check_target(
            parse_url("https://desk.example/"),
            settings=settings(own_hosts=frozenset({"desk.example"})),
        )
    assert caught.value.trouble is Trouble.DENIED_ADDRESS


def test_slow_resolver_is_left_behind() -> None:
    over = threading.Event()

    class Slow:
        def resolve(self, host: str) -> Sequence[str]:
            over.wait(10)
            return [PUBLIC]

    with pytest.raises(EngineError) as caught:
        pin_target(
            parse_url("http://a.example/"), settings=settings(), resolver=Slow(), timeout_s=0.05
        )
    over.set()
    assert caught.value.trouble is Trouble.TIMED_OUT


# ---------------------------------------------------------------- the hostile list


class ListedNames:
    """Answers as the list's `why` column says; every other public name has one public address."""

    TABLE = {
        "localtest.me": ["127.0.0.1"],
        "lvh.me": ["127.0.0.1"],
        "zero.test": ["0.0.0.0"],
        "rebind.test": [PUBLIC, "127.0.0.1"],
        "rebind-ttl0.test": ["127.0.0.1"],
        "cname-loop.test": ["127.0.0.1"],
        "127.0.0.1.nip.test": ["127.0.0.1"],
        "empty.test": [],
        "many-a.test": [PUBLIC] * 500,
    }
    MISSING = frozenset({"long-cname.test", "slow-dns.test", "servfail.test", "nx.test"})

    def __init__(self, rows: list[dict[str, str]], *, elsewhere: Sequence[str] = (PUBLIC,)) -> None:
        self.elsewhere = elsewhere
        self.table = {
            row["url"][7:-1]: row["why"].split(",") for row in rows if row["family"] == "dns"
        } | self.TABLE

    def resolve(self, host: str) -> Sequence[str]:
        if host in self.MISSING:
            raise OSError("as the list says")
        return self.table.get(host, self.elsewhere)


def listed() -> list[dict[str, str]]:
    if not CORPUS.exists():
        pytest.skip("the shared list of hostile addresses is not beside this checkout")
    return [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


def listed_outcomes(expect: str) -> dict[str, Trouble | tuple[str, ...]]:
    rows = listed()
    urls = [row["url"] for row in rows if row["expect"] == expect]
    return {url: outcome(lambda url=url: pins(url, ListedNames(rows))) for url in urls}


def test_every_listed_deny_row_is_refused_before_a_connection() -> None:
    outcomes = listed_outcomes("deny")
    assert {url: got for url, got in outcomes.items() if got not in REFUSALS} == {}


def test_every_listed_allow_row_passes_but_the_one_with_credentials() -> None:
    outcomes = listed_outcomes("allow")
    # Credentials would need a sealed place to be kept in; until one exists they are refused.
    assert {url: got for url, got in outcomes.items() if isinstance(got, Trouble)} == {
        "https://user:pw@example.com/feed": Trouble.BAD_ADDRESS
    }


class Connections:
    """Every address handed to connect() in this process while it is open, as Python itself sees it."""

    def __init__(self) -> None:
        self.seen: list[object] = []
        self.open = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        if self.open and event == "socket.connect":
            self.seen.append(args[1])


def test_no_listed_deny_row_is_connected_to_as_asked_or_as_redirected_to() -> None:
    rows = listed()
    urls = [row["url"] for row in rows if row["expect"] == "deny"]
    connections = Connections()
    with LoopbackServer() as server:
        gate = Gate(settings_for(server), resolver=ListedNames(rows, elsewhere=()))
        for number, url in enumerate(urls):
            server.moves(f"/{number}", url.replace("\r\n", "\x0b"))
        connections.open = True
        asked = {url: outcome(lambda url=url: gate.fetch(url)) for url in urls}
        moved = {
            url: outcome(lambda number=number: gate.fetch(server.url(f"/{number}")))
            for number, url in enumerate(urls)
        }
        connections.open = False
    assert {url: got for url, got in asked.items() if got not in REFUSALS} == {}
    # A relative address is a path of the server that redirects: asked for there, it is not found.
    relative = {"/etc/passwd", "../../etc/passwd", "|ls"}
    refusals = REFUSALS | {Trouble.BAD_HTTP}  # a line break cannot be sent inside a header
    assert {url for url, got in moved.items() if got not in refusals} == relative
    assert set(connections.seen) == {("127.0.0.1", server.port)}

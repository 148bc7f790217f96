"""The gate: parse, ask robots.txt, wait for the turn, resolve and check, connect, read; for each hop."""

from __future__ import annotations

import email.utils
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net import robots
from haidang.engine.net.hooks import HookCall
from haidang.engine.net.hosts_known import Turns
from haidang.engine.net.hubs import HubRequest
from haidang.engine.net.messages import BodyLimits, gunzip
from haidang.engine.net.names import Resolver, SystemResolver, check_target, pin_target
from haidang.engine.net.settings import GateSettings
from haidang.engine.net.turns import HostTurns, NotYetError, Visit
from haidang.engine.net.urls import Target, join_url, parse_url
from haidang.engine.net.wire import Answer, Deadline, NoAnswerError, Wire
from haidang.engine.types import Hop, Reply

Want = Literal["feed", "page", "sitemap"]

ACCEPT: Mapping[Want, str] = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5",
    "page": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
    "sitemap": "application/xml, text/xml, application/gzip;q=0.9, */*;q=0.5",
}
RETRY_AFTER_MIN_S, RETRY_AFTER_MAX_S = 60, 86_400
RETRY_AFTER_DEFAULT_S = 600  # a 429 or 503 that names no time

_TOLD_ANSWER_MAX = 4_096
_VALIDATOR = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,510}[\x21-\x7e])?")
_CREDENTIAL = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,30} [\x21-\x7e]{1,4000}")
_BUSY = frozenset({429, 503})
_GZIP_MAGIC = b"\x1f\x8b"
# Troubles of the host itself, told as they are; all others make its robots.txt unreachable.
_OF_THE_HOST = frozenset(
    {Trouble.DENIED_ADDRESS, Trouble.NO_SUCH_HOST, Trouble.CONNECT_FAILED, Trouble.TLS_FAILED}
    | {Trouble.HOST_BUSY}
)


class _Budget:
    """What is left to one fetch with all its hops: network time, and patience for turns."""

    def __init__(self, settings: GateSettings) -> None:
        self._total = self._left = settings.total_s
        self._wait_until = time.monotonic() + settings.longest_wait_s + settings.total_s

    def patience_s(self) -> float:
        """Seconds that may still be waited for a turn; a chain of slow hosts shares one allowance."""
        return max(0.0, self._wait_until - self._left - time.monotonic())

    @contextmanager
    def spend(self) -> Iterator[Deadline]:
        if self._left <= 0:
            raise EngineError(Trouble.TIMED_OUT, seconds=self._total)
        began = time.monotonic()
        try:
            yield Deadline(self._left)
        finally:
            self._left -= time.monotonic() - began


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """What to ask for and how much of it to take."""

    headers: Mapping[str, str]
    limits: BodyLimits
    budget: _Budget
    form: bytes = b""  # sent with the request, which then is a POST
    patience_s: float | None = None  # for the first turn; None: as long as the budget allows


class Gate:
    """The one way out. Thread-safe; a fetch blocks until it is the host's turn.

    `clock` (monotonic seconds) drives what is remembered of hosts; `resolver` turns names into
    addresses. Both exist so that a test can lead time and names. `turns` shares what is remembered
    with other processes, by its own clock.
    """

    def __init__(
        self,
        settings: GateSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        resolver: Resolver | None = None,
        turns: Turns | None = None,
    ) -> None:
        self._settings = settings
        self._resolver = resolver or SystemResolver()
        self._turns = (
            HostTurns(settings, turns=turns)
            if turns
            else HostTurns.of_this_process(settings, clock=clock)
        )
        self._robots = robots.RobotsMemory(clock=clock)
        self._wire = Wire(connect_s=settings.connect_s, ca_file=settings.ca_file)
        self._limits = BodyLimits(size_max=settings.body_max, ratio_max=settings.ratio_max)

    def introduce_as(self, user_agent: str) -> None:
        """Send this user agent from the next request on. Raises ValueError as the settings do."""
        if user_agent != self._settings.user_agent:
            self._settings = replace(self._settings, user_agent=user_agent)

    def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = "*/*",
        obey_robots: bool = True,
        want: Want = "page",
        authorization: str | None = None,
        patience_s: float | None = None,
    ) -> Reply:
        """What `url` answers after at most `redirects_max` redirects: 2xx, or 304 (also unasked).

        `want` says what is hoped for (it chooses `Accept` unless `accept` names one; a sitemap or a
        feed that is itself a gzip file is unpacked). Validators that are too long or hold control characters
        are not sent. `authorization` (the value of that header) goes to the very host and port of
        `url` over https only, never with robots.txt, and no more once a redirect led elsewhere.
        `patience_s` bounds the wait for the host's first turn: NotYetError when it would be longer
        (robots.txt may have been read by then, so that the next try goes further).
        Raises EngineError with any Trouble of the address, the way or the answer, and
        GateClosedError when the gate is closed meanwhile.
        """
        errand = _Errand(
            headers=self._headers(want, accept=accept, etag=etag, last_modified=last_modified),
            limits=self._limits,
            budget=_Budget(self._settings),
            patience_s=patience_s,
        )
        target, hops = parse_url(url), list[Hop]()
        seen = {target.url}
        errand = _authorize(errand, target, authorization)
        while True:
            check_target(target, settings=self._settings)
            if obey_robots:
                self._ask_robots(target, errand)
            answer = self._visit(target, errand)
            if answer.location is None:
                return self._reply(answer, url=url, target=target, hops=hops, want=want)
            errand = replace(errand, patience_s=None)
            before, target = target, join_url(target, answer.location)
            if target.origin != before.origin:
                errand = _authorize(errand, target, None)
            hops.append(Hop(url=before.url, status=answer.head.status, to=target.url))
            if len(hops) > self._settings.redirects_max or target.url in seen:
                limit = self._settings.redirects_max
                raise EngineError(Trouble.TOO_MANY_REDIRECTS, limit=limit)
            seen.add(target.url)

    def ask_hub(self, url: str, request: HubRequest) -> int:
        """Ask a WebSub hub to tell of a topic; the status of its "yes", 2xx.

        The hub offered this address for it, so robots.txt is not asked; a redirect is an answer
        like any other. A secret travels over https only, or to a host that the operator named.
        Raises BAD_ADDRESS for any other hub, and EngineError as `fetch` does.
        """
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._tell(url, headers=form, form=request.to_form(), patience_s=None)

    def call_hook(self, url: str, call: HookCall, *, secret: str, patience_s: float) -> int:
        """Tell a webhook of something public; the status of its "yes", 2xx.

        Whoever gave the address asked to be told, so robots.txt is not asked; a redirect is an answer
        like any other and is not followed. Over https only, or to a host that the operator named.
        Raises BAD_ADDRESS for any other, NotYetError, and EngineError as `fetch` does.
        """
        signed = call.to_headers(secret=secret, now=datetime.now(UTC))
        return self._tell(url, headers=signed, form=call.to_body(), patience_s=patience_s)

    def _tell(
        self, url: str, *, headers: Mapping[str, str], form: bytes, patience_s: float | None
    ) -> int:
        target = parse_url(url)
        named = target.authority in self._settings.allowed_private
        if target.scheme != "https" and not named:
            raise EngineError(Trouble.BAD_ADDRESS, url=url[:200])
        check_target(target, settings=self._settings)
        ours = self._headers("page", accept="*/*;q=0.5", etag=None, last_modified=None)
        errand = _Errand(
            headers={**ours, **headers},
            limits=BodyLimits(size_max=_TOLD_ANSWER_MAX, ratio_max=10, cut=True),
            budget=_Budget(self._settings),
            form=form,
            patience_s=patience_s,
        )
        answer = self._visit(target, errand)
        _complain_if_busy(answer)
        if answer.body is None:
            raise EngineError(Trouble.HTTP_STATUS, status=answer.head.status)
        return answer.head.status

    def may_fetch(self, url: str) -> bool:
        """Whether robots.txt lets us fetch `url`; it is read when not known. Raises as `fetch`."""
        target = parse_url(url)
        check_target(target, settings=self._settings)
        try:
            self._ask_robots(target, self._robots_errand(_Budget(self._settings)))
        except EngineError as error:
            if error.trouble is Trouble.ROBOTS_DENIED:
                return False
            raise
        return True

    def wait_s(self, url: str) -> float:
        """Seconds until `url`'s host may be asked, as far as is known now. Raises BAD_ADDRESS."""
        return self._turns.wait_s(parse_url(url))

    def close(self) -> None:
        """Break off what is under way and refuse the rest (GateClosedError). May be called twice."""
        self._turns.close()
        self._wire.close()

    def _headers(
        self, want: Want, *, accept: str, etag: str | None, last_modified: str | None
    ) -> dict[str, str]:
        headers = {
            "User-Agent": self._settings.user_agent,
            "Accept": ACCEPT[want] if accept == "*/*" else accept,
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        if etag and _VALIDATOR.fullmatch(etag):
            headers["If-None-Match"] = etag
        if last_modified and _VALIDATOR.fullmatch(last_modified):
            headers["If-Modified-Since"] = last_modified
        return headers

    def _visit(self, target: Target, errand: _Errand) -> Answer:
        """One request in its turn; remembers hosts that are busy or down."""
        with self._turn(target, errand) as visit, errand.budget.spend() as deadline:
            try:
                answer = self._knock(target, errand, visit=visit, deadline=deadline)
            except NoAnswerError:
                self._turns.mark_down(target)
                raise
            except EngineError as error:
                if error.trouble is Trouble.TIMED_OUT and visit.owes_pause:
                    self._turns.mark_stalled(target)
                raise
            self._turns.mark_answered(target)
            if answer.head.status in _BUSY:
                seconds = _retry_after_s(answer.head.values("retry-after"))
                self._turns.mark_busy(target, status=answer.head.status, seconds=seconds)
            return answer

    @contextmanager
    def _turn(self, target: Target, errand: _Errand) -> Iterator[Visit]:
        patience_s = errand.budget.patience_s()
        if errand.patience_s is not None:
            patience_s = min(patience_s, errand.patience_s)
        with ExitStack() as stack:
            try:
                visit = stack.enter_context(self._turns.turn(target, patience_s=patience_s))
            except EngineError as error:
                ours = error.trouble is Trouble.HOST_BUSY and not error.facts["status"]
                if ours and errand.patience_s is not None:
                    raise NotYetError(float(error.facts["retry_after_s"])) from None
                raise
            yield visit

    def _knock(
        self, target: Target, errand: _Errand, *, visit: Visit, deadline: Deadline
    ) -> Answer:
        pins = pin_target(
            target,
            settings=self._settings,
            resolver=self._resolver,
            timeout_s=min(self._settings.connect_s, deadline.left()),
        )
        visit.knocked()
        return self._wire.ask(
            target,
            pins=pins,
            headers=errand.headers,
            limits=errand.limits,
            deadline=deadline,
            form=errand.form,
        )

    def _reply(
        self, answer: Answer, *, url: str, target: Target, hops: list[Hop], want: Want
    ) -> Reply:
        """The answer as a Reply. Raises GONE, HOST_BUSY or HTTP_STATUS when it is none."""
        head, body = answer.head, answer.body
        if head.status == 410:
            raise EngineError(Trouble.GONE)
        _complain_if_busy(answer)
        if body is None and head.status != 304:
            raise EngineError(Trouble.HTTP_STATUS, status=head.status)
        raw = body.raw if body else b""
        decoded = body.decoded if body else b""
        if want != "page" and decoded is raw and decoded.startswith(_GZIP_MAGIC):
            decoded = gunzip(decoded, limits=self._limits)
        return Reply(
            url=url,
            final_url=target.url,
            status=head.status,
            reason=head.reason,
            headers=head.headers,
            body=decoded,
            raw_body=raw,
            fetched_at=datetime.now(UTC),
            peer=answer.peer,
            hops=tuple(hops),
        )

    def _ask_robots(self, target: Target, errand: _Errand) -> None:
        """Raises ROBOTS_DENIED or ROBOTS_UNREACHABLE, or what is wrong with the host itself."""
        verdict = self._robots.fresh(target.origin)
        if verdict is None:
            with self._robots.reading(target.origin):
                # Another thread may have read it while this one waited.
                verdict = self._robots.fresh(target.origin) or self._read_robots(
                    target, self._robots_errand(errand.budget, patience_s=errand.patience_s)
                )
        if verdict.rules is None:
            raise EngineError(Trouble.ROBOTS_UNREACHABLE, host=target.host)
        if not verdict.rules.allow(target.path):
            raise EngineError(Trouble.ROBOTS_DENIED, host=target.host)

    def _robots_errand(self, budget: _Budget, *, patience_s: float | None = None) -> _Errand:
        limits = BodyLimits(size_max=robots.SIZE_MAX, ratio_max=self._settings.ratio_max, cut=True)
        headers = self._headers(
            "page", accept="text/plain, */*;q=0.5", etag=None, last_modified=None
        )
        return _Errand(headers=headers, limits=limits, budget=budget, patience_s=patience_s)

    def _read_robots(self, target: Target, errand: _Errand) -> robots.Verdict:
        origin = target.origin
        try:
            rules = self._fetch_rules(replace(target, path="/robots.txt"), errand)
        except EngineError as error:
            of_a_host = error.trouble in _OF_THE_HOST or isinstance(error, NoAnswerError)
            if of_a_host and error.facts.get("host", target.host) == target.host:
                raise
            return self._robots.keep(origin, rules=None, seconds=self._settings.robots_retry_s)
        if rules is None:
            return self._robots.keep(origin, rules=None, seconds=self._settings.robots_retry_s)
        self._turns.slow_down(target, crawl_delay_s=rules.crawl_delay_s)
        return self._robots.keep(origin, rules=rules, seconds=self._settings.robots_kept_s)

    def _fetch_rules(self, target: Target, errand: _Errand) -> robots.Rules | None:
        """The rules behind `target`, redirects followed; None when it answers with an error of its own."""
        for _ in range(max(5, self._settings.redirects_max) + 1):
            answer = self._visit(target, errand)
            if answer.body is not None:
                return robots.read_rules(answer.body.decoded)
            _complain_if_busy(answer)
            if answer.location is None:
                status = answer.head.status
                return robots.Rules() if 400 <= status < 500 else None
            errand = replace(errand, patience_s=None)
            target = join_url(target, answer.location)
            check_target(target, settings=self._settings)
        return robots.Rules()


def _authorize(errand: _Errand, target: Target, value: str | None) -> _Errand:
    """The errand with that credential where it may be sent, without any where it may not."""
    headers = {name: told for name, told in errand.headers.items() if name != "Authorization"}
    if value and target.scheme == "https" and _CREDENTIAL.fullmatch(value):
        headers["Authorization"] = value
    return replace(errand, headers=headers)


def _complain_if_busy(answer: Answer) -> None:
    if answer.head.status in _BUSY:
        seconds = _retry_after_s(answer.head.values("retry-after"))
        raise EngineError(Trouble.HOST_BUSY, status=answer.head.status, retry_after_s=seconds)


def _retry_after_s(values: list[str]) -> int:
    """Seconds asked for by `Retry-After` (a number or a date), rounded up, between a minute and a day."""
    if not values:
        return RETRY_AFTER_DEFAULT_S
    try:
        seconds = float(int(values[0][:20]))
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(values[0][:100])
        except (ValueError, TypeError, IndexError, OverflowError):
            return RETRY_AFTER_DEFAULT_S
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return math.ceil(min(max(seconds, RETRY_AFTER_MIN_S), RETRY_AFTER_MAX_S))

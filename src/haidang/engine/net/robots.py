"""robots.txt by RFC 9309: which rules are ours, what they allow, how long they are believed.

protego matches paths; choosing the group is done here, because protego matches agents by search
where the RFC asks for equal product tokens, and because only our own group is then kept in memory.
As the RFC has it, 4xx or a sixth redirect means "no robots.txt", which allows everything, and 5xx or
silence forbids everything. Stricter than the RFC: 429 is a host that asks for patience, not a 4xx.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from protego import Protego

from haidang.engine.net.settings import ROBOTS_TOKEN

SIZE_MAX = 500 * 1024  # RFC 9309, 2.5: at least this much is parsed
SITES_MAX = 2_000
RULES_MAX = 16 << 20  # characters of rules kept, over all sites

_AGENT_LINE = re.compile(r"user[- ]?agent\s*[:\s]\s*(.*)", re.IGNORECASE)
_RULE_LINE = re.compile(
    r"(dis+al+ow|diasllow|disallaw|allow|crawl[- ]delay)\s*[:\s]", re.IGNORECASE
)
_TOKEN = re.compile(r"[A-Za-z_-]+")


class Rules:
    """What one site's robots.txt says to us."""

    def __init__(self, lines: tuple[str, ...] = ()) -> None:
        self.weight = sum(map(len, lines))
        self._parsed: Any = Protego.parse("\n".join(("User-agent: *", *lines))) if lines else None

    def allow(self, path: str) -> bool:
        """Whether `path` (with its query, percent-encoded) may be fetched."""
        # protego reads a whole address; the host plays no part, so none that could confuse it.
        return self._parsed is None or bool(self._parsed.can_fetch("http://h" + path, ROBOTS_TOKEN))

    @property
    def crawl_delay_s(self) -> float:
        """Seconds that the site asks us to leave between two requests; 0 where it asks nothing."""
        delay = self._parsed.crawl_delay(ROBOTS_TOKEN) if self._parsed else None
        return float(delay) if delay else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is known of a site's robots.txt. `rules` None: unreachable, so nothing may be fetched."""

    rules: Rules | None
    until: float


def read_rules(body: bytes) -> Rules:
    """The rules for our product token; failing a group of ours, those for `*`. Never raises."""
    text = body[:SIZE_MAX].decode("utf-8", "replace").removeprefix("\ufeff")
    ours: list[str] = []
    everyones: list[str] = []
    named = False
    group: set[str] = set()
    in_rules = True
    for line in re.split(r"[\r\n]+", text.replace("\x00", "")):
        line = line.partition("#")[0].strip()  # noqa: PLW2901 -- the same line, cleaned
        if agent := _AGENT_LINE.fullmatch(line):
            group = set() if in_rules else group
            in_rules = False
            token = _agent_token(agent[1])
            group.add(token)
            named = named or token == ROBOTS_TOKEN.lower()
        elif _RULE_LINE.match(line):
            in_rules = True
            if ROBOTS_TOKEN.lower() in group:
                ours.append(line)
            if "*" in group:
                everyones.append(line)
    return Rules(tuple(ours if named else everyones))


def _agent_token(value: str) -> str:
    """`HaiDang/1.0` and `haidang` are one token; `HaiDang-Images` is another."""
    if re.match(r"\*(?:\s|$)", value):
        return "*"
    found = _TOKEN.match(value)
    return found[0].lower() if found else ""


class RobotsMemory:
    """Verdicts by origin, bounded in number and in weight; one reader for each site at a time."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._verdicts: OrderedDict[str, Verdict] = OrderedDict()
        self._weight = 0
        self._readers: dict[str, tuple[threading.Lock, int]] = {}

    def fresh(self, origin: str) -> Verdict | None:
        """The verdict still believed, or None."""
        with self._lock:
            verdict = self._verdicts.get(origin)
            return verdict if verdict and verdict.until > self._clock() else None

    def keep(self, origin: str, *, rules: Rules | None, seconds: float) -> Verdict:
        """Believe `rules` for `seconds`. Unreachable (None) keeps older rules, as RFC 9309 2.4 has it."""
        with self._lock:
            past = self._verdicts.pop(origin, None)
            if past and past.rules:
                self._weight -= past.rules.weight
                rules = rules or past.rules
            verdict = Verdict(rules=rules, until=self._clock() + seconds)
            self._verdicts[origin] = verdict
            self._weight += rules.weight if rules else 0
            while len(self._verdicts) > SITES_MAX or self._weight > RULES_MAX:
                _, dropped = self._verdicts.popitem(last=False)
                self._weight -= dropped.rules.weight if dropped.rules else 0
            return verdict

    @contextmanager
    def reading(self, origin: str) -> Iterator[None]:
        """Only one thread at a time reads the robots.txt of one origin."""
        with self._lock:
            reader, users = self._readers.get(origin, (threading.Lock(), 0))
            self._readers[origin] = (reader, users + 1)
        try:
            with reader:
                yield
        finally:
            with self._lock:
                reader, users = self._readers.pop(origin)
                if users > 1:
                    self._readers[origin] = (reader, users - 1)

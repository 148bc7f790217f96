"""From typed characters to a `Query`: a lexer and a reader by recursive descent, both linear."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import NoReturn

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.search.cut import exact_pieces, folded_pieces, spans
from haidang.engine.search.query import (
    DEPTH_MAX,
    QUERY_MAX,
    TERMS_MAX,
    And,
    Filter,
    Node,
    Or,
    Query,
    Term,
)
from haidang.engine.text import fold, nfc

_FILTERS = {
    "nguon": "source",
    "source": "source",
    "nuoc": "country",
    "country": "country",
    "tieng": "language",
    "lang": "language",
    "language": "language",
    "tu": "since",
    "from": "since",
    "den": "until",
    "to": "until",
    "cap": "level",
    "level": "level",
    "detai": "topic",
    "topic": "topic",
}
_LEXEME = re.compile(
    r"""\s*(?:
        (?P<open>[(（]) | (?P<close>[)）])
      | (?P<not>-)(?=[^\s)）-])
      | (?P<filter>[^\W\d_]{2,8})[:：](?=\S)(?P<value>"[^"]*"?|[^\s()（）"“”„«»「」『』]*)
      | ["“”„«»「」『』](?P<phrase>[^"“”„«»「」『』]*)["“”„«»「」『』]?
      | (?P<word>[^\s()（）"“”„«»「」『』]+)
    )""",
    re.VERBOSE,
)
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_OUR_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str  # open, close, AND, OR, NOT, term, filter
    at: int
    term: Term | None = None
    filter: Filter | None = None


@dataclass(frozen=True, slots=True)
class _Negated:
    """A part behind NOT, until its AND takes it up."""

    node: Node


@dataclass(slots=True)
class _Reader:
    lexemes: list[_Lexeme]
    place: int = 0
    filters: list[Filter] = field(default_factory=list)

    def peek(self) -> str:
        return self.lexemes[self.place].kind if self.place < len(self.lexemes) else "end"

    def take(self) -> _Lexeme:
        self.place += 1
        return self.lexemes[self.place - 1]


def parse_query(text: str) -> Query:
    """Read a person's query. Default operator AND; OR binds weaker than AND; NOT and `-` exclude.

    Filters: nguồn/source, nước/country, tiếng/lang, cấp/level, đềtài/topic, từ/from, đến/to, each
    `name:value`; a filter holds for the whole query. Errors: `EngineError(BAD_QUERY)` with a word of `QUERY_FAULTS`.
    """
    if len(text) > QUERY_MAX:
        _refuse("too_long", QUERY_MAX)
    text = nfc(text)
    reader = _Reader(_lex(text))
    parts: list[Node | _Negated] = []
    while reader.peek() != "end":
        part = _read_or(reader, depth=0)
        if part is not None:
            parts.append(part)
        if reader.peek() == "close":  # one too many
            reader.take()
    return Query(root=_join_and(parts, at=0), filters=tuple(reader.filters))


def _refuse(what: str, at: int) -> NoReturn:
    raise EngineError(Trouble.BAD_QUERY, what=what, at=at)


def _lex(text: str) -> list[_Lexeme]:
    lexemes: list[_Lexeme] = []
    count = 0
    place = 0
    while match := _LEXEME.match(text, place):
        place = match.end()
        lexeme = _lexeme(match)
        if lexeme is None:
            continue
        lexemes.append(lexeme)
        count += lexeme.kind in {"term", "filter"}
        if count > TERMS_MAX:
            _refuse("too_many_terms", lexeme.at)
    return lexemes


def _lexeme(match: re.Match[str]) -> _Lexeme | None:
    kind = match.lastgroup or ""
    group = "filter" if kind == "value" else kind
    at = match.start(group)
    if group in {"open", "close"}:
        return _Lexeme(group, at)
    if group == "not":
        return _Lexeme("NOT", at)
    if group == "filter":
        found = _filter(match["filter"], match["value"], at)
        if found:
            return _Lexeme("filter", at, filter=found)
        return _term_lexeme(f"{match['filter']} {match['value']}", at)
    word = match[group]
    if group == "word" and word in {"AND", "OR", "NOT"}:
        return _Lexeme(word, at)
    return _term_lexeme(word, at)


def _term_lexeme(words: str, at: int) -> _Lexeme | None:
    term = to_term(words)
    return _Lexeme("term", at, term=term) if term else None


def to_term(words: str) -> Term | None:
    """The tokens of a word or a phrase as the index has them; None where there are none."""
    kept = spans(words)
    if len(kept) > 1 and kept[-1].single and kept[-1].start < kept[-2].end:
        # The index has a run's last character once more; in the middle of a run it is not there.
        kept.pop()
    prefix = bool(kept) and kept[-1].single
    pairs = [
        (exact_pieces(words[span.start : span.end]), folded_pieces(words[span.start : span.end]))
        for span in kept
    ]
    exact = tuple(token for pair in pairs for token in pair[0])
    folded = tuple(token for pair in pairs for token in pair[1])
    if not folded or not exact:
        return None
    return Term(exact=exact, folded=folded, marked=exact != folded, prefix=prefix, typed=words)


def _filter(name: str, value: str, at: int) -> Filter | None:
    known = _FILTERS.get(fold(name))
    if known is None:
        return None
    value = value.strip('"').strip()
    if not value:
        _refuse("empty_filter", at)
    if known in {"since", "until"}:
        return Filter(name=known, value=value, day=_day(value, at))
    return Filter(name=known, value=value)


def _day(value: str, at: int) -> dt.date:
    if match := _ISO_DAY.fullmatch(value):
        year, month, day = (int(part) for part in match.groups())
    elif match := _OUR_DAY.fullmatch(value):
        day, month, year = (int(part) for part in match.groups())
    else:
        _refuse("bad_date", at)
    try:
        return dt.date(year, month, day)
    except ValueError:
        _refuse("bad_date", at)


def _read_or(reader: _Reader, *, depth: int) -> Node | _Negated | None:
    at = reader.lexemes[min(reader.place, len(reader.lexemes) - 1)].at
    parts = [_read_choice(reader, depth=depth)]
    while reader.peek() == "OR":
        reader.take()
        parts.append(_read_choice(reader, depth=depth))
    if len(parts) > 1 and any(only_filter for _, only_filter in parts):
        _refuse("filter_in_or", at)
    known = [part for part, _ in parts if part is not None]
    if len(known) < 2:
        return known[0] if known else None
    if any(isinstance(part, _Negated) for part in known):
        _refuse("only_not", at)
    return Or(tuple(part for part in known if not isinstance(part, _Negated)))


def _read_choice(reader: _Reader, *, depth: int) -> tuple[Node | _Negated | None, bool]:
    """One side of OR, and whether it holds nothing but filters: those hold for the whole query."""
    filters = len(reader.filters)
    part = _read_and(reader, depth=depth)
    return part, part is None and len(reader.filters) > filters


def _read_and(reader: _Reader, *, depth: int) -> Node | _Negated | None:
    start = reader.place
    parts: list[Node | _Negated] = []
    while reader.peek() not in {"OR", "close", "end"}:
        if reader.peek() == "AND":
            reader.take()
            continue
        part = _read_not(reader, depth=depth)
        if part is not None:
            parts.append(part)
    if len(parts) == 1:
        return parts[0]
    return _join_and(parts, at=reader.lexemes[start].at) if parts else None


def _read_not(reader: _Reader, *, depth: int) -> Node | _Negated | None:
    negated = False
    while reader.peek() == "NOT":
        reader.take()
        negated = not negated
    if reader.peek() not in {"open", "term", "filter"}:
        return None
    lexeme = reader.take()
    if lexeme.kind == "filter":
        assert lexeme.filter is not None
        reader.filters.append(_turned(lexeme.filter, negated=negated, at=lexeme.at))
        return None
    part: Node | _Negated | None = lexeme.term
    if lexeme.kind == "open":
        part = _read_group(reader, lexeme.at, depth=depth + 1, negated=negated)
    if part is None or not negated:
        return part
    return part.node if isinstance(part, _Negated) else _Negated(part)


def _turned(found: Filter, *, negated: bool, at: int) -> Filter:
    if not negated:
        return found
    if found.day is not None:
        _refuse("bad_date", at)
    return Filter(name=found.name, value=found.value, wanted=False)


def _read_group(reader: _Reader, at: int, *, depth: int, negated: bool) -> Node | _Negated | None:
    if depth > DEPTH_MAX:
        _refuse("too_deep", at)
    filters = len(reader.filters)
    part = _read_or(reader, depth=depth)
    if reader.peek() == "close":
        reader.take()
    if negated and len(reader.filters) > filters:
        _refuse("filter_in_or", at)
    return part


def _join_and(parts: list[Node | _Negated], *, at: int) -> Node | None:
    wanted = tuple(part for part in parts if not isinstance(part, _Negated))
    unwanted = tuple(part.node for part in parts if isinstance(part, _Negated))
    if not wanted:
        if unwanted:
            _refuse("only_not", at)
        return None
    if len(wanted) == 1 and not unwanted:
        return wanted[0]
    return And(wanted, unwanted)

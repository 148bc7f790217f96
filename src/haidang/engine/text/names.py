"""Words that look like names, as evidence that two texts tell of the same event.

A heuristic on capital letters, right often enough for grouping and wrong often enough that it must
never be more: its result lives in the grouper's memory and in the reasons of a grouping, and is
never stored, counted or shown as data about a person (promise 2).
"""

from __future__ import annotations

import re

from haidang.engine.text.fold import fold
from haidang.engine.text.sentences import sentences

SPAN_WORDS_MAX = 6

_SPAN_WORD = re.compile(r"[^\W_]+(?:['’.-](?=[^\W\d_])[^\W_]+)*")

# Folded. Words that only begin a sentence, and titles of persons, in front of a name.
_VIETNAMESE_STARTERS = frozenset(
    "ong ba anh chi em co chu bac thay ngai theo tai tu trong ngoai ngay thang nam sang trua chieu toi dem hom nay qua "
    "khi sau truoc voi cho den va nhung cac mot hai ba bon nhieu tuy nhien do vi neu nhu khong day chung ho cung moi "
    "lan thu cuoi dau tren duoi ve o".split()
)
_OTHER_STARTERS = frozenset(
    "the a an in on at of to for from with by as and but or if when while after before it he she they we you i this "
    "that these those his her their our its there here what who why how where mr mrs ms dr sir monday tuesday wednesday "
    "thursday friday saturday sunday january february march april may june july august september october november "
    "december le la les un une des du de et mais en dans sur pour par il elle ils nous der die das und ein eine el los "
    "las y con por para".split()
)
_ALL_STARTERS = _VIETNAMESE_STARTERS | _OTHER_STARTERS
_STARTERS = {
    "vi": _VIETNAMESE_STARTERS,
    "zh": _ALL_STARTERS,
    "ja": _ALL_STARTERS,
    "ko": _ALL_STARTERS,
}
# Folded. Kinds of place and offices: dropped only while two words of the name remain, since "Sông" and
# "Cầu" are also parts of names.
_KINDS = frozenset(
    "tp tx tt tinh thanh pho huyen quan phuong xa thon ap duong cau song nui khu truong benh vien cong ty so uy ban "
    "tong cuc van phong giam doc chu tich thu tuong bi bo dai bieu president minister governor mayor province city".split()
)


def names(text: str, *, language: str | None = None) -> list[str]:
    """Candidates for names in order of appearance, folded, each once: "lam giang", "ubnd", "vinh an".

    A span is one to six capitalised words of a Latin, Greek or Cyrillic script; the first word of a
    sentence counts only within a span or when it is written in capitals throughout. German, which
    capitalises its nouns, gives spans of two words and more only. Scripts without capitals give
    just the foreign names in them. Linear.
    """
    language = (language or "").split("-")[0]
    shortest = 2 if language == "de" else 1
    starters = _STARTERS.get(language, _OTHER_STARTERS if language else _ALL_STARTERS)
    found: dict[str, None] = {}
    for sentence in sentences(text):
        for span in _spans(sentence):
            trimmed = _trim(span, starters=starters)
            if len(trimmed) >= shortest:
                found.setdefault(" ".join(fold(word) for word in trimmed))
    return list(found)


def _spans(sentence: str) -> list[list[str]]:
    """Runs of capitalised words with only spaces between them."""
    spans: list[list[str]] = []
    span: list[str] = []
    last_end = -1
    for place, match in enumerate(_SPAN_WORD.finditer(sentence)):
        word = match.group()
        touches = (
            bool(span)
            and sentence[last_end : match.start()].isspace()
            and len(span) < SPAN_WORDS_MAX
        )
        if not word[0].isupper():
            # "Boeing 737" is one name, "737" is none.
            if touches and word.isdigit() and len(word) <= 4:
                span.append(word)
                last_end = match.end()
                continue
            spans.append(span)
            span = []
        elif touches:
            span.append(word)
            last_end = match.end()
        else:
            spans.append(span)
            span = [word]
            last_end = match.end()
            if place == 0:
                span = ["", word]
    spans.append(span)
    return [kept for kept in map(_without_lone_start, spans) if kept]


def _without_lone_start(span: list[str]) -> list[str]:
    """A sentence's first word (marked by an empty string) alone is a name only in full capitals."""
    if not span or span[0]:
        return span
    if len(span) == 2 and not (span[1].isupper() and len(span[1]) > 1):
        return []
    return span[1:]


def _trim(span: list[str], *, starters: frozenset[str]) -> list[str]:
    first = 0
    while first < len(span):
        plain = fold(span[first])
        is_idle = plain in starters or (plain in _KINDS and len(span) - first > 2)
        if not is_idle or (span[first].isupper() and len(span[first]) > 2):
            break
        first += 1
    rest = span[first:]
    return rest if any(not word.isdigit() for word in rest) else []

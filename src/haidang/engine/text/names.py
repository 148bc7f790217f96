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

# Folded. Titles and kinds of place are not part of the name that stands behind them; the others
# only begin a sentence.
_NOT_NAMES = frozenset(
    "ong ba anh chi em co chu bac cu thay ngai bi can tp tx tt tinh thanh huyen quan phuong xa thon ap to "
    "duong pho cau song nui ho khu truong benh vien cong ty bo so uy ban tong cuc vien phong giam doc chu "
    "tich thu tuong bi thu dai bieu theo tai tu trong ngoai ngay thang nam sang trua chieu toi dem hom "
    "nay qua khi sau truoc voi cho den va nhung cac mot hai ba bon nhieu tuy nhien do do vi neu nhu co "
    "khong day chung toi ho cung moi lan thu cuoi dau tren duoi ve o "
    "the a an in on at of to for from with by as and but or if when while after before it he she they we "
    "you i this that these those his her their our its there here what who why how where mr mrs ms dr "
    "sir president minister monday tuesday wednesday thursday friday saturday sunday january february "
    "march april may june july august september october november december "
    "le la les un une des du de et mais en dans sur pour par il elle ils nous der die das und ein eine "
    "el los las y con por para".split()
)


def names(text: str, *, language: str | None = None) -> list[str]:
    """Candidates for names in order of appearance, folded, each once: "lam giang", "ubnd", "vinh an".

    A span is one to six capitalised words of a Latin, Greek or Cyrillic script; the first word of a
    sentence counts only within a span or when it is written in capitals throughout. German, which
    capitalises its nouns, gives spans of two words and more only. Scripts without capitals give
    just the foreign names in them. Linear.
    """
    shortest = 2 if (language or "").split("-")[0] == "de" else 1
    found: dict[str, None] = {}
    for sentence in sentences(text):
        for span in _spans(sentence):
            trimmed = _trim(span)
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


def _trim(span: list[str]) -> list[str]:
    first = 0
    while (
        first < len(span)
        and fold(span[first]) in _NOT_NAMES
        and not (span[first].isupper() and len(span[first]) > 2)
    ):
        first += 1
    return span[first:]

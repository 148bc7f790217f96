"""A post or a sentence as it was found → the words that may name a published check.

Knows the habits of short posts: addresses, @names and #tags written together, the signature behind a
quoted post ("— Name (@name) 4 March 2026"). What a signature names is a clue to which check is meant
("the aquarium said …") and is kept nowhere (promise 2).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from haidang.engine.text import fold, words
from haidang.engine.text.calendar_words import MONTHS

POST_MAX = 4000
"""Characters of a text that are looked at; a claim is shorter, an article is matched by sentence."""

_ADDRESS = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/)\S+", re.IGNORECASE)
_TAG = re.compile(r"[@#](\w{2,64})")
_HUMPS = re.compile(
    r"(?<=[a-zà-ỹ])(?=[A-ZĐ0-9])|(?<=[A-ZĐ])(?=[A-ZĐ][a-zà-ỹ])|(?<=[0-9])(?=[A-Za-z])|_"
)
_SIGNATURE = re.compile(
    r"\s*(?:[—–]|--?\s)\s*(?P<name>[^—–\n]{0,80}?)\s*\(@(?P<handle>\w{1,40})\)\s*(?P<date>[^()\n]{0,40})$"
)
_MONTH_FIRST = re.compile(r"(?P<month>[^\W\d_]+)\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})")
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})\.?\s+(?:de\s+)?(?P<month>(?:tháng\s+)?[^\W_]+)\.?,?\s+(?:de\s+|năm\s+)?(?P<year>\d{4})"
)
_NUMERIC = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """The text without addresses and signature, who signed it, the day it names for itself."""

    body: str
    signature: str
    day: dt.date | None


def read_post(text: str) -> Post:
    """Take a post apart. Tags and @names are cut at their capitals. Linear; never raises."""
    text = text[:POST_MAX]
    signature, day = "", None
    signed = _SIGNATURE.search(text[-200:])
    if signed:
        signature = f"{signed['name']} {_HUMPS.sub(' ', signed['handle'])}"
        day = read_day(signed["date"])
        text = text[: max(0, len(text) - 200) + signed.start()]
    body = _TAG.sub(_open_tag, _ADDRESS.sub(" ", text))
    return Post(body=body, signature=signature, day=day)


def read_day(told: str) -> dt.date | None:
    """The day that "4 March 2026", "March 4, 2026", "04/03/2026" or "2026-03-04" names, if one."""
    for pattern in (_ISO, _NUMERIC, _MONTH_FIRST, _DAY_FIRST):
        found = pattern.search(told)
        if found:
            name = found["month"]
            month = int(name) if name.isdigit() else MONTHS.get(name.lower())
            try:
                return dt.date(int(found["year"]), month or 0, int(found["day"]))
            except ValueError:
                continue
    return None


def _open_tag(tag: re.Match[str]) -> str:
    return f" {_HUMPS.sub(' ', tag[1])} "


def cut(text: str) -> list[str]:
    """The terms of a text in order: folded words, English endings taken off."""
    return [_stem(word) for word in words(fold(text))]


_ENDINGS = ("ing", "ed", "es", "er", "ly", "s")


@lru_cache(maxsize=1 << 17)
def _stem(word: str) -> str:
    """The word without an English ending, so that "shared", "shares" and "sharing" meet.

    Vietnamese syllables have none of these endings, so one rule serves all texts.
    """
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return word
    if not word.endswith("ss"):
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: -len(ending)]
                break
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    if word.endswith("i"):
        word = word[:-1] + "y"
    return word

"""Text at the door: one Unicode form, nothing invisible that could make equal texts unequal.

Refuses: controls, half characters, overrides of the writing direction, piles of marks.
It never guesses at another spelling: what a person can see stays as it was.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import chain, groupby

MARKS_PER_BASE = 30
"""Unicode's stream-safe text format (UAX 15, section 13) allows 30 marks on one letter."""


def _mark_ranges() -> str:
    """The combining marks of all living scripts (the first plane), as the inside of a character class.

    Between the parts looked at lie ideographs, Yi, Hangul and private use, which have none.
    """
    looked_at = chain(range(0x300, 0x3100), range(0xA600, 0xAC00), range(0xFB00, 0x10000))
    return _ranges_of([c for c in looked_at if unicodedata.category(chr(c)) in ("Mn", "Mc", "Me")])


def _ranges_of(codes: list[int]) -> str:
    runs: list[str] = []
    for _, run in groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0]):
        members = [code for _, code in run]
        runs.append(f"{chr(members[0])}-{chr(members[-1])}")
    return "".join(runs)


MARK_CLASS = _mark_ranges()
"""Letters and digits are \\w to a regular expression, but half of Asia writes its vowels with these."""

_BREAKS = re.compile("\r\n?|[\u2028\u2029]")
_SPACES = re.compile("[\v\f\x85]")

# In order: controls; soft hyphen, grapheme joiner; Arabic letter mark; fillers that look empty;
# zero-width space and direction marks; overrides; invisible operators, isolates, old format codes;
# interlinear specials; halves of characters; noncharacters; tags.
_UNWANTED_CLASS = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0"
    "\ufff9-\ufffc\ufffe\uffff"
)
_FAR_UNWANTED_CLASS = "\U000e0000-\U000e007f" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
)
# Apart, for a list of far characters is looked through for every character that it does not hold.
_UNWANTED = re.compile(f"[{_UNWANTED_CLASS}]+")
_FAR = re.compile("[\U00010000-\U0010ffff]")
_FAR_UNWANTED = re.compile(f"[{_FAR_UNWANTED_CLASS}]+")
# Any character beyond the first plane is doubtful: a list of far characters would slow every search.
_DOUBTFUL = re.compile(f"[\r\v\f\x85\u2028\u2029{_UNWANTED_CLASS}\U00010000-\U0010ffff]")

# Joiners shape Arabic and Indic letters and tie emoji together; anywhere else they only hide, and so
# do variation selectors behind a Latin letter.
_JOINED = "\u0600-\u1097\u1780-\u18af\u2190-\u2bff\U0001f000-\U0001faff"
_JOINERS = re.compile("[\u200c\u200d]+")
_KEPT_JOINER = re.compile(
    f"(?:(?<=[{_JOINED}])|(?<=[{_JOINED}]\ufe0f))([\u200c\u200d])[\u200c\u200d]*(?=[{_JOINED}])"
)
_IDLE_SELECTORS = re.compile("(?<=[A-Za-z\u00c0-\u036f\u1e00-\u1eff])[\ufe00-\ufe0f]+")

_SUSPECT = re.compile("[\u200c\u200d\ufe00-\ufe0f]")
_PILE = re.compile(f"([{MARK_CLASS}]{{{MARKS_PER_BASE}}})[{MARK_CLASS}]+")

# Putting the marks of one letter in order takes the square of their number, so a heap of them is cut
# first: high enough that the thirty kept are the same, in whatever order they came.
_HEAP_OF = 4 * MARKS_PER_BASE
_HEAP_STEP = _HEAP_OF // 4


@cache
def _heaps() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a heap looks like in every thirtieth character, which is quick to look for; and a heap."""
    far = [c for c in range(0x10000, 0x1F000) if unicodedata.combining(chr(c))]
    mark = f"[{MARK_CLASS}{_ranges_of(far)}]"
    return re.compile(f"{mark}{{4}}"), re.compile(f"({mark}{{{_HEAP_OF}}}){mark}+")


# Letters, figures and signs of everyday texts that are in NFC in whatever order they stand: marked Latin,
# plain Cyrillic, punctuation, arrows and other signs, kana, Han, Hangul.
_EVERYDAY = re.compile(
    "[\n -~\xa1-\xac\xae-\u024f\u0400-\u045f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2116\u2122"
    "\u2190-\u2328\u232b-\u27bf"
    "\u3001-\u3029\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*+"
)


def compose(text: str) -> str:
    """NFC in linear time: of more than 120 marks in a row, the first 120 stay. Never raises."""
    if unicodedata.is_normalized("NFC", text):
        return text
    thinned, heap = _heaps()
    if thinned.search(text[::_HEAP_STEP]):
        text = heap.sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


def nfc(text: str) -> str:
    """The text in NFC, without what nobody can see; line ends become one newline.

    Dropped: C0 and C1 controls but newline and tab, surrogates, noncharacters, zero-width and tag
    characters, byte-order marks, direction overrides, joiners outside the scripts that need them,
    marks beyond 30 on one letter. Idempotent, linear, never raises.
    """
    if _EVERYDAY.fullmatch(text):
        return text
    if _DOUBTFUL.search(text):
        text = _UNWANTED.sub("", _SPACES.sub(" ", _BREAKS.sub("\n", text)))
        if _EVERYDAY.fullmatch(text):
            return text
        text = _FAR_UNWANTED.sub("", text) if _FAR.search(text) else text
    composed = compose(text)
    if _SUSPECT.search(composed):
        bare = _IDLE_SELECTORS.sub("", _JOINERS.sub(_joiner_or_nothing, composed))
        composed = compose(bare)
    if _PILE.search(composed):
        composed = unicodedata.normalize("NFC", _PILE.sub(r"\1", composed))
    return composed


def _joiner_or_nothing(found: re.Match[str]) -> str:
    kept = _KEPT_JOINER.match(found.string, found.start())
    return kept.group(1) if kept else ""

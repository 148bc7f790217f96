"""Text → clean paragraphs: spaces evened, the furniture of a page at head and foot taken away.

Refuses to touch the middle of a text but for lines that only send the reader elsewhere.
"""

from __future__ import annotations

import re

from haidang.engine.extract.bylines import cut_bylines
from haidang.engine.text import fold, nfc
from haidang.engine.text.dates import read_date

FURNITURE_MAX = 160
LABELS_MAX, LABEL_MAX = 4, 60
FOOT_SHARE = 0.6
"""A "related articles" heading counts behind this share of the text only."""

_LIST_MARKS = frozenset("-•▪●■♦*| ")
_LIST_MARK = re.compile(r" ?(?:[-•▪●■♦*]\s+|\|\s*)")
_RULE = re.compile(r"[\W_]+")

# All folded.
_ELSEWHERE = re.compile(
    r"^(?:>{1,3}|»)?\s*(?:xem them|doc them|moi ban doc|moi doc gia|tin lien quan|bai lien quan|xem video|click xem|"
    r"read more|read also|see also|also read|more on this|related|watch|lire aussi|a lire aussi|lesen sie auch|lea tambien|"
    r"延伸閱讀|延伸阅读|相关阅读|相關新聞|相关新闻|関連記事|あわせて読みたい|관련기사|관련 기사)\s*[:：>»-]"
)
_POINTS = re.compile("[:：>»≫›＞‐-―－−-]")  # what such a line has, before folding
_HEADING = re.compile(
    r"^(?:tin (?:lien quan|cung chuyen muc|moi(?: nhat)?|doc nhieu|noi bat|khac)|bai (?:lien quan|viet lien quan|doc nhieu)|"
    r"cung chuyen muc|doc nhieu nhat|xem nhieu|co the ban quan tam|ban co the quan tam|co the ban thich|y kien ban doc|binh luan|"
    r"related (?:articles|stories|topics|news|content)|more (?:stories|from .{1,30})|most read|recommended|you may also like|"
    r"comments|sur le meme sujet|articles lies|mehr zum thema|noticias relacionadas|相关阅读|相關新聞|相关新闻|関連記事|おすすめ記事|"
    r"관련기사|관련 기사|추천 기사)\s*(?:\(\d+\))?\s*:?$"
)
_FURNITURE = re.compile(
    r"^(?:chia se(?: bai viet)?|share(?: this(?: article| story)?)?|like|tweet|facebook|zalo|twitter|x|linkedin|pinterest|whatsapp|"
    r"telegram|copy link|sao chep(?: lien ket)?|link bai goc.{0,60}|lay link!?|in bai(?: viet)?|print(?: this page)?|email|gui email|"
    r"luu(?: bai)?|save|nghe doc bai|nghe bai viet|0:00.{0,40}|theo doi .{1,40} tren google news|"
    r"follow us.{0,60}|advertisement|quang cao|close|subscribe|sign up|tags?|tu khoa|chu de|topics?|"
    r"(?:tags?|tu khoa|chu de|topics?)\s*:.{0,140}|all rights reserved\.?|©.{0,100}|分享|列印|打印|シェア|印刷|공유|인쇄|무단전재.{0,60})$"
)


def clean_paragraphs(text: str, *, title: str = "", bylines: tuple[str, ...] = ()) -> list[str]:
    """The paragraphs of a text, one a line: NFC, single spaces, no furniture, no signatures.

    `title` is dropped where the text repeats it at its head; `bylines` are what the page calls its
    authors. Linear in the text.
    """
    lines = [_even(line) for line in nfc(text).split("\n")]
    kept = [line for line in lines if line and not _RULE.fullmatch(line)]
    kept = _without_repeats(_without_head(kept, title=title))
    kept = _without_foot([line for line in kept if not _sends_elsewhere(line)])
    return _without_foot(cut_bylines(kept, known=bylines))


def clean_text(text: str) -> str:
    """A text that came without HTML (an import), cleaned as a page's text is: one paragraph a line."""
    return "\n".join(clean_paragraphs(text))


def _even(line: str) -> str:
    if "  " in line or not line.isprintable():  # a space is the only printable one
        line = " ".join(line.split())
    mark = _LIST_MARK.match(line) if line[:1] in _LIST_MARKS else None
    return (line[mark.end() :] if mark else line).removesuffix("|").strip()


def _sends_elsewhere(line: str) -> bool:
    return (
        len(line) <= FURNITURE_MAX
        and _POINTS.search(line) is not None
        and _ELSEWHERE.match(fold(line)) is not None
    )


def _without_head(lines: list[str], *, title: str) -> list[str]:
    """Without the repeated title, what stands above it, and lines that only tell the date."""
    wanted = fold(title)
    first = _place_of_title(lines, wanted)
    while first < min(4, len(lines) - 1):
        line = lines[first]
        is_title = _is_title(line, wanted)
        if not (is_title or _tells_date(line) or _is_furniture(line)):
            break
        first += 1
    kept = lines[first:]
    # The date may also stand between the lead and the text.
    return [line for line in kept[:LABELS_MAX] if not _tells_date(line)] + kept[LABELS_MAX:]


def _place_of_title(lines: list[str], wanted: str) -> int:
    """Where the title is repeated, if only short labels (a section, a kicker) stand above it."""
    for at, line in enumerate(lines[:LABELS_MAX]):
        if _is_title(line, wanted):
            return at
        if len(line) > LABEL_MAX or line[-1] in "。.!?":
            break
    return 0


def _is_title(line: str, wanted: str) -> bool:
    """Whether a line is the folded title. Folding hardly changes a length, and takes long."""
    return bool(wanted) and len(line) <= 2 * len(wanted) and fold(line) == wanted


def _tells_date(line: str) -> bool:
    """Whether the line tells a date and nothing else."""
    if len(line) > LABEL_MAX or line[-1] in "。.!?":
        return False
    digits = sum(map(str.isdigit, line))
    # Whether it is a date is asked last: that takes longest.
    return digits >= 4 and sum(map(str.isalpha, line)) <= 3 * digits and read_date(line) is not None


def _is_furniture(line: str) -> bool:
    return len(line) <= FURNITURE_MAX and _FURNITURE.match(fold(line)) is not None


def _without_repeats(lines: list[str]) -> list[str]:
    """Each paragraph once in a row: captions are often printed twice."""
    return [line for at, line in enumerate(lines) if at == 0 or line != lines[at - 1]]


def _without_foot(lines: list[str]) -> list[str]:
    """Without share buttons at the end and the list of other articles behind its heading."""
    kept = list(lines)
    while len(kept) > 1 and _is_furniture(kept[-1]):
        kept.pop()
    sizes = [len(line) for line in kept]
    total, so_far = sum(sizes), 0
    for at, line in enumerate(kept):
        is_late = at > 0 and so_far >= FOOT_SHARE * total
        if (
            is_late
            and len(line) <= 60
            and _HEADING.match(fold(line))
            and max(sizes[at:]) <= FURNITURE_MAX
        ):
            return _without_foot(kept[:at])
        so_far += len(line)
    return kept

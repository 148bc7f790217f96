"""Signs that a sentence states a checkable fact, and signs that it states something else.

Written down by hand, for Vietnamese and English, on folded text so that marks do not matter; numbers,
dates, capitals and punctuation serve every language. No public labelled set of Vietnamese
sentences was at hand, so none of this was learnt from one.
"""

from __future__ import annotations

import math
import re

from haidang.engine.text import exact, fold, has_marks, names

SIGNS = (
    "number", "quantity", "percent", "date", "comparison", "attribution", "happened", "absolute", "name",
    "question", "opinion", "forecast", "wish", "satire", "call", "self", "short", "long",
    "addresses", "mentions", "tags", "exclamation", "quotes", "emoji", "capitals", "start_tag",
)  # fmt: skip
"""The signs in the order of their numbers; those behind "long" serve only what is learnt from posts."""

AGAINST = ("question", "opinion", "forecast", "wish", "satire", "call")


def _any(told: str) -> re.Pattern[str]:
    """A pattern for whole words; `|` separates phrases, line ends do too."""
    phrases = [one.strip() for one in told.replace("\n", "|").split("|") if one.strip()]
    inside = "|".join(sorted(map(re.escape, phrases), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{inside})(?!\w)")


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PERCENT = re.compile(r"\d+(?:[.,]\d+)?\s?%|phan tram|percent|per cent")
_DATE = re.compile(
    r"(?<![\d/])\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?(?![\d/])|(?<!\w)(?:ngay|thang|nam|quy|tuan)\s+\d{1,4}"
    r"|(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\w)(?:hom qua|hom nay|sang nay|toi qua|tuan truoc|thang truoc|nam ngoai"
    r"|yesterday|last (?:week|month|year)|this morning)(?!\w)"
    r"|(?<!\w)(?:january|february|march|april|june|july|august|september|october|november|december)(?!\w)"
)
_QUANTITY = re.compile(
    r"\d[\d.,]*\s?(?:nghin|ngan|trieu|ty|ti|dong|vnd|usd|euro|km|km2|m|m2|m3|met|ha|hecta|tan|ta|kg|lit|mw|kwh|"
    r"do|nguoi|ho|ho dan|ca|vu|chiec|xe|con|cay|can|phong|giuong|truong|lop|hoc sinh|sinh vien|bac si|"
    r"cong nhan|giao vien|xa|huyen|thon|tinh|du an|cau|ngay|gio|phut|thang|nam|tuoi|lan|doanh nghiep|"
    r"million|billion|thousand|people|cases|deaths|dollars|years|days|hours|miles|tons|jobs|doses|patients)"
    r"(?!\w)|(?<!\w)(?:mot nua|hai phan ba|ba phan tu|mot phan ba|gap doi|gap ba|hang tram|hang nghin|half of|"
    r"two thirds|a third of|(?:mot|hai|ba|bon|sau|bay|tam|chin|muoi|two|three|four|five|six|seven|eight|nine|ten) "
    r"(?:nguoi|ho|xa|huyen|thon|chiec|cay cau|ca|vu|lan|nam|thang|truong|people|cases|times|years|schools))(?!\w)"
)
_PLAIN: dict[str, re.Pattern[str]] = {
    "comparison": _any(
        "hon|it hon|nhieu hon|cao hon|thap hon|lon hon|nho hon|cao nhat|thap nhat|lon nhat|nho nhat|dai nhat|nhieu nhat"
        "|it nhat|dong nhat|so voi|gap doi|gap ba|gap ruoi|gap|tang|giam|vuot|bang|ngang|dung dau|dung thu|xep thu|dung cuoi"
        "|more than|less than|fewer than|higher|lower|largest|smallest|highest|lowest|most|than|twice|double|doubled"
        "|increased|decreased|rose|fell|compared"
    ),
    "attribution": _any(
        "cho biet|cong bo|bao cao|thong bao|thong ke|so lieu|ket luan|xac nhan|khang dinh|tuyen bo|cho hay|theo so lieu"
        "|quyet dinh|nghi dinh|nghi quyet|ban hanh|phe duyet|ky ket|bien ban|ho so|theo so|theo bo|theo uy ban|theo cong an"
        "|theo chi cuc|theo cuc|theo benh vien|theo trung tam|theo bao cao|said|says|announced|reported|according to"
        "|confirmed|claims|claimed|study|data|officials"
    ),
    "happened": _any(
        "da|vua|tung|bi|duoc|khoi cong|khanh thanh|hoan thanh|dat|co|khong co|chua co|gom|thuoc|nam o|dai|rong|cao|nang"
        "|thu|chi|xay|mo|dong cua|ban|mua|ky|nhap|xuat|trong|phat|xu phat|bat|thu hoi|ngung|dung|giai ngan|chiem|mat"
        "|was|were|has|have|had|is|are|died|killed|received|signed|opened|closed|banned|approved"
    ),
    "absolute": _any(
        "duy nhat|dau tien|chua tung|chua bao gio|khong he|toan bo|tat ca|khong ai|moi|hoan toan khong|100%"
        "|only|first|never|all|every|none|no one|entire"
    ),
    "question": _any(
        "tai sao|vi sao|bao gio|khi nao|the nao|nhu the nao|ai biet|phai khong|dung khong|co phai|lieu co|chang le|a nhi"
        "|bao nhieu nguoi biet|what if|why|how come|who knows|do you|does anyone|is it"
    ),
    "opinion": _any(
        "toi nghi|toi cho rang|theo toi|toi thay|toi tin|toi cam thay|theo y toi|minh nghi|minh thay|chung toi cho rang"
        "|tuyet voi|dep nhat|dang tiec|dang che trach|dang khen|that dang|that la|qua dep|qua te|qua do|kha on|te hai"
        "|xung dang|dang yeu|de thuong|hap dan|nham chan|thu vi|ngon nhat|vo ly|bat cong|khong the chap nhan|qua dat|qua re"
        "|nen|can phai|dang le|le ra|khong nen|dang lo|dang buon|dang mung|tuyet|rat dep|rat hay|rat te|rat ngon|rat buon"
        "|hay hon|dep hon|tot hon|ngon hon|dang song|i think|i believe|i feel|in my opinion|beautiful|wonderful|terrible"
        "|awful|amazing|great|best|worst|should|shame|disgusting|love|hate"
    ),
    "forecast": _any(
        "co the|co le|chac la|chac chan se|sap toi|nam toi|tuan toi|thang toi|trong tuong lai|mai nay"
        "|kha nang|ke hoach den|muc tieu|phan dau|huong toi|rat co the|e rang|will|would|might|could|going to"
        "|is expected|are expected|was expected|forecast|likely|soon|next year|plans to"
    ),
    "wish": _any(
        "mong rang|mong muon|hy vong|hi vong|uoc gi|gia ma|gia nhu|chuc mung|cau mong|xin hay|xin dung|xin chuc|cung nhau"
        "|chung ta hay|moi nguoi hay|cam on|xin cam on|lam on|i hope|i wish|hope|wish|please|let us|let's|thank|thanks|thank you"
        "|congratulations|pray"
    ),
    "satire": _any(
        "haha|hihi|hehe|cuoi|chuyen vui|chuyen tieu lam|noi dua|dua thoi|trao phung|cham biem|nguoi ngoai hanh tinh"
        "|than den|phep thuat|nhu the|tuong nhu|cu nhu|nghe don|nghe bao|thien ha don|chac la do|nham nhi|biet bay"
        "|biet noi|thanh tien|ngoc hoang|dien vuong|tao quan|lol|lmao|joke|kidding|satire|breaking news from my"
    ),
    "call": _any(
        "hay chia se|chia se ngay|dang ky ngay|lien he|goi ngay|mua ngay|xem ngay|click|retweet|follow|subscribe|join us|watch"
        "|tune in|register|sign up|share this"
    ),
    "self": _any("toi|minh|chung toi|chung ta|i|we|my|our|me|us"),
}  # fmt: skip
# Words that only their marks tell from others ("hãy" and "hay"): looked for as written where a text has marks,
# and in a text without marks where the chance of meaning the other is small.
_MARKED = {
    "wish": (_any("hãy|đừng|mong"), _any("xin hay|moi nguoi hay|dung tin|mong ban|mong moi")),
    "forecast": (_any("sắp|sẽ|dự kiến|dự báo"), _any("se|may be|maybe|may|du kien|du bao")),
}
# What is told so has not happened, whatever else the sentence holds. By themselves the weaker words of a
# forecast ("có thể", "could") only weigh: they stand in reports of facts too.
_COMING = (
    _any("sẽ|sắp|dự kiến|dự báo|dự tính"),
    _any("se|du kien|du bao|du tinh"),
    _any(
        "will|will be|won't|is going to|are going to|expected to|is set to|are set to|forecast to|scheduled to"
        "|plans to|due to open|due to start"
    ),
)
_CLAUSE = re.compile(r"[,;:]\s|\s(?:và|nhưng|còn|and|but|while|which)\s", re.IGNORECASE)
_QUESTION_END = re.compile(
    r"[?？؟]\s*[\"”’»)]*\s*$|(?<!\w)(?:khong|chua|nhi|u|a|ha|sao|nao|gi|ai|dau|the nao|bao nhieu)\s*\?"
)
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_COUNTED = (
    ("mentions", re.compile(r"@\w+")),
    ("tags", re.compile(r"#\w+")),
    ("exclamation", re.compile("[!！]")),
    ("quotes", re.compile('["“”«»]')),
    ("emoji", _EMOJI),
    ("capitals", re.compile(r"(?<!\w)[^\W\d_a-z]{3,}(?!\w)")),
    ("start_tag", re.compile(r"\A\s*[#@]")),
)
SHORT, LONG = 5, 30  # words


def find_signs(text: str, *, language: str | None = None) -> dict[str, str]:
    """Sign → the words that show it. Linear; never raises."""
    told = fold(_ADDRESS.sub(" ", text))
    found: dict[str, str] = {}
    for sign, pattern in (
        ("number", _NUMBER),
        ("quantity", _QUANTITY),
        ("percent", _PERCENT),
        ("date", _DATE),
        *_PLAIN.items(),
    ):
        seen = pattern.search(told)
        if seen:
            found[sign] = seen.group().strip()
    for sign, (marked, bare) in _MARKED.items():
        seen = marked.search(exact(text)) if has_marks(text) else bare.search(told)
        if seen:
            found.setdefault(sign, seen.group())
    if _QUESTION_END.search(told):
        found["question"] = "?"
    named = names(text, language=language)
    if named:
        found["name"] = named[0]
    count = len(told.split())
    if count < SHORT:
        found["short"] = str(count)
    elif count > LONG:
        found["long"] = str(count)
    return found


def find_coming(text: str) -> tuple[str, str] | None:
    """(the word by which a text tells of what is to come, the clauses before it), or None."""
    marked, bare, english = _COMING
    own = marked if has_marks(text) else bare
    start = 0
    for end in (*(cut.start() for cut in _CLAUSE.finditer(text)), len(text)):
        plain = exact(text[start:end]) if own is marked else fold(text[start:end])
        found = own.search(plain) or english.search(plain)
        if found:
            return found.group(), text[:start]
        start = end
    return None


def signs_of(text: str) -> dict[int, float]:
    """Number of a sign → how strongly a text shows it, for what is learnt from labelled texts."""
    found = {SIGNS.index(sign): 1.0 for sign in find_signs(text)}
    counts = [("addresses", len(_ADDRESS.findall(text)))]
    bare = _ADDRESS.sub(" ", text)
    counts += [(name, len(pattern.findall(bare))) for name, pattern in _COUNTED]
    found |= {SIGNS.index(name): math.log1p(count) for name, count in counts if count}
    numbers = len(_NUMBER.findall(bare))
    if numbers:
        found[SIGNS.index("number")] = math.log1p(numbers)
    return found

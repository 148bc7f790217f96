"""Cutting the signatures of persons from the head and the foot of a text (promise 2).

A line goes if it is nothing but names of persons, with the words that lead to such names ("By",
"Ảnh:", "記者"). The name of an agency or a publication as a source may stay. A line with a word in
small letters that no signature has is a sentence and is never cut. Recognising names is a
heuristic: it looks at the head and the foot only, and what the page itself calls its author
outweighs it.
"""

from __future__ import annotations

import re

from haidang.engine.text import fold, sentences

HEAD_LINES = 4
FOOT_LINES = 6
LINE_MAX = 160
TAIL_READ = 400
PERSONS_MAX = 6
AROUND_KNOWN_MAX = 4
"""Words that may stand around a name which the page itself calls its author."""

# Folded. The families that nine in ten Vietnamese carry, and further common ones.
_SURNAMES = frozenset(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh mai trinh dao doan "
    "truong lam luong phung to ta quach chau thai ha cao luu tong dam thach kieu la van mac nghiem "
    "vuong khuat tang chu tieu ton quan khong lai au giang hua la lo vi lu ma sung giap".split()
)
# Folded. Places whose first word is also a family.
_PLACES = frozenset(
    "ha noi|ha giang|ha nam|ha tinh|ha long|ha tien|ha dong|cao bang|cao lanh|lai chau|lam dong|lang son|thai binh|thai nguyen|"
    "thai lan|ho chi minh|ly son|mai chau|vu quang|duong kinh|trinh tuong|ha lan".split("|")
)
# Folded. Sources that are no persons though they look like names.
_SOURCES = frozenset(
    "ttxvn|thong tan xa viet nam|vov|vtv|vnexpress|vietnamnet|vietnam+|vietnamplus|tuoi tre|tuoi tre online|thanh nien|"
    "lao dong|nguoi lao dong|tien phong|dan tri|nhan dan|phap luat|cong an nhan dan|quan doi nhan dan|sai gon giai "
    "phong|ha noi moi|dan viet|dai doan ket|cong thuong|dau tu|vneconomy|cafef|cafebiz|zing|znews|kenh14|soha|"
    "suc khoe doi song|suc khoe va doi song|gia dinh|phu nu|giao duc|giao thong|tri thuc tre|nong nghiep|nong nghiep "
    "viet nam|bao chinh phu|chinh phu|kinh te do thi|thoi bao kinh te|dien dan doanh nghiep|khoa hoc|bong da|the thao|"
    "tan hoa xa|xinhua|reuters|afp|ap|dpa|efe|ansa|tass|ria novosti|yonhap|kyodo|jiji|bloomberg|bbc|cnn|rfi|dw|"
    "associated press|agence france presse|press association|the guardian|new york times|washington post|financial "
    "times|wall street journal|nikkei|nikkei asia|asahi|the straits times|south china morning post|le monde|le figaro|"
    "al jazeera|sputnik|fox news|sky news|channel news asia|daily mail|the sun|the hill|business insider".split(
        "|"
    )
)
_SOURCE_WORDS = frozenset(
    "news press agency times post daily herald journal tribune media radio magazine staff wire service network online "
    "reuters afp ttxvn vov vtv".split()
)
_SOURCE_START = re.compile(
    r"(?:báo|tạp chí|đài|thông tấn xã|bản tin|trung tâm tin)\b", re.IGNORECASE
)
# With marks: "Phường" is an office, "Phương" a name.
_OFFICES = frozenset(
    "ubnd hđnd hội tỉnh huyện xã phường sở bộ ban công ty tổng cục viện trường bệnh đại học phòng tp phố tin bài ảnh kết "
    "luận mở đầu phản hồi liên hệ quảng cáo chú thích nguồn xem thêm tiếp theo".split()
)
# Folded words that may stand around the names of a signature.
_AROUND = frozenset(
    "pv p.v ctv btv nhom phong vien tong hop th t/h thuc hien bien dich dich luoc bien tap bai anh va tin video do hoa "
    "clip ghi the anh: theo tu tai dich tv and y und et e by staff writer reporter correspondent editor special to for "
    "contributor senior chief bureau photographer".split()
)
_LABEL = re.compile(
    r"^(?:(?:bai va anh|bai|tin|anh|video|clip|do hoa|infographic|thuc hien|bien dich|bien tap|bien soan|tong hop|luoc dich|dich|"
    r"tac gia|phong vien|ctv|pv|nhom pv|trinh bay|thiet ke|ky thuat|author|authors|reporter|writer|editor|text|story|photos?|"
    r"auteur|autor|texte|foto|fotos)(?:\s*(?:[,/&+-]|va|and)\s*(?:anh|video|clip|bai|do hoa|tin|photos?))*)\s*[:|]\s*"
)
_BY = re.compile(
    r"^(?:by|par|von|por|di|theo|written by|words by|reported by|story by|photos? by|text by)\s+"
)
_CREDITS = re.compile(
    r"^\(?(?:(?:additional )?reporting|writing|editing|compiled|translated|edited|written|produced|propos recueillis) (?:by|par)\b"
)
_CJK_LABEL = re.compile(
    r"^[（(【\[〔]?\s*(?:本報|本报|本社)?(?:記者|记者|編輯|编辑|責任編輯|责任编辑|責編|责编|作者|撰文|撰稿|文字|文|圖|图|攝影|摄影|取材|編集|文・写真|"
    r"写真|기자|글|사진|영상|편집)(?:\s*[/／・、]\s*(?:文|圖|图|写真|사진))?\s*[:：/／=＝|｜\s　]\s*\S{1,24}[^。！？.!?]{0,30}$"
)
_CJK_REPORT = re.compile(
    r"^[（(【\[〔]\s*(?:[^）)】\]〕]{0,12}(?:記者|记者)[^）)】\]〕]{1,30}|[^）)】\]〕]{1,30}(?:報導|报道|報道|기자))\s*[）)】\]〕]\s*[-—–]*\s*"
)
_CJK_NAMED_REPORT = re.compile(
    r"^(?:記者|记者)\s?[\u4e00-\u9fff·]{2,12}\s?[／/]\s?[\u4e00-\u9fff]{2,8}$|^[\uac00-\ud7a3]{2,4}\s?(?:기자|특파원|인턴기자)(?:\s*[=＝].*|\s*\S+@\S+)?$"
)
_CJK_TAIL = re.compile(
    r"\s*(?:[（(【\[〔]\s*(?:(?:責任|责任)?(?:編輯|编辑|記者|记者)?\s*[:：]?\s*[\u4e00-\u9fff\u3040-\u30ff·　 ]{2,8})\s*[）)】\]〕]"
    r"|[\uac00-\ud7a3]{2,4} (?:기자|특파원)(?:\s*\S+@\S+)?)\s*$"
)
_CJK_TAIL_SOURCE = re.compile("[社報报網网台局新聞闻電电통신]")
_HANGUL_DATELINE = re.compile(
    r"^([\[(][^\])]{1,30}[\])])\s*[\uac00-\ud7a3]{2,4}(?:[·,\s]+[\uac00-\ud7a3]{2,4}){0,3}\s?(?:기자|특파원)\s*=\s*"
)
_BY_COLON = re.compile(
    r"^(?:By|Por|Par|Von) (?:[A-Z][\w.'’-]{0,30} ){1,4}?[A-Z][\w.'’-]{1,30}: (?=[^a-z])"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_DOING = re.compile(r"\s+(?:tong hop|thuc hien|luoc dich|bien dich|ghi|dich)$")
_VIETNAMESE = re.compile("[ơưƠƯ\u1ea0-\u1ef9]")
_AFTER = re.compile(r"(?P<persons>\S.{2,60}?)\s+[Tt]heo\s+\S+(?:\s\S+){0,4}")
_INITIALED = re.compile(r"(?:[A-ZĐ]\.\s?){1,3}[^\W\d_a-z](?:[^\W\d_]{1,8}|\.)?")
# The look ahead passes most letters over at once.
_JOINT = re.compile(r"(?=[-–—,;/&+|•·vaeuy\s])\s*(?:[-–—,;/&+|•·]|\b(?:và|and|und|et|y)\b)\s*")
_BRACKET = re.compile(r"\s*[(\[（]([^()\[\]（）]{1,60})[)\]）]\s*\.?$")
_WORD = re.compile(r"\w+")
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
_TAIL = re.compile(
    r"(?<=[.!?…”\"»)])\s*/?\.?\s*(?=[^\W\d_a-z])(?P<tail>(?:[A-ZĐ]\.\s?){0,3}[^.!?…]{1,80})[.]?$"
)


def cut_bylines(paragraphs: list[str], *, known: tuple[str, ...] = ()) -> list[str]:
    """The paragraphs without the signatures of persons at head and foot.

    `known` is what the page calls its authors: such a line is cut wherever it stands near the head
    or the foot, whatever it looks like. A text never loses its last paragraph to a guess.
    """
    names = {_key(name) for name in known if name.strip()}
    kept = [paragraph for paragraph in paragraphs if paragraph.strip()]
    head = 0
    for _ in range(min(HEAD_LINES, len(kept))):
        if head < len(kept) and len(kept) > 1 and is_signature(kept[head], known=names):
            del kept[head]
        else:
            head += 1
    for back in range(1, FOOT_LINES + 1):
        if 1 < len(kept) >= back and is_signature(kept[-back], known=names):
            del kept[-back]
            kept.append("")
    kept = [paragraph for paragraph in kept if paragraph]
    if kept:
        kept[0] = _cut_start(kept[0])
        kept[-1] = _cut_tail(kept[-1], known=names)
    return [paragraph for paragraph in kept if paragraph]


def is_signature(line: str, *, known: set[str] | frozenset[str] = frozenset()) -> bool:
    """Whether a line is nothing but the signature of persons."""
    line = line.strip()
    if not line or len(line) > LINE_MAX:
        return False
    plain = fold(line)
    if known and _names_known(plain, known):
        return True
    if (
        _CJK_LABEL.match(line)
        or _CJK_NAMED_REPORT.match(line)
        or _EMAIL.fullmatch(line)
        or _INITIALED.fullmatch(line)
    ):
        return True
    if _CREDITS.match(plain):
        return True
    if line[-1] in "。！？!?:：" or _is_sentence(line):
        return False
    after = _AFTER.fullmatch(line)
    if after and _are_persons(after["persons"]):
        return True
    doing = _DOING.search(plain)
    if doing and len(plain) == len(line):
        line, plain = line[: doing.start()], plain[: doing.start()]
    led = _is_led_by_label(line, plain)
    return _are_persons(line) if led is None else led


def _key(name: str) -> str:
    return " ".join(_WORD.findall(fold(name)))


def _names_known(plain: str, known: set[str] | frozenset[str]) -> bool:
    """Whether the line is a name that the page gives its author, with a few words around it."""
    bare = _BY.sub("", _LABEL.sub("", plain))
    if _key(bare) in known:
        return True
    words = _key(plain)
    named = next((name for name in known if " " in name and f" {name} " in f" {words} "), None)
    return (
        named is not None
        and len(words.split()) - len(named.split()) <= AROUND_KNOWN_MAX
        and plain[-1] not in ".!?…"
    )


def _is_sentence(line: str) -> bool:
    """Whether the line has the look of prose: a stop at its end and a word of small letters."""
    return line.endswith((".", "…", ";")) and any(
        word.islower() and fold(word) not in _AROUND for word in line.split()
    )


def _is_led_by_label(line: str, plain: str) -> bool | None:
    """Whether behind "By" or "Ảnh:" stand persons only; None where nothing leads the line."""
    if len(plain) != len(line):
        # Folding changed the length (ligatures): the places of the label no longer agree.
        line = plain.title()
    for pattern in (_LABEL, _BY):
        found = pattern.match(plain)
        if found:
            rest = line[found.end() :].strip()
            first = _JOINT.split(_BRACKET.sub("", rest))[0]
            return bool(rest) and not _is_source(first) and _are_persons(rest, led=True)
    return None


def _are_persons(line: str, *, led: bool = False) -> bool:
    """Whether the line is one to six names of persons and nothing else."""
    bracket = _BRACKET.search(line)
    inside = bracket.group(1) if bracket else ""
    bare = line[: bracket.start()] if bracket else line
    if not bare.strip():
        return (
            _BY.match(fold(inside)) is not None and _is_led_by_label(inside, fold(inside)) is True
        )
    if inside and not (
        _is_source(_BY.sub("", fold(inside))) or _is_around(inside) or _is_person(inside, led=led)
    ):
        return False
    parts = [part for part in _JOINT.split(bare.strip(" .")) if part]
    if len(parts) > PERSONS_MAX:
        return False
    persons = []
    for part in parts:
        if _is_person(part, led=led or len(parts) > 1 or bool(inside)):
            persons.append(part)
        elif not _is_source(part) and not _is_around(part):
            return False
    if (
        not led
        and persons
        and not inside
        and all(" " not in person and person.isascii() for person in persons)
    ):
        return False  # "Aufbau und Inhalt" is a heading; lone names are believed with Vietnamese marks only
    return bool(persons) or all(_is_around(part) for part in parts)


def _is_person(part: str, *, led: bool) -> bool:
    """Two to five words, each with a capital first; a lone word only behind "By" or beside others."""
    words = part.split()
    if not (1 if led else 2) <= len(words) <= 5:
        return False
    words = [word for word in words if word[0].isupper() or fold(word).strip(".") not in _AROUND]
    if not words or not all(word[0].isupper() and _NAME_WORD.fullmatch(word) for word in words):
        return False
    if _is_source(part) or fold(part) in _PLACES:
        return False
    if all(word.isupper() for word in words):
        return len(words) > 1 and (led or _is_name_in_capitals(words))
    return True


def _is_name_in_capitals(words: list[str]) -> bool:
    """Whether words in capitals are a Vietnamese name rather than a heading or an office."""
    if all(word.isascii() for word in words):
        return False
    return fold(words[0]) in _SURNAMES or (
        len(words) <= 3 and not _OFFICES.intersection(map(str.lower, words))
    )


def _is_source(part: str) -> bool:
    part = part.strip(" .()")
    plain = fold(part)
    words = plain.split()
    if plain in _SOURCES or _SOURCE_START.match(part):
        return True
    if _SOURCE_WORDS.intersection(words) and words[0] not in _SURNAMES:
        return True
    return len(words) == 1 and part.isupper() and len(plain) <= 8


def _is_around(part: str) -> bool:
    words = fold(part).strip(" .()").split()
    return bool(words) and all(word.strip(".") in _AROUND for word in words)


def _cut_start(paragraph: str) -> str:
    """Without a reporter named at the very start: in brackets, in a dateline, or as "By Jane Doe: "."""
    paragraph = _BY_COLON.sub("", paragraph, count=1)
    return _HANGUL_DATELINE.sub(r"\1 ", _CJK_REPORT.sub("", paragraph, count=1), count=1)


def _cut_tail(paragraph: str, *, known: set[str]) -> str:
    """Without a signature that stands behind the last full stop of the text."""
    read_from = max(0, len(paragraph) - TAIL_READ)
    # As such a signature ends, unless it is an address.
    may_end_so = paragraph.rstrip()[-1:] in "）)】]〕자원" or "@" in paragraph[read_from:]
    tail = _CJK_TAIL.search(paragraph, read_from) if may_end_so else None
    if tail and tail.start() > 0 and not _CJK_TAIL_SOURCE.search(tail.group()):
        return paragraph[: tail.start()].rstrip()
    found = _TAIL.search(paragraph, read_from)
    if not found or found.start("tail") == 0:
        return paragraph
    signature = found["tail"].strip()
    # The stop in "TP. Vĩnh An" ends no sentence; outside Vietnamese two capitals may be
    # anything, so there they need a family or a second name.
    is_labelled = _LABEL.match(fold(signature)) is not None
    is_apart = (
        sentences(paragraph[-TAIL_READ:])[-1].startswith(signature)
        or is_labelled
        or paragraph[found.start() - 1] == "/"
    )
    is_vietnamese = _VIETNAMESE.search(paragraph[-TAIL_READ:]) is not None
    is_family = fold(signature.split()[0]).strip(".") in _SURNAMES
    is_likely = (
        is_vietnamese or is_family or len(_JOINT.split(signature)) > 1 or _key(signature) in known
    )
    if is_apart and is_likely and is_signature(signature, known=known):
        return paragraph[: found.start("tail")].rstrip()
    return paragraph

"""Which words of a phrase name a person, an office, a place, or what a rule is about.

A heuristic on capitals, Vietnamese family names and lists of offices, made to refuse standing rules
on a person (promise 2). It errs on the side of refusing: whoever is refused wrongly adds a word of the
subject. It does not know names in scripts without capitals, nor family names alone. Nothing that
it finds is stored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from haidang.engine.text.fold import exact, fold, has_marks

_WORD = re.compile(r"[^\W_]+(?:['’.-](?=[^\W\d_])[^\W_]+)*")
_NAME_MAX = 4

# A Vietnamese syllable without its marks: "Vinh", "Suoi", "Nghieng"; not "Trump", "Harbour".
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)
_SURNAMES = frozenset(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm "
    "phùng mai tô tạ hà cao lương lưu chu châu thái tống tôn quách kiều triệu tăng mạc doãn nghiêm khổng".split()
)
_BARE_SURNAMES = frozenset(fold(name) for name in _SURNAMES)
# Written small they are words too ("lý do", "vũ khí"); these two are not.
_SURE_SURNAMES = frozenset(("nguyễn", "huỳnh"))
_MIDDLES = frozenset(("văn", "thị"))
# Places whose names begin like a family name. Folded.
_PLACES = frozenset(
    "ha noi|ha giang|ha nam|ha tinh|ha tien|ha long|ha dong|ho chi minh|ho tay|ho guom|ho hoan kiem|hoang sa|hoang mai|"
    "hoang su phi|cao bang|cao lanh|lam dong|lam giang|lam ha|thai binh|thai nguyen|thai lan|phan thiet|phan rang|ly son|"
    "ly nhan|mai chau|mai son|mai dich|luong son|luong tai|vu quang|vu thu|vu ban|vo nhai|tran de|tran van thoi|le chan|"
    "ngo quyen|chau doc|chau thanh|chau phu|chau a|chau au|chau phi|chau my|chau duc|duong minh chau|duong kinh|chu lai|"
    "chu se|chu prong|chu puh|dinh quan|dinh hoa|dao xa|kieu ky|mac tu khoa|trieu phong|trieu son|trieu tien|phung hiep|"
    "to chau|tang nhon phu|do luong|do son|new york|new zealand|new delhi|hong kong|sri lanka|saudi arabia|costa rica|"
    "burkina faso|sierra leone|buenos aires|rio de janeiro|sao paulo|kuala lumpur|phnom penh|san francisco|los angeles|"
    "las vegas|addis ababa|tel aviv|abu dhabi|el salvador|puerto rico|viet nam|el nino|la nina|siem reap|cape town".split(
        "|"
    )
)
_OFFICES = frozenset(
    "tong bi thu|bi thu|pho bi thu|chu tich|pho chu tich|thu tuong|pho thu tuong|bo truong|thu truong|tong thong|"
    "pho tong thong|dai bieu|giam doc|pho giam doc|tong giam doc|cuc truong|vu truong|chi cuc truong|so truong|"
    "vien truong|chanh an|chanh van phong|truong ban|truong phong|hieu truong|vien chu tich|dai su|tong thanh tra|"
    "tu lenh|chi huy truong|nguoi phat ngon|thi truong|thong doc|quoc vuong|nha vua|giao hoang|chu nhiem|"
    "president|vice president|prime minister|minister|deputy minister|secretary|general secretary|governor|mayor|"
    "chairman|chairwoman|chair|director|ceo|ambassador|senator|chancellor|king|queen|prince|princess|pope|"
    "head|spokesman|spokeswoman|spokesperson|chief".split("|")
)
# What an office is the office of: with a name and an office they are not yet a subject.
_INSTITUTIONS = frozenset(
    "uy ban nhan dan|uy ban|ubnd|hoi dong nhan dan|hdnd|tinh uy|thanh uy|huyen uy|dang uy|tinh|thanh pho|tp|huyen|quan|"
    "phuong|xa|thi xa|thi tran|so|bo|cuc|vu|ban|phong|nuoc|chinh phu|quoc hoi|trung uong|dang|cong ty|tap doan|tong cong ty|"
    "truong|dai hoc|benh vien|ngan hang|toa an|vien|government|parliament|congress|ministry|department|party|state|"
    "city|province|district|company|university|bank|court|committee|council".split("|")
)
_IDLE = frozenset(
    "ong|ba|anh|chi|em|co|chu|bac|thay|ngai|dong chi|cu|nha bao|ca si|dien vien|cau thu|luat su|bac si|giao su|tien si|"
    "thac si|pgs|gs|ts|ths|ks|bs|doanh nhan|dai gia|va|cua|la|o|tai|ve|voi|cho|tu|trong|tin|bai|tin tuc|mot|cac|nhung|nguoi|"
    "mr|mrs|ms|miss|dr|prof|sir|lord|lady|the|a|an|of|and|in|at|on|for|by|about|news".split("|")
)
# Words of two and more capitals that name no person.
_NOT_OF_PERSONS = frozenset(
    "bank nations united university college school company corporation corp inc ltd group holdings post times news daily "
    "herald tribune press journal agency council ministry department office court house senate congress commission "
    "committee party union league cup open games festival award prize fund foundation institute centre center museum "
    "river sea ocean bay gulf island islands lake mount mountain valley delta street road avenue bridge port airport "
    "station park city town province county state states republic kingdom north south east west northern southern "
    "eastern western central new great world international national federal royal public general global european "
    "asian african american arab chinese japanese korean russian vietnamese british french german indian health trade "
    "organization organisation forum summit war peace day week year fc club team airlines motors electronics energy oil "
    "gas power grand prix black white red blue green golden middle".split()
)
_GIVEN = frozenset(
    "donald joe barack george emmanuel boris keir rishi vladimir volodymyr angela olaf giorgia narendra benjamin elon bill "
    "jeff tim satya sundar warren oprah taylor lionel cristiano kylian novak rafael roger serena michael john james "
    "robert david william richard thomas charles christopher daniel matthew anthony donna mary patricia jennifer linda "
    "elizabeth barbara susan jessica sarah karen nancy lisa margaret sandra ashley emily michelle amanda melissa stephanie "
    "rebecca laura cynthia kathleen amy anna nicole samantha katherine hillary kamala pedro juan carlos jose luis maria "
    "ana pablo diego antonio francisco jean pierre jacques francois nicolas marine hans klaus jurgen friedrich mario matteo "
    "giuseppe silvio ivan dmitry sergei sergey mikhail alexei yevgeny recep mohammed muhammad mohamed ahmed ali hassan "
    "hussein abdullah shinzo fumio shigeru joko prabowo ferdinand rodrigo anwar".split()
)
_LONGEST = 3  # words of the longest entry of these lists


class WordKind(StrEnum):
    """What a word of a phrase is."""

    NAME = "name"  # of a person
    OFFICE = "office"
    IDLE = "idle"  # titles, function words, numbers, what an office is the office of
    PLACE = "place"  # capitalised, and not known to be a person's
    SUBJECT = "subject"  # what is written small: what the phrase is about


def kinds_of(phrase: str) -> frozenset[WordKind]:
    """What the words of the phrase are. Linear."""
    words = _WORD.findall(phrase)
    if _is_name_written_small(words):
        return frozenset({WordKind.NAME})
    found = set()
    place = 0
    while place < len(words):
        kind, length = _next(words[place:])
        found.add(kind)
        place += length
    return frozenset(found)


def _next(words: Sequence[str]) -> tuple[WordKind, int]:
    """The kind of what stands first, and how many words it has."""
    for length in range(min(_LONGEST, len(words)), 0, -1):
        told = fold(" ".join(words[:length]))
        if told in _OFFICES:
            return WordKind.OFFICE, length
        if told in _PLACES and _is_capital(words[0]):
            return WordKind.PLACE, length
        if told in _IDLE or told in _INSTITUTIONS or told.isdigit():
            return WordKind.IDLE, length
    run = _run_of_capitals(words)
    if not run:
        return WordKind.SUBJECT, 1
    if len(run) > 1 and _is_surname(run[0]) and _is_syllable(run[1]):
        return WordKind.NAME, min(len(run), _NAME_MAX)
    foreign = [word for word in run if not _is_syllable(word)]
    if len(run) > 1 and foreign and _may_be_foreign_name(run):
        return WordKind.NAME, len(run)
    return WordKind.PLACE, 1


def _run_of_capitals(words: Sequence[str]) -> list[str]:
    run = []
    for word in words:
        if not _is_capital(word) or fold(word) in _OFFICES:
            break
        run.append(word)
    return run


def _is_capital(word: str) -> bool:
    return word[0].isupper()


def _is_surname(word: str) -> bool:
    return exact(word) in _SURNAMES if has_marks(word) else fold(word) in _BARE_SURNAMES


def _is_syllable(word: str) -> bool:
    return _SYLLABLE.fullmatch(fold(word)) is not None


def _may_be_foreign_name(run: Sequence[str]) -> bool:
    """Two to four capitalised words, none of an institution or a place, not all of them acronyms."""
    if len(run) > _NAME_MAX or any(fold(word) in _NOT_OF_PERSONS for word in run):
        return False
    if any(has_marks(word) and _is_syllable(word) for word in run):
        return False
    return not all(word.isupper() and len(word) <= 5 for word in run)


def _is_name_written_small(words: Sequence[str]) -> bool:
    """Two to four words without capitals that can hardly be anything but a name."""
    if not 2 <= len(words) <= _NAME_MAX or any(_is_capital(word) for word in words):
        return False
    first, second = exact(words[0]), exact(words[1])
    if first in _SURE_SURNAMES:
        return True
    if len(words) > 2 and first in _SURNAMES and second in _MIDDLES:
        return True
    if len(words) > 2 and first == "nguyen" and second in {"van", "thi"}:
        return True
    return first in _GIVEN and all(word.isascii() and word.isalpha() for word in words)

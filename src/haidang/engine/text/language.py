"""Which language a text is in: scripts and Vietnamese by our own rules, the rest by CLD2.

Refuses to answer for a text without letters ("und"), and names the main language of a mixed one.
Chinese is "zh" in either script.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pycld2

from haidang.engine.text.clean import nfc
from haidang.engine.text.fold import fold

READ_MAX = 1_200
"""Characters looked at: CLD2 is as right on 400 as on more, and a body may be of any length."""

_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]+")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]+")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_EAST_ASIAN = re.compile(
    "[\u1100-\u11ff\u3041-\u9fff\uac00-\ud7a3\uf900-\uff9d\U00020000-\U0003ffff]"
)
_PRIMARY = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z])")
_LETTER_RUN = re.compile(r"[^\W\d_]+")

# Letters that among the languages of the press only Vietnamese writes; đ, ă and the plain accents
# are shared with others.
_VIETNAMESE_LETTER = re.compile("[ơưƠƯ\u1ea0-\u1ef9]")
_ONSET = "(?:ngh?|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?"
_SYLLABLE = re.compile(
    _ONSET + "(?:(?:a|e|ie|i|oa|oe|oo|o|uye|ue|ua|uo|uy|u|ye|y)(?:ch|ng|nh|[cmnpt])"
    "|oai|oay|oao|oeo|oi|oa|oe|o|ai|ao|au|ay|a|eo|eu|e|ieu|ia|iu|i|uay|uoi|uou|uya|uyu|ua|ue|ui|uu|uo|uy|u|yeu|y)"
)
# Beginnings and ends that unmarked Vietnamese is full of, and the words most seen in headlines.
_TYPICAL = re.compile(
    "(?:ng|nh|kh|tr|gi).*|.*(?:nh|ng|uo[cint]?|uong|ieu?|ie[mnpt]|uye[nt]|oai|uu|oi|ai|ay|au|eo)"
    "|co|la|va|bi|de|ve|vi|tu|voi|cho|cua|mot|hai|duoc|trong|con|cac|chi|phai|tai|nam|den|cap|bo|so|hon|xe|ty|dan"
)
# The commonest words of Western languages that would pass as syllables or stand between those that do.
_FOREIGN = frozenset(
    "the that then than them they there this these of and is are was were with for from by on or at as he she it "
    "his her an to in not can has have had le les des du et un une est dans que qui pour sur der die das und ist "
    "ein eine von mit den dem zu auf el los las del en por se il di al dan yang di ke untuk ini itu".split()
) - frozenset("an to at he den can ke di tin dan des".split())

_HINTED = {"legal": 0.5, "typical": 0.2, "foreign": 0.2}
_UNHINTED = {"legal": 0.7, "typical": 0.3, "foreign": 0.08}
_ILLEGAL, _LEGAL, _TYPICALLY = range(3)
_VIETNAMESE_WORDS_MIN = 3
_MARKED_SHARE = 0.2
_SYLLABLE_SHARE_MARKED = 0.6
_SYLLABLE_SHARE_ALL = 0.9
_CJK_SHARE = 0.3
_KANA_SHARE = 0.05

_SURE_LETTERS = 40
"""Letters from which CLD2 outweighs the hint: on shorter headlines it is wrong in 4 to 14 of 100."""

_TWINS = (
    {"id", "ms"},
    {"sr", "hr", "bs", "mk", "bg"},
    {"da", "nb", "no", "nn", "sv"},
    {"ru", "uk", "be", "bg"},
    {"cs", "sk"},
    {"es", "gl", "pt", "ca"},
)

_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
_OTHER_SCRIPTS = frozenset(
    "ru uk be bg mk el kk ky tg mn hy ka he ar fa ur ps hi bn pa gu ta te kn ml mr ne si th lo km my zh ja ko am yi "
    "bo ug dv or as sd".split()
)

# What CLD2 may answer: languages with a press. Its Pig Latin, Scots or Khasi are noise on headlines.
_PRESS_LANGUAGES = frozenset(
    "vi en fr de es it pt nl ru uk be bg sr hr bs sl mk cs sk pl hu ro el tr az kk ky uz tg tk mn hy ka he ar fa ur "
    "ps ku hi bn pa gu ta te kn ml mr ne si th lo km my id ms jv su tl ceb zh ja ko sv da no nb nn fi et lv lt is ga "
    "cy eu ca gl mt sq af sw am so ha yo ig zu xh eo bo ug lb hmn dv or as sd".split()
)

# CLD2 speaks an older ISO 639 in places.
_RENAMED = {
    "iw": "he",
    "in": "id",
    "jw": "jv",
    "ji": "yi",
    "mo": "ro",
    "zh-Hant": "zh",
    "un": "und",
}


def identify_language(text: str, *, hint: str | None = None) -> str:
    """The BCP 47 code of the text's language ("vi", "en", "zh", …), "und" where there is no telling.

    Vietnamese is told with and without marks, by its letters and by the share of legal syllables.
    `hint` (what a feed or a page says of itself) only breaks ties: it wins where the text is too
    short to be sure of. Reads the first 1,200 characters; never raises.
    """
    text = nfc(text[:READ_MAX])
    hint = _primary(hint)
    found = _LETTER_RUN.findall(text)
    if not found:
        return hint or "und"
    return (
        _by_script(text, found)
        or _vietnamese(found, hinted=hint == "vi")
        or _by_statistics(text, letters=sum(map(len, found)), hint=hint)
    )


def _primary(tag: str | None) -> str | None:
    code = _PRIMARY.match(tag.strip()) if tag else None
    if code is None:
        return None
    primary = code.group().lower()
    return None if primary in ("und", "mul", "zxx") else _RENAMED.get(primary, primary)


def _count(script: re.Pattern[str], text: str) -> int:
    """How many letters of a script: its pattern finds runs of them."""
    return sum(map(len, script.findall(text)))


def _by_script(text: str, found: list[str]) -> str | None:
    if text.isascii() or not _EAST_ASIAN.search(text):
        return None
    hangul, kana, han = (_count(script, text) for script in (_HANGUL, _KANA, _HAN))
    cjk = hangul + kana + han
    if cjk < _CJK_SHARE * sum(map(len, found)):
        return None
    if hangul > kana + han or (hangul > kana and hangul > han / 2):
        return "ko"
    return "ja" if kana > _KANA_SHARE * cjk else "zh"


def _vietnamese(found: list[str], *, hinted: bool) -> str | None:
    least = _HINTED if hinted else _UNHINTED
    marked = 0.0
    if _VIETNAMESE_LETTER.search("".join(found)):
        marked = sum(1 for word in found if _VIETNAMESE_LETTER.search(word)) / len(found)
    elif (half := found[: len(found) // 2]) and _count_illegal(half) > len(found) * (
        1 - least["legal"]
    ):
        return None  # as most texts of other languages are told
    bare = fold(" ".join(found)).split()
    judged = list(map(_judge_word, bare))
    share = (len(bare) - judged.count(_ILLEGAL)) / len(bare)
    if marked >= _MARKED_SHARE and share >= _SYLLABLE_SHARE_MARKED:
        return "vi"
    if len(found) < _VIETNAMESE_WORDS_MIN or share < least["legal"]:
        return None
    typical = judged.count(_TYPICALLY) / len(bare)
    foreign = sum(1 for word in bare if word in _FOREIGN) / len(bare)
    # "the" and "them" are Vietnamese too; a text of hardly anything but syllables is no English one.
    is_foreign = foreign > least["foreign"] and (share < _SYLLABLE_SHARE_ALL or len(found) < 4)
    return "vi" if typical >= least["typical"] and not is_foreign else None


def _count_illegal(words: list[str]) -> int:
    return list(map(_judge_word, fold(" ".join(words)).split())).count(_ILLEGAL)


@lru_cache(maxsize=16_384)
def _judge_word(word: str) -> int:
    """What a folded word is to Vietnamese. Kept for the words that come again and again."""
    if not _SYLLABLE.fullmatch(word):
        return _ILLEGAL
    return _TYPICALLY if _TYPICAL.fullmatch(word) else _LEGAL


def _by_statistics(text: str, *, letters: int, hint: str | None) -> str:
    try:
        reliable, _, guesses = pycld2.detect(text.encode(), isPlainText=True, bestEffort=True)
    except pycld2.error:
        return hint or "und"
    codes = [_RENAMED.get(code, code) for _, code, _, _ in guesses]
    best = codes[0] if codes[0] in _PRESS_LANGUAGES else "und"
    if hint is None or hint == best:
        return best
    is_latin = _count(_LATIN, text) > letters / 2
    if is_latin == (hint in _OTHER_SCRIPTS):
        return best
    is_sure = reliable and best != "und" and letters >= _SURE_LETTERS
    is_twin = any(hint in twins and best in twins for twins in _TWINS)
    return hint if is_twin or hint in codes or not is_sure else best

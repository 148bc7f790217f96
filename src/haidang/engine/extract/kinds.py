"""Telling an article from a paywall, a consent wall, a challenge for robots and an empty page."""

from __future__ import annotations

import re

from haidang.engine.extract.jsonld import SaidOfItself
from haidang.engine.extract.meta import Head
from haidang.engine.text import fold
from haidang.engine.types import PageKind

SHORT = 1_200
"""Characters: walls stand in front of little text, and an article may well write about cookies."""

_PAYWALL = re.compile(
    r"danh (?:rieng )?cho (?:thue bao|thanh vien tra phi|doc gia tra phi)|dang ky goi (?:doc|thue bao)|noi dung tra phi|"
    r"subscribe (?:now )?to (?:continue|read|keep)|subscribers? only|already a subscriber|to continue reading|article reserve aux abonnes|"
    r"nur fur abonnenten|solo para suscriptores|会員限定|有料会員|付费阅读|付費會員|유료 회원|구독자 전용"
)
_CONSENT = re.compile(
    r"before you continue|we (?:and our \d* ?partners|value your privacy|use cookies)|(?:accept|manage) (?:all )?cookies|"
    r"your (?:privacy choices|consent)|chap nhan (?:tat ca )?cookie|nous respectons votre vie privee|wir verwenden cookies|"
    r"utilizamos cookies|同意.{0,8}cookie|cookie.{0,10}동의"
)
_CHALLENGE = re.compile(
    r"just a moment|checking (?:your|if the site) |verify(?:ing)? (?:that )?you are (?:a )?human|enable javascript and cookies|"
    r"attention required|are you a robot|access (?:to this page has been )?denied|ddos protection|xac minh ban khong phai"
)
_LOCKED = frozenset({"locked", "paid", "premium", "subscriber", "subscription"})


def tell_kind(*, title: str, text: str, head: Head, said: SaidOfItself) -> PageKind:
    """What the page is. A declared paywall outweighs the length of what is readable before it."""
    if said.is_free is False or head.first(("article:content_tier", "paywall")).lower() in _LOCKED:
        return PageKind.PAYWALL
    if not text:
        return PageKind.EMPTY
    if len(text) > SHORT:
        return PageKind.ARTICLE
    plain = fold(f"{title}\n{text}")
    if not said.is_article and _CHALLENGE.search(plain):
        return PageKind.EMPTY
    if not said.is_article and _CONSENT.search(plain):
        return PageKind.CONSENT
    return PageKind.PAYWALL if _PAYWALL.search(plain) else PageKind.ARTICLE

"""What the furniture of an invented newspaper says, in its six languages, and how it tells a date.

These words belong to the papers, not to the desk: the desk reads them as it reads any page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from haidang.project.demo.press.papers import Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The fixed words of a newspaper's pages."""

    home: str
    about: str
    related: str
    most_read: str
    photo: str
    share: str
    newsletter: str
    newsletter_text: str
    published: str
    updated: str
    rights: str
    published_by: str
    invented: str
    missing: str


_VI = Wording(
    home="Trang chủ",
    about="Giới thiệu",
    related="Tin liên quan",
    most_read="Đọc nhiều",
    photo="Hình vẽ minh họa",
    share="Chia sẻ · In bài · Gửi bài cho bạn bè",
    newsletter="Bản tin sáng",
    newsletter_text="Mỗi sáng một lá thư ngắn, sáu giờ có mặt trong hộp thư của bạn.",
    published="Đăng lúc",
    updated="Cập nhật lúc",
    rights="Ghi rõ nguồn khi phát lại thông tin từ trang này.",
    published_by="Cơ quan chủ quản",
    invented="Báo tưởng tượng của bản dùng thử Hải Đăng · "
    "an invented newspaper of the Hải Đăng demo",
    missing="Không tìm thấy trang này.",
)

_EN = Wording(
    home="Home",
    about="About us",
    related="Related stories",
    most_read="Most read",
    photo="Drawn illustration",
    share="Share · Print · Send to a friend",
    newsletter="The Morning Letter",
    newsletter_text="One short letter every morning, in your inbox by six.",
    published="Published",
    updated="Updated",
    rights="Please name the source when you reuse our reports.",
    published_by="Published by",
    invented="An invented newspaper of the Hải Đăng demo",
    missing="There is no such page.",
)

_ZH = Wording(
    home="首页",
    about="关于我们",
    related="相关报道",
    most_read="热门阅读",
    photo="示意图",
    share="分享 · 打印 · 转发给朋友",
    newsletter="晨间来信",
    newsletter_text="每天清晨六点，一封短信送到您的邮箱。",
    published="发布时间",
    updated="更新时间",
    rights="转载请注明出处。",
    published_by="主办",
    invented="海灯演示版的虚构报纸 · an invented newspaper of the Hải Đăng demo",
    missing="找不到该页面。",
)

_KO = Wording(
    home="홈",
    about="회사 소개",
    related="관련 기사",
    most_read="많이 본 기사",
    photo="삽화",
    share="공유 · 인쇄 · 친구에게 보내기",
    newsletter="아침 편지",
    newsletter_text="매일 아침 여섯 시, 짧은 편지 한 통을 보내 드립니다.",
    published="입력",
    updated="수정",
    rights="기사를 옮겨 실을 때에는 출처를 밝혀 주십시오.",
    published_by="발행",
    invented="하이당 시연용 가상 신문 · an invented newspaper of the Hải Đăng demo",
    missing="페이지를 찾을 수 없습니다.",
)

_JA = Wording(
    home="ホーム",
    about="本紙について",
    related="関連記事",
    most_read="よく読まれている記事",
    photo="イメージ図",
    share="共有 · 印刷 · 友人に送る",
    newsletter="朝の便り",
    newsletter_text="毎朝六時、短い便りをお届けします。",
    published="公開",
    updated="更新",
    rights="転載の際は出典を明記してください。",
    published_by="発行",
    invented="ハイダン試用版の架空の新聞 · an invented newspaper of the Hải Đăng demo",
    missing="ページが見つかりません。",
)

_FR = Wording(
    home="Accueil",
    about="Qui sommes-nous",
    related="À lire aussi",
    most_read="Les plus lus",
    photo="Illustration dessinée",
    share="Partager · Imprimer · Envoyer à un ami",
    newsletter="La lettre du matin",
    newsletter_text="Chaque matin à six heures, une courte lettre dans votre boîte.",
    published="Publié le",
    updated="Mis à jour le",
    rights="Merci de citer la source en cas de reprise.",
    published_by="Édité par",
    invented="Un journal imaginaire de la démonstration Hải Đăng · "
    "an invented newspaper of the Hải Đăng demo",
    missing="Cette page n'existe pas.",
)

_ALL = {"vi": _VI, "en": _EN, "zh": _ZH, "ko": _KO, "ja": _JA, "fr": _FR}

_DAYS_VI = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_FR = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTHS_FR = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def find_wording(publication: Publication) -> Wording:
    """The words of the language that the publication is written in."""
    return _ALL[publication.language]


def tell_date(local: datetime, *, language: str) -> str:
    """The visible date line, as newspapers of that language print it. `local` has its zone."""
    day, weekday, clock = local.day, local.weekday(), f"{local:%H:%M}"
    if language == "vi":
        zone = int((local.utcoffset() or local - local).total_seconds() // 3600)
        return f"{_DAYS_VI[weekday]}, {local:%d/%m/%Y}, {clock} (GMT{zone:+d})"
    if language == "en":
        return f"{_DAYS_EN[weekday]} {day} {_MONTHS_EN[local.month - 1]} {local.year}, {clock}"
    if language == "fr":
        month = _MONTHS_FR[local.month - 1]
        return f"{_DAYS_FR[weekday]} {day} {month} {local.year} à {local.hour} h {local:%M}"
    if language == "ko":
        return f"{local.year}. {local.month}. {day}. {clock}"
    return f"{local.year}年{local.month}月{day}日 {clock}"

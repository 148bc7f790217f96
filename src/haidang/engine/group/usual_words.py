"""Words so common that a new desk need not learn it: they start as if seen in most articles.

Folded, written down by hand for the languages of the first desks; any other language learns its
own within some dozens of articles. The digits are how common they are: 3 in nearly every article.
"""

from __future__ import annotations

SHARES = {3: 0.7, 2: 0.35}
"""How common → part of the articles that hold the word."""

USUAL: dict[str, dict[int, str]] = {
    "vi": {
        3: "va cua la co duoc cho trong voi da nay cac khong nguoi mot den theo nhung tai ve khi "
        "tu ngay thi ra vao cung do bi se nam viec nhieu nhu vi sau de o phai noi dang biet",
        2: "con tren lai hon chi rang nhung nen rat dau qua hai thanh sang cong thang thu vu dan "
        "truoc nha gia the dinh anh ong ba sinh su dong gi nao chua tinh toan quan phat hanh "
        "hien huyen xa gian lam tinh ho minh duoi cao lon moi gan hom nay chieu toi chinh quoc "
        "viet cho biet tin bao truong dong khi dia phuong thong yeu cau nhat ba cuoi ngoai",
    },
    "en": {
        3: "the of and to in is that for on was with as at by it he be from has his an have said "
        "are this will not who they after but were had been their which or she her its",
        2: "more than one when about also up would there out all into over last year years two "
        "first him time you we what if could other new no can some before people my just so "
        "while during according now them told three where being only how many made day get our "
        "because against any since still through these most back week under do did say says "
        "between home may off even those around news report reported com www http html",
    },
    "fr": {
        3: "de la le et les des en un une du que pour dans qui sur par au plus il est pas ne a ce "
        "se avec son sont ont aux",
        2: "mais ou cette ses elle ete leur nous comme apres entre tout deux deja fait meme sans "
        "selon depuis ans etre avait dont lors ainsi",
    },
}

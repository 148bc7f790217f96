"""Names of months and of time zones, as feeds and news pages print them."""

from __future__ import annotations

_LISTS = (
    # English, French, Spanish, Portuguese, German, Italian, Indonesian; whole and short
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maret april mei juni juli agustus september oktober november desember",
    # Russian in the case that dates take, Thai whole and short
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.",
)
_VIETNAMESE = (
    "tháng giêng", "tháng hai", "tháng ba", "tháng tư", "tháng năm", "tháng sáu",
    "tháng bảy", "tháng tám", "tháng chín", "tháng mười", "tháng mười một", "tháng mười hai",
)  # fmt: skip


def _months() -> dict[str, int]:
    found = {name: number for names in _LISTS for number, name in enumerate(names.split(), start=1)}
    found |= {name: number for number, name in enumerate(_VIETNAMESE, start=1)}
    found |= {"tháng một": 1, "tháng bốn": 4, "tháng bẩy": 7, "tháng chạp": 12, "sept": 9}
    for number in range(1, 13):
        for form in (f"{number}", f"0{number}"):
            found |= {f"tháng {form}": number, f"thg {form}": number, f"thg{form}": number}
    return found


# Lower-case name -> 1..12.
MONTHS = _months()

# Lower-case name -> minutes east of Greenwich. CST, IST and BST have several owners; the ones
# taken are those of RFC 822 and, where it is silent, of the press that uses them most.
ZONES = {
    "utc": 0, "gmt": 0, "ut": 0, "wet": 0,
    "ict": 420, "wib": 420, "sgt": 480, "hkt": 480, "pht": 480, "awst": 480,
    "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
    "ist": 330, "msk": 180, "eet": 120, "eest": 180, "cet": 60, "cest": 120, "west": 60, "bst": 60,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360,
    "pst": -480, "pdt": -420,
}  # fmt: skip

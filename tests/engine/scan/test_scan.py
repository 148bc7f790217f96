"""What is found in a text that is about to go out, what is not, and how long that takes. All data is invented."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.engine.scan import ScanKind, scan_text

K = ScanKind


def found(text: str) -> list[tuple[ScanKind, str]]:
    text = unicodedata.normalize("NFC", text)
    return [(one.kind, one.excerpt) for one in scan_text(text, year=2026)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Công dân mang số 001099012345 đã nộp đơn.", [(K.IDENTITY, "001099012345")]),
        ("Số định danh: 079 203 012 345.", [(K.IDENTITY, "079 203 012 345")]),
        ("CMND số 012345678 cấp năm 2009", [(K.IDENTITY, "012345678")]),
        ("Her identity card 123456789 was shown.", [(K.IDENTITY, "123456789")]),
        ("Hộ chiếu số B1234567", [(K.PASSPORT, "B1234567")]),
        ("passport no. P01234567 of the visitor", [(K.PASSPORT, "P01234567")]),
        ("Gọi 0912345678", [(K.PHONE, "0912345678")]),
        ("Gọi 0912.345.678 nhé", [(K.PHONE, "0912.345.678")]),
        ("Gọi 091 234 56 78.", [(K.PHONE, "091 234 56 78")]),
        ("(+84) 91-234-5678", [(K.PHONE, "+84) 91-234-5678")]),
        ("SĐT 84912345678", [(K.PHONE, "84912345678")]),
        ("tel 0084 912 345 678", [(K.PHONE, "0084 912 345 678")]),
        ("(024) 3825 1234", [(K.PHONE, "024) 3825 1234")]),
        ("call +44 20 7946 0018", [(K.PHONE, "+44 20 7946 0018")]),
        ("máy không chín một hai ba bốn năm sáu bảy tám ạ", [(K.PHONE, "không chín một hai ba bốn năm sáu bảy tám")]),
        ("Gọi ０９１２３４５６７８ nhé", [(K.PHONE, "０９１２３４５６７８")]),
        ("STK 19012345678901 ngân hàng X", [(K.ACCOUNT, "19012345678901")]),
        ("số tài khoản: 0123 4567 89", [(K.ACCOUNT, "0123 4567 89")]),
        ("Pay to GB82 WEST 1234 5698 7654 32 today", [(K.ACCOUNT, "GB82 WEST 1234 5698 7654 32")]),
        ("Thẻ 4111 1111 1111 1111 hết hạn", [(K.CARD, "4111 1111 1111 1111")]),
        ("viết cho lan.hoa+tin@thu.example.vn ngay", [(K.EMAIL, "lan.hoa+tin@thu.example.vn")]),
        ("lanhoa [at] thu.example", [(K.EMAIL, "lanhoa [at] thu.example")]),
        ("xe 29A-123.45 bỏ chạy", [(K.PLATE, "29A-123.45")]),
        ("biển số 51H 12345", [(K.PLATE, "51H 12345")]),
        ("Bà ở số 12 ngõ 34 Hòa Bình", [(K.ADDRESS, "số 12 ngõ 34 Hòa Bình")]),
        ("địa chỉ: 45/6 đường Hải Âu", [(K.ADDRESS, "45/6 đường Hải Âu")]),
        ("anh T., trú tại thôn Đông, xã Lam Hạ.", [(K.ADDRESS, "trú tại thôn Đông, xã Lam Hạ")]),
        ("She lives at 14 Harbour Light Street now", [(K.ADDRESS, "14 Harbour Light Street")]),
        ("cháu Lê Thị Bưởi, học sinh lớp 6", [(K.MINOR, "Lê Thị Bưởi")]),
        ("Nạn nhân là Trần Văn Mận (14 tuổi)", [(K.MINOR, "Trần Văn Mận")]),
        ("12-year-old Mary Lightkeeper was seen", [(K.MINOR, "Mary Lightkeeper")]),
        ("em Hoàng Văn Ổi, sinh năm 2015, mất tích", [(K.MINOR, "Hoàng Văn Ổi")]),
        ("TỐI MẬT\nKính gửi", [(K.MARK, "TỐI MẬT")]),
        ("  M Ậ T  \nSố: 12/BC", [(K.MARK, "M Ậ T")]),
        ("Văn bản (MẬT) số 5", [(K.MARK, "MẬT")]),
        ("Kèm theo tài liệu MẬT.", [(K.MARK, "MẬT")]),
        ("Độ mật: Tuyệt mật", [(K.MARK, "Tuyệt mật")]),
        ("Văn bản TUYỆT MẬT này không được đăng", [(K.MARK, "TUYỆT MẬT")]),
        ("TOI MAT", [(K.MARK, "TOI MAT")]),
        ("TOP SECRET//NOFORN\nfor the board", [(K.MARK, "TOP SECRET//NOFORN")]),
        ("classification: confidential", [(K.MARK, "confidential")]),
    ],
)  # fmt: skip
def test_finds(text: str, wanted: list[tuple[ScanKind, str]]) -> None:
    assert found(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Quyết định số 1234/QĐ-UBND ngày 23/11/2026",
        "Công văn 001099012345 của sở",
        "mã số thuế 0101234567",
        "Tổng vốn 1.234.567.890 đồng, tăng 12,5%",
        "1 234 567 890 VND",
        "sản lượng 0912345678 tấn",
        "từ 2020-2026, kỳ 2025 - 2030",
        "tổng đài 19001234, 113, 115",
        "tỉ số 3-1, 2-0, 4-4",
        "Nghị định 30/2020/NĐ-CP; Luật số 102/2016/QH13",
        "ISBN 978-604-55-1234-5",
        "cải tạo 12 đường giao thông và 3 phố đi bộ",
        "Quốc lộ 1A dài 2300 km",
        "ông Nguyễn Văn Chanh (46 tuổi) phát biểu",
        "học sinh lớp 9 trường Lam Hạ",
        "cháu nào cũng được 2 suất quà, từ 6 tuổi",
        "MẬT ONG RỪNG ĐƯỢC GIÁ",
        "Kẻ gian lấy MẬT KHẨU của khách",
        "Một chuyện BÍ MẬT được kể lại",
        "BÍ MẬT CỦA BIỂN",
        "BÍ MẬT",
        "chim ruồi hút mật; ông giữ bí mật",
        "the secret of the lighthouse is confidential to nobody",
        "RESTRICTED AREA OF THE PORT OPENS",
        "phiên bản 10.2.345, mục 4.1.2",
        "tọa độ 20,8449 - 106,6881",
        "@baotinh và #tin",
    ],
)
def test_finds_nothing_in(text: str) -> None:
    assert found(text) == []


@given(st.text(max_size=400))
@settings(deadline=None)
def test_places_are_those_of_the_text_and_do_not_overlap(text: str) -> None:
    findings = scan_text(text, year=2026)
    assert [text[one.start : one.end] for one in findings] == [one.excerpt for one in findings]
    ends = [0, *(one.end for one in findings)]
    assert all(one.start >= end for one, end in zip(findings, ends, strict=False))


@given(st.integers(0, 99_999_999), st.sampled_from("35789"), st.sampled_from(["", " ", ".", "-"]))
def test_every_mobile_number_is_found_however_it_is_parted(
    rest: int, first: str, part: str
) -> None:
    digits = f"0{first}{rest:08}"
    told = part.join((digits[:4], digits[4:7], digits[7:]))
    assert [kind for kind, _excerpt in found(f"gọi {told} nhé")] == [K.PHONE]


@pytest.mark.parametrize(
    "piece",
    ["0", "1 ", "a.", "số 1/1", "a@a.", "Ấ", "Ấa ", "một ", "M ", "(", "29A", "trú tại thôn a", "\n", "cháu Aa Bb ", "AA11 AAAA "],
)  # fmt: skip
def test_time_grows_with_the_text(piece: str) -> None:
    """Ten times the text takes about ten times as long: hostile text has no way to more."""

    def cost(size: int) -> float:
        text = (piece * size)[:size]
        began = time.process_time()
        scan_text(text, year=2026)
        return time.process_time() - began

    cost(1000)
    small = min(cost(5_000) for _round in range(3))
    large = min(cost(50_000) for _round in range(3))  # a collection of garbage falls into some
    assert large < 40 * small + 0.05

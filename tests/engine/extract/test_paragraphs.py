from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.extract import clean_text
from haidang.engine.extract.paragraphs import clean_paragraphs

BODY = [
    "Cây cầu dài 1,2 km nối hai bờ sông Lam đã thông xe sáng nay.",
    "Người dân hai bên bờ vui mừng đi bộ qua cầu.",
]


def test_clean_text_evens_spaces_and_cuts_the_signature() -> None:
    raw = "  Cây cầu\u00a0dài 1,2 km nối hai  bờ sông Lam đã thông xe sáng nay.\r\n\r\n\tNgười dân hai bên bờ vui mừng đi bộ qua cầu.\n***\nXuân Trường - Trường Giang\n"
    assert clean_text(raw) == "\n".join(BODY)


def test_furniture_around_a_text_goes() -> None:
    lines = [
        "Cầu Vĩnh An thông xe",
        "Thứ Hai, 23/11/2026, 08:30 (GMT+7)",
        "Chia sẻ",
        BODY[0],
        "Xem thêm: Cầu nào dài nhất tỉnh?",
        BODY[1],
        "Xuân Trường",
        "Từ khóa: cầu, sông Lam",
        "Tin liên quan",
        "Mưa lớn ở Vĩnh An",
        "Giá vàng hôm nay",
    ]
    assert clean_paragraphs("\n".join(lines), title="Cầu Vĩnh An thông xe") == BODY


def test_a_text_about_such_words_stays() -> None:
    lines = [
        "Chia sẻ với báo chí, ông nói cầu rất đẹp.",
        "Bình luận",
        BODY[0] * 5,
        "Năm 2026 là năm của những cây cầu.",
    ]
    assert clean_paragraphs("\n".join(lines)) == lines


def test_clean_text_of_nothing_is_nothing() -> None:
    assert clean_text(" \n\u200b\n") == ""


@given(st.text(max_size=200))
def test_clean_text_never_raises_and_leaves_single_lines(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned == "\n".join(line.strip() for line in cleaned.split("\n") if line.strip())


def test_labels_above_the_repeated_title_are_dropped_with_it():
    text = (
        "Giao thông\n"
        "Thông xe cầu Bến Mới\n"
        "Cây cầu thứ ba bắc qua sông dài 1.460 m, có bốn làn xe.\n"
        "Đăng lúc Chủ Nhật, 22/11/2026, 16:43 (GMT+7)\n"
        "Sáng nay, cây cầu thứ ba bắc qua sông được thông xe sau ba mươi mốt tháng thi công.\n"
        "Cầu dài 1.460 m."
    )
    assert clean_paragraphs(text, title="Thông xe cầu Bến Mới") == [
        "Cây cầu thứ ba bắc qua sông dài 1.460 m, có bốn làn xe.",
        "Sáng nay, cây cầu thứ ba bắc qua sông được thông xe sau ba mươi mốt tháng thi công.",
        "Cầu dài 1.460 m.",
    ]

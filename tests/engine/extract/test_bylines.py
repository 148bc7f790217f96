import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.extract.bylines import cut_bylines, is_signature

SIGNATURES = """Xuân Trường - Trường Giang
Nguyễn Văn A
NGUYỄN VĂN A
Xuân Trường, Trường Giang và Lan Anh
Minh - Hương
Theo Nguyễn Văn A
(Theo Nguyễn Văn A)
By Jane Doe
By JANE DOE
By Jane Doe and John Roe
By Jane Doe, Reuters
By Jane Doe | Staff Writer
Jane Doe
Von Hans Müller
Par Jean Dupont
Por Juan Pérez
Ảnh: Trần Minh
Bài và ảnh: Lê Thị Bình
Tin, ảnh: Hoàng Hà
Thực hiện: Mai Lan
Dịch: Thu Hà (theo Guardian)
Minh Anh (tổng hợp)
Minh Anh (Theo Reuters)
Hoàng Hà/TTXVN
Hoàng Hà – Thu Trang (TTXVN)
Nhóm PV
Reporting by Jane Doe; Editing by John Roe
記者 王小明／台北報導
記者　山田太郎
记者：张三
责任编辑：李四
文/張三
홍길동 기자
홍길동 기자 hong@example.com
jane.doe@example.com"""

KEPT = """(Theo TTXVN)
Theo TTXVN
Theo Tuổi Trẻ
Theo Reuters, AFP
Nguồn: TTXVN
TTXVN
Reuters
Hà Nội
UBND TỈNH LAM GIANG
Theo ông Nguyễn Văn A, cầu sẽ xong vào năm 2027.
Theo Sở Giao thông, đường đã thông.
Theo kế hoạch của tỉnh
Nguyễn Văn A đã đến Vĩnh An.
Hà Nội, ngày 23 tháng 11 năm 2026
Cầu mới được khánh thành
Tình hình mưa lũ tại Lam Giang
Kết luận
By Tuesday, the river had fallen.
By the river
Photo shows the bridge
Von der Leyen besucht Hanoi
Aufbau und Inhalt
今天下雨。
記者會今天舉行，市長說明。
기자회견이 열렸다.
编辑部今天宣布改版。"""

BODY = ["Cầu thông xe sáng nay.", "Người dân vui mừng."]


@pytest.mark.parametrize("line", SIGNATURES.split("\n"))
def test_a_signature_is_cut_at_the_foot_and_at_the_head(line: str) -> None:
    assert cut_bylines([*BODY, line]) == BODY
    assert cut_bylines([line, *BODY]) == BODY


@pytest.mark.parametrize("line", KEPT.split("\n"))
def test_a_sentence_a_heading_and_an_agency_stay(line: str) -> None:
    assert cut_bylines([*BODY, line]) == [*BODY, line]
    assert cut_bylines([line, *BODY]) == [line, *BODY]


@pytest.mark.parametrize(
    ("paragraph", "wanted"),
    [
        ("Lễ khánh thành kết thúc. Nguyễn Văn A", "Lễ khánh thành kết thúc."),
        ("Cầu đã thông./. Nguyễn Văn A", "Cầu đã thông./."),
        ("Người dân vui mừng. Minh Anh - Thu Hà", "Người dân vui mừng."),
        (
            "Mưa còn lớn trong hai ngày tới. Khánh Linh Theo Trí Thức Trẻ",
            "Mưa còn lớn trong hai ngày tới.",
        ),
        ("Mưa còn lớn trong hai ngày tới. BẢO MINH", "Mưa còn lớn trong hai ngày tới."),
        ("Mưa còn lớn trong hai ngày tới. D.THẢO", "Mưa còn lớn trong hai ngày tới."),
        ("Mưa còn lớn trong hai ngày tới. L.H", "Mưa còn lớn trong hai ngày tới."),
        ("Mưa còn lớn trong hai ngày tới. Theo BBC", "Mưa còn lớn trong hai ngày tới. Theo BBC"),
        ("Mưa còn lớn trong hai ngày tới. TTXVN", "Mưa còn lớn trong hai ngày tới. TTXVN"),
        ("Hơn 100 người ở TP. Vĩnh An", "Hơn 100 người ở TP. Vĩnh An"),
        ("Đoàn đã rời thành phố. Hà Nội", "Đoàn đã rời thành phố. Hà Nội"),
        ("He went to St. John Roe", "He went to St. John Roe"),
        ("工事は終わった。【山田太郎】", "工事は終わった。"),
        ("大桥通车。（责任编辑：张三）", "大桥通车。"),
        ("大桥通车。（新华社）", "大桥通车。（新华社）"),
        ("공사가 끝났다. 홍길동 기자", "공사가 끝났다."),
        ("[서울=뉴스] 홍길동 기자 = 비가 왔다.", "[서울=뉴스] 비가 왔다."),
        ("【記者王小明／台北報導】今天下雨。", "今天下雨。"),
        ("By Jane Doe: The bridge is open.", "The bridge is open."),
    ],
)
def test_a_signature_within_the_last_or_first_paragraph_is_cut(paragraph: str, wanted: str) -> None:
    assert cut_bylines([paragraph]) == [wanted]


def test_a_name_in_the_middle_of_a_text_stays() -> None:
    long = [f"Đoạn văn số {number} kể về cây cầu." for number in range(20)]
    assert cut_bylines([*long[:10], "Nguyễn Văn A", *long[10:]]) == [
        *long[:10],
        "Nguyễn Văn A",
        *long[10:],
    ]


def test_what_the_page_calls_its_author_is_cut_whatever_it_looks_like() -> None:
    known = ("tia nắng nhỏ", "Jane Doe")
    assert cut_bylines([*BODY, "tia nắng nhỏ"], known=known) == BODY
    assert cut_bylines(["Story: Jane Doe, in Vinh An", *BODY], known=known) == BODY
    assert cut_bylines(["Jane Doe told the court she saw nothing.", *BODY], known=known) == [
        "Jane Doe told the court she saw nothing.",
        *BODY,
    ]


def test_a_text_that_is_one_name_is_not_emptied() -> None:
    assert cut_bylines(["Nguyễn Văn A"]) == ["Nguyễn Văn A"]


@given(
    st.lists(
        st.text(st.sampled_from("Nguyễn Văn A By Theo:-–(),.。記者기자@ xin chào"), max_size=30),
        max_size=12,
    )
)
def test_cutting_only_ever_takes_away(paragraphs: list[str]) -> None:
    kept = cut_bylines(paragraphs)
    assert len(kept) <= len(paragraphs)
    assert sum(map(len, kept)) <= sum(map(len, paragraphs))


@given(st.text(max_size=200))
def test_is_signature_never_raises(line: str) -> None:
    assert is_signature(line) in (True, False)

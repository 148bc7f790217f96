"""What the index holds and what the query asks meet in a real FTS5 table."""

import sqlite3
from contextlib import closing, suppress
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.errors import EngineError
from haidang.engine.search import index_form, parse_query, to_fts5, to_tsquery
from haidang.engine.search.cut import spans
from haidang.engine.search.pairs import COMMON, pairs_of
from haidang.engine.text import nfc

DOCUMENTS = {
    1: ("Khánh thành cầu Vĩnh An", "Cầu dài 1,2 km", "Tỉnh chi 1.230 tỷ đồng. Hoà bình."),
    2: ("Khanh thanh cau Vinh An", "", "Ban khong dau, hoa binh"),
    3: ("岚江大桥通车", "", "岚江(Lam Giang)观察报道"),
    4: ("Má bán bánh", "", "đường phố Đà Nẵng"),
    5: ("한국의 날씨", "", "สวัสดีครับ"),
}


def table() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE found USING fts5(exact, folded, "
        'tokenize="unicode61 remove_diacritics 0")'
    )
    return database


def fill(database: sqlite3.Connection, documents) -> None:
    for number, (title, lead, text) in documents.items():
        form = index_form(title, lead, text)
        database.execute(
            "INSERT INTO found(rowid, exact, folded) VALUES (?, ?, ?)",
            (number, form.exact, form.folded),
        )


def found(database: sqlite3.Connection, typed: str, column="typed") -> list[int]:
    expression = to_fts5(parse_query(typed), column=column)
    if not expression:
        return []
    rows = database.execute("SELECT rowid FROM found WHERE found MATCH ? ORDER BY 1", (expression,))
    return [number for (number,) in rows]


@pytest.fixture(scope="module")
def press():
    with closing(table()) as database:
        fill(database, DOCUMENTS)
        yield database


@pytest.mark.parametrize(
    ("typed", "column", "numbers"),
    [
        ("vinh an", "folded", [1, 2]),
        ("Vĩnh An", "folded", [1, 2]),
        ("Vĩnh An", "exact", [1]),
        ("Vĩnh An", "typed", [1]),
        ("vinh an", "exact", [2]),
        ("vinh an", "typed", [1, 2]),
        ("hòa bình", "exact", [1]),
        ("HOÀ BÌNH", "exact", [1]),
        ("ma", "folded", [4]),
        ("ma", "exact", []),
        ("da nang", "folded", [4]),
        ("duong pho", "folded", [4]),
        ("1.230", "folded", [1]),
        ('"cau vinh an"', "folded", [1, 2]),
        ('"an vinh"', "folded", []),
        ('"An Cầu"', "folded", []),  # title and lead are not one sentence
        ("岚江", "typed", [3]),
        ("大桥", "typed", [3]),
        ("桥大", "typed", []),
        ("观察报", "typed", [3]),
        ("车", "typed", [3]),
        ("岚", "typed", [3]),
        ("lam giang", "typed", [3]),
        ("날씨", "typed", [5]),
        ("สวัสดี", "typed", [5]),
        ("cau -thanh", "folded", []),
        ("cau OR ma", "folded", [1, 2, 4]),
        ("(cau OR ma) NOT (banh OR bình)", "typed", [2]),
    ],
)
def test_query_finds_just_these(press, typed, column, numbers):
    assert found(press, typed, column) == numbers


@given(st.text(max_size=80), st.sampled_from(["exact", "folded", "typed"]))
def test_expression_of_any_query_is_accepted(typed, column):
    with closing(table()) as database, suppress(EngineError):
        found(database, typed, column)


@given(st.text(max_size=40), st.text(max_size=40))
def test_every_word_of_a_document_finds_it(title, text):
    with closing(table()) as database:
        fill(database, {7: (title, "", text)})
        for part in (nfc(title), nfc(text)):
            for span in spans(part)[:10]:
                typed = part[span.start : span.end]
                for column in ("exact", "folded"):
                    expression = to_fts5(parse_query(f'"{typed}"'), column=column)
                    if expression:
                        rows = database.execute(
                            "SELECT rowid FROM found WHERE found MATCH ?", (expression,)
                        )
                        assert rows.fetchall() == [(7,)], (typed, expression)


def test_tsquery_holds_only_quoted_tokens():
    query = parse_query('(cầu\' | OR hồ:*) -"lũ lụt" 岚')
    assert to_tsquery(query, exact=True) == ("((('cầu' | 'hồ') & '岚':*) & ! (('lũ' <-> 'lụt')))")
    assert to_tsquery(query, exact=False) == ("((('cau' | 'ho') & '岚':*) & ! (('lu' <-> 'lut')))")


COMMON_TEXTS = st.lists(
    st.sampled_from(["của", "các", "la", "là", "co", "có", "zeta", "duoc", "được", "1", "岚江"]),
    min_size=1,
    max_size=9,
).map(" ".join)


@given(
    st.lists(COMMON_TEXTS, min_size=1, max_size=6),
    st.lists(COMMON_TEXTS, min_size=1, max_size=3),
    st.sampled_from(["", " NOT "]),
    st.sampled_from(["exact", "folded", "typed"]),
)
def test_pairs_of_common_words_leave_every_answer_as_it_is(texts, phrases, joint, column):
    typed = (joint or " OR ").join(f'"{phrase}"' for phrase in phrases)
    with closing(sqlite3.connect(":memory:")) as database, suppress(EngineError):
        database.execute(
            "CREATE VIRTUAL TABLE found USING fts5(exact, folded, pairs, content='', "
            'tokenize="unicode61 remove_diacritics 0")'
        )
        for number, text in enumerate(texts):
            form = index_form("Tít", "", text)
            database.execute(
                "INSERT INTO found(rowid, exact, folded, pairs) VALUES (?, ?, ?, ?)",
                (number, form.exact, form.folded, form.pairs),
            )
        query = parse_query(typed)
        plain, quick = (
            database.execute(
                "SELECT rowid FROM found WHERE found MATCH ? ORDER BY rowid DESC",
                (to_fts5(query, column=column, pairs=pairs),),
            ).fetchall()
            for pairs in ("", "pairs")
        )
        assert quick == plain


def test_only_pairs_of_common_words_are_kept():
    cua_cac, co_duoc = pairs_of(["cua", "cac"]), pairs_of(["co", "duoc"])
    assert len({*cua_cac, *co_duoc}) == 2
    form = index_form("Của các", "là", "có được zeta của các")
    assert sorted(form.pairs.split()) == sorted([*cua_cac, *co_duoc])
    told = to_fts5(parse_query('"có được zeta" "zeta của"'), column="folded", pairs="p")
    assert told == (
        f'(({{p}} : ("{co_duoc[0]}") AND {{folded}} : "co duoc zeta") AND {{folded}} : "zeta cua")'
    )


def test_each_pair_has_a_name_of_its_own():
    words = dict.fromkeys(COMMON)
    assert len({pairs_of(pair)[0] for pair in product(words, repeat=2)}) == len(words) ** 2

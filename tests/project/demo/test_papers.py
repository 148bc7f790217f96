"""The invented newspapers: their own files obey the rules, and a broken file is told line by line."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from haidang.project.demo.press import Article, PapersError, load_papers

PAPERS = load_papers()
ARTICLES = {article.key: article for article in PAPERS.articles}

TWO_PAPERS = """
[[publication]]
key = "mot"
name = "Báo Một"
host = "mot"
country = "VN"
language = "vi"
level = "province"
feed = "rss"
feed_path = "/rss"
organisation = "Tỉnh Một"
about = "Tờ báo thứ nhất."
behaviour = "none"
template = "meta"
utc_offset = 7
accent = "#123456"
"""
TWO_PAPERS += TWO_PAPERS.replace('"mot"', '"hai"')

ORIGINAL = """
event = "mua"
note = "Rain."
[[article]]
key = "mua-1"
publication = "mot"
hours_ago = 9
section = "Thời tiết"
title = "Mưa 20 mm ở huyện Một"
lead = "Mưa cả ngày."
text = '''
Mưa từ sáng,
đo được 20 mm.

Đường ngập.

Chiều tạnh.
'''
"""


def write_papers(folder: Path, copy: str, *, publications: str = TWO_PAPERS) -> Path:
    (folder / "events").mkdir()
    (folder / "publications.toml").write_text(publications, encoding="utf-8")
    (folder / "events" / "01-mua.toml").write_text(ORIGINAL + copy, encoding="utf-8")
    return folder


def copy_table(more: str, *, publication: str = "hai", hours_ago: float = 8) -> str:
    return (
        f'[[article]]\nkey = "mua-2"\npublication = "{publication}"\nhours_ago = {hours_ago}\n'
        f'copy_of = "mua-1"\n{more}\n'
    )


def share_of_copy(copy: Article) -> float:
    """The part of a copy's words that stand, five in a row, in what it copies."""

    def runs(article: Article) -> set[tuple[str, ...]]:
        words = article.first.text.split()
        if len(words) < 40:  # a text without spaces between words
            words = list("".join(words))
        return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}

    original = ARTICLES[copy.copy_of or ""]
    return len(runs(copy) & runs(original)) / len(runs(copy))


def test_press_is_as_large_as_the_demo_promises() -> None:
    assert len(ARTICLES) >= 250
    assert len(PAPERS.events) >= 45
    assert len(PAPERS.publications) == 15


def test_press_writes_in_six_languages_and_serves_five_kinds_of_feed() -> None:
    used = {PAPERS.find_publication(article.publication) for article in PAPERS.articles}
    assert {paper.language for paper in used} == {"vi", "en", "zh", "ko", "ja", "fr"}
    assert {paper.feed for paper in used} == {"rss", "atom", "json", "sitemap", "page"}
    assert {paper.behaviour for paper in used} == {"none", "broken", "slow", "robots"}


def test_press_has_copies_of_each_kind_and_changes_false_claims_and_translations() -> None:
    kinds = Counter(article.how for article in PAPERS.articles)
    assert min(kinds["verbatim"], kinds["edited"], kinds["cut"]) >= 30
    assert sum(1 for article in PAPERS.articles if article.later) >= 4
    assert sum(1 for article in PAPERS.articles if article.claim) >= 2
    assert sum(1 for article in PAPERS.articles if article.translation_of) >= 5


def test_press_is_dense_in_the_last_sixty_hours() -> None:
    begins = [max(article.hours_ago for article in event.articles) for event in PAPERS.events]
    assert sum(1 for hours in begins if hours <= 60) >= 22
    assert max(begins) > 24 * 13


def test_edited_copy_keeps_most_of_its_original() -> None:
    copies = [article for article in PAPERS.articles if article.how == "edited"]
    assert [copy.key for copy in copies if share_of_copy(copy) < 0.7] == []


def test_cut_or_verbatim_copy_is_contained_in_its_original() -> None:
    for copy in PAPERS.articles:
        if copy.how not in {"cut", "verbatim"}:
            continue
        original = ARTICLES[copy.copy_of or ""].first.paragraphs
        length = len(copy.first.paragraphs)
        assert copy.first.paragraphs == original[:length], copy.key
        assert (length == len(original)) == (copy.how == "verbatim"), copy.key


def test_texts_are_composed_characters() -> None:
    decomposed = [
        article.key
        for article in PAPERS.articles
        if not unicodedata.is_normalized("NFC", article.first.title + article.first.text)
    ]
    assert decomposed == []


def test_article_is_read_with_its_paragraphs_in_one_line_each(tmp_path: Path) -> None:
    papers = load_papers(write_papers(tmp_path, ""))
    assert papers.articles[0].first.paragraphs == (
        "Mưa từ sáng, đo được 20 mm.",
        "Đường ngập.",
        "Chiều tạnh.",
    )


def test_edited_copy_changes_title_and_text_drops_and_adds(tmp_path: Path) -> None:
    more = 'how = "edited"\nedits = [["20 mm", "25 mm"]]\ndrop = [1]\nadd = ["Hết tin."]'
    copy = load_papers(write_papers(tmp_path, copy_table(more))).articles[0]
    assert copy.first.title == "Mưa 25 mm ở huyện Một"
    assert copy.first.text == "Mưa từ sáng, đo được 25 mm.\n\nChiều tạnh.\n\nHết tin."
    assert (copy.section, copy.copy_of) == ("Thời tiết", "mua/mua-1")


def test_event_in_two_files_is_one_event(tmp_path: Path) -> None:
    folder = write_papers(tmp_path, "")
    second = 'event = "mua"\n' + copy_table('how = "cut"\nkeep = 2')
    (folder / "events" / "55-mua.toml").write_text(second, encoding="utf-8")
    (event,) = load_papers(folder).events
    assert event.note == "Rain."
    assert [article.key for article in event.articles] == ["mua/mua-1", "mua/mua-2"]


@pytest.mark.parametrize(
    ("copy", "fault"),
    [
        (copy_table('how = "edited"\nedits = [["30 mm", "x"]]'), "the text has no “30 mm”"),
        (copy_table('how = "edited"\ndrop = [3]'), "drops a paragraph that is not there"),
        (copy_table('how = "cut"\nkeep = 3'), "keeps 3 of 3 paragraphs"),
        (
            copy_table('how = "verbatim"\nkeep = 2'),
            "keep belongs to a cut copy, which needs it",
        ),
        (
            copy_table('how = "edited"'),
            "edits, add and drop belong to an edited copy, which needs one of them",
        ),
        (copy_table('how = "stolen"'), "how “stolen” is not one of cut, edited, verbatim"),
        (copy_table('how = "verbatim"', publication="mot"), "copies its own publication"),
        (copy_table('how = "verbatim"', publication="ba"), "no publication ba"),
        (
            copy_table('how = "verbatim"', hours_ago=9.5),
            "is not later than mua/mua-1, which it copies",
        ),
        (
            copy_table('how = "verbatim"', hours_ago=0.1),
            "hours_ago 0.1 is not within 0.2 and 335.0",
        ),
        (
            copy_table('how = "verbatim"').replace('"mua-1"', '"mua-9"'),
            "copies mua/mua-9, which is not there",
        ),
        (
            copy_table('how = "verbatim"\nclaim = "Mưa axít."'),
            "a claim without the reason why it is false",
        ),
    ],
)
def test_broken_copy_is_told(tmp_path: Path, copy: str, fault: str) -> None:
    with pytest.raises(PapersError) as told:
        load_papers(write_papers(tmp_path, copy))
    assert f"mua/mua-2: {fault}" in told.value.faults


def test_unknown_name_in_an_article_is_told(tmp_path: Path) -> None:
    with pytest.raises(PapersError) as told:
        load_papers(write_papers(tmp_path, copy_table('how = "verbatim"\nauthor = "X"')))
    assert len(told.value.faults) == 1
    assert "author" in told.value.faults[0]


def test_copies_in_a_ring_are_told(tmp_path: Path) -> None:
    ring = copy_table('how = "verbatim"').replace('"mua-1"', '"mua-2"')
    with pytest.raises(PapersError) as told:
        load_papers(write_papers(tmp_path, ring))
    assert "mua/mua-2: is not later than mua/mua-2, which it copies" in told.value.faults


def test_feed_that_would_be_too_long_is_told(tmp_path: Path) -> None:
    folder = write_papers(tmp_path, "")
    table = ORIGINAL[ORIGINAL.index("[[article]]") :]
    rows = "".join(table.replace("mua-1", f"mua-{number}") for number in range(2, 62))
    (folder / "events" / "02.toml").write_text(f'event = "mua"\n{rows}', encoding="utf-8")
    with pytest.raises(PapersError) as told:
        load_papers(folder)
    assert told.value.faults == ("mot: 61 articles, its feed lists at most 60",)


def test_file_that_is_not_toml_is_told_with_its_name(tmp_path: Path) -> None:
    folder = write_papers(tmp_path, "")
    (folder / "events" / "03-x.toml").write_text("event = ", encoding="utf-8")
    with pytest.raises(PapersError) as told:
        load_papers(folder)
    assert told.value.faults[0].startswith("03-x.toml: ")


def test_publication_with_a_word_that_is_not_ours_is_told(tmp_path: Path) -> None:
    publications = TWO_PAPERS.replace('feed = "rss"', 'feed = "gopher"', 1)
    with pytest.raises(PapersError) as told:
        load_papers(write_papers(tmp_path, "", publications=publications))
    assert told.value.faults == ("publications.toml: mot: feed is not one of ours",)

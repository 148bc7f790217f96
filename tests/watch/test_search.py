"""Searching: marks, phrases, NOT, filters, folding, paging, and an end to every search."""

from __future__ import annotations

import itertools
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.watch.rows import HOUR, NOW, make_publication

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.search import (
    RANKED_MAX,
    CandidateForRanking,
    parse_query,
    rank,
    title_form,
    title_words,
)
from haidang.watch import queries
from haidang.watch.actions import search as index
from haidang.watch.models import Article, Publication, Story
from haidang.watch.queries import SearchFilters, SearchPage, search_articles
from haidang.watch.queries import index as asking
from haidang.watch.queries import search as searching
from haidang.watch.queries.index import search_key

pytestmark = pytest.mark.django_db
_numbers = itertools.count(1)


def keep(
    text: str,
    *,
    title: str = "",
    at: datetime = NOW,
    publication: Publication | None = None,
    language: str = "vi",
    original: Article | None = None,
) -> Article:
    """An article straight into the tables and the index: how it was placed does not matter here."""
    number = next(_numbers)
    publication = publication or make_publication()
    story = original.story if original else None
    if story is None:
        story = Story.objects.create(
            title=title or text[:40],
            language=language,
            first_publication=publication,
            first_at=at,
            last_at=at,
            opened_at=at,
            articles=1,
            originals=1,
        )
    article = Article(
        id=number,
        story=story,
        publication=publication,
        url=f"https://a.example/{number}",
        title=title or "Không tít",
        text=text,
        language=language,
        page_kind="article",
        published_at=at,
        precision="time",
        first_seen=at,
        sort_at=at,
        search_key=search_key(at, number),
        original=original,
        reprint_kind="verbatim" if original else "",
        share=1.0 if original else None,
    )
    index.cut_title(article)
    article.save(force_insert=True)
    index.cut_title(article)
    article.save()
    index.index_article(article)
    return article


def write_index_out() -> None:
    """What a transaction put into FTS5 is written out by the first question; interrupted there, it stays so.

    A desk asks outside of the transactions that store articles; a test asks within one.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT rowid FROM watch_search WHERE watch_search MATCH 'x' LIMIT 1")


def ask(
    words: str, *, order: str = "newest", page: str | None = None, **told: object
) -> SearchPage:
    write_index_out()
    return search_articles(words, filters=SearchFilters(**told), now=NOW, order=order, page=page)


def ids(words: str, **told: object) -> list[int]:
    return [hit.article_id for hit in ask(words, **told).hits]


# ---------------------------------------------------------------- marks


def test_words_without_marks_find_words_with_them() -> None:
    marked = keep("Nước lũ dâng ở Đồng Bãi")
    keep("Gặt lúa ở An Khê")
    for words in ("lu", "nuoc lu", "LŨ", "dong bai", "ĐỒNG BÃI"):
        assert ids(words) == [marked.id], words


def test_exact_marks_come_before_folded_ones() -> None:
    """Whoever types "lũ" wants floods before flutes, however new the flutes are."""
    flood = keep("Lũ về sớm", at=NOW - 9 * HOUR)
    other = keep("Con lu đựng nước", at=NOW)
    page = ask("lũ")
    assert [(hit.article_id, hit.exact) for hit in page.hits] == [
        (flood.id, True),
        (other.id, False),
    ]


def test_tone_marks_find_both_ways_of_writing_them() -> None:
    articles = [keep("Hòa bình trở lại", at=NOW), keep("Hoà bình trở lại", at=NOW - HOUR)]
    for words in ("hòa bình", "hoà bình", "hòa bình"):
        assert ids(words) == [article.id for article in articles], words


def test_search_reads_other_scripts() -> None:
    korean = keep("오하람 축구 친선경기", language="ko")
    chinese = keep("湄公河水位上涨", language="zh")
    assert (ids("축구"), ids("水位")) == ([korean.id], [chinese.id])


# ---------------------------------------------------------------- words together


def test_all_words_are_wanted_and_a_phrase_in_its_order() -> None:
    both = keep("Cầu treo qua suối", at=NOW)
    apart = keep("Suối cạn, cầu mới treo đèn", at=NOW - HOUR)
    assert ids("cầu treo") == [both.id, apart.id]
    assert ids('"cầu treo"') == [both.id]
    assert ids("cầu lúa") == []


def test_not_and_or() -> None:
    bridge = keep("Cầu mới", at=NOW)
    rice = keep("Lúa mới", at=NOW - HOUR)
    assert ids("mới NOT lúa") == [bridge.id]
    assert ids("mới -lúa") == [bridge.id]
    assert ids("cầu OR lúa") == [bridge.id, rice.id]


@pytest.mark.parametrize("words", ["NOT lúa", "x" * 1001, "a " * 31, "từ:hôm-qua cầu"])
def test_words_that_cannot_be_asked_are_told(words: str) -> None:
    with pytest.raises(EngineError) as caught:
        ask(words)
    assert caught.value.trouble is Trouble.BAD_QUERY


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="aàđ \"'()-*:^{}NOTANDORNEAR%_;\\\x00\n+~&|!<>,.[]", max_size=60))
def test_whatever_is_typed_is_answered_or_told(db: None, words: str) -> None:
    """No syntax of the database is ever reached by what a person types: nothing else is raised."""
    for order in ("newest", "relevance"):
        with suppress(EngineError):
            ask(words, order=order)


# ---------------------------------------------------------------- filters


def test_filters_narrow_by_publication_country_and_language() -> None:
    home, away = make_publication("Báo Lam"), make_publication("The Harbour", country="XA")
    here = keep("port news", publication=home, at=NOW)
    there = keep("port news", publication=away, language="en", at=NOW - HOUR)
    assert ids("port", publication=home.id) == [here.id]
    assert ids("port", country="XA") == ids("port", country="xa") == [there.id]
    assert ids("port", language="en") == [there.id]
    assert ids("port", language="fr") == []
    assert ids("port", country="VN", language="en") == []


def test_filters_can_be_typed() -> None:
    home, away = make_publication("Báo Lam"), make_publication("The Harbour", country="XA")
    here = keep("port news", publication=home, at=NOW)
    there = keep("port news", publication=away, language="en", at=NOW - HOUR)
    assert ids("port lang:en") == ids("port tiếng:en") == [there.id]
    assert ids("port -lang:en") == [here.id]
    assert ids('port source:"bao lam"') == [here.id]
    assert ids("port source:nobody") == []


def test_days_are_those_of_the_desk() -> None:
    """23/11 begins at 17:00 UTC of the 22nd in Vietnam; both ends count."""
    before = keep("tin", at=datetime(2026, 11, 22, 16, 59, tzinfo=UTC))
    first = keep("tin", at=datetime(2026, 11, 22, 17, 0, tzinfo=UTC))
    last = keep("tin", at=datetime(2026, 11, 23, 16, 59, tzinfo=UTC))
    after = keep("tin", at=datetime(2026, 11, 23, 17, 0, tzinfo=UTC))
    day = date(2026, 11, 23)
    assert ids("tin", since=day, until=day) == [last.id, first.id]
    assert ids("tin", until=date(2026, 11, 22)) == [before.id]
    assert ids("tin từ:24/11/2026") == [after.id]
    assert ids("tin", until=date.max) == [after.id, last.id, first.id, before.id]


def test_filters_alone_list_everything_they_allow() -> None:
    article = keep("tin", language="en")
    keep("tin", language="vi")
    assert ids("lang:en") == [article.id]
    assert ids("") == ids("", fold_reprints=False)


# ---------------------------------------------------------------- folding, paging, counting


def test_reprints_are_folded_under_an_original_that_is_found_too() -> None:
    original = keep("cầu suối mộc", at=NOW - 2 * HOUR)
    copy = keep("cầu suối mộc", original=original, at=NOW)
    alone = keep("cầu đồng bãi", original=original, at=NOW - HOUR)
    folded = ask("suối")
    assert [(hit.article_id, hit.copies_folded, hit.kind) for hit in folded.hits] == [
        (original.id, 2, "original")
    ]
    assert ids("suối", fold_reprints=False) == [copy.id, original.id]
    assert ids("đồng bãi") == [alone.id]  # its original says nothing of it


@pytest.mark.parametrize("order", ["newest", "relevance"])
@pytest.mark.parametrize("fold", [True, False])
def test_paging_shows_each_hit_once(order: str, *, fold: bool) -> None:
    """Marked, unmarked, copies: 70 hits over several pages, none lost and none twice."""
    originals = [keep(f"lũ về {n}", at=NOW - n * HOUR) for n in range(30)]
    others = [keep(f"con lu {n}", at=NOW - n * HOUR) for n in range(25)]
    copies = [keep("lũ về", original=originals[n], at=NOW) for n in range(15)]
    shown: list[int] = []
    page: str | None = None
    for _ in range(20):
        told = ask("lũ", order=order, page=page, fold_reprints=fold)
        shown += [hit.article_id for hit in told.hits]
        page = told.next_page
        if page is None:
            break
    wanted = originals + others + ([] if fold else copies)
    assert len(shown) == len(set(shown))
    assert set(shown) == {article.id for article in wanted}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=60))
def test_paging_covers_any_mixture(db: None, mixture: list[tuple[bool, int]]) -> None:
    """(with marks?, hours ago): ties in time and any proportion of exact and folded hits."""
    Article.objects.all().delete()
    index.rebuild_index()
    made = [keep("lũ" if marked else "lu", at=NOW - n * HOUR) for marked, n in mixture]
    shown: list[int] = []
    page: str | None = None
    while True:
        told = ask("lũ", page=page)
        shown += [hit.article_id for hit in told.hits]
        if (page := told.next_page) is None:
            break
        assert told.hits
    assert sorted(shown) == sorted(article.id for article in made)


@pytest.mark.parametrize(
    "page", ["", "x", "t", "t-1", "f1e9", "t" + "9" * 40, "r", "rx", "t٣", "\x00"]
)
@pytest.mark.parametrize("order", ["newest", "relevance"])
def test_unreadable_page_is_the_first(page: str, order: str) -> None:
    article = keep("lũ")
    assert [hit.article_id for hit in ask("lũ", page=page, order=order).hits] in ([article.id], [])


def test_hits_are_counted_once_on_the_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "COUNT_S", 30.0)  # a busy machine is no matter here
    for n in range(25):
        keep("lũ", at=NOW - n * HOUR)
    first = ask("lũ")
    assert (first.total, first.total_is_floor) == (25, False)
    assert ask("lũ", page=first.next_page).total is None


def test_count_stops_at_its_limit_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "COUNT_MAX", 10)
    for n in range(12):
        keep("lũ", at=NOW - n * HOUR)
    assert (ask("lũ").total, ask("lũ").total_is_floor) == (10, True)


def test_relevance_puts_the_headline_first_and_says_how_far_it_looked() -> None:
    keep("lũ " + "khác " * 80, at=NOW)
    headline = keep("khác", title="Lũ lớn về trong đêm", at=NOW - HOUR)
    page = ask("lũ", order="relevance")
    assert (page.hits[0].article_id, page.ranked_newest) == (headline.id, None)


@settings(max_examples=100)
@example([("", True, False), ("", True, True)], 1)  # two of one second
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "cầu", "cau cu", "Cầu Mây", "hồ"]), st.booleans(), st.booleans()
        ),
        max_size=30,
    ),
    st.integers(1, 8),
)
def test_what_is_left_out_of_ranking_would_not_have_been_shown(
    told: list[tuple[str, bool, bool]], limit: int
) -> None:
    """Only titles that hold a word are compared, and the newest of the others: the same hits come out."""
    query = parse_query("cầu mây")
    words = title_words(query)
    titles, exact, keys, every = {}, set(), [], []
    for place, (title, is_exact, same_second) in enumerate(told):
        at = NOW - (place - same_second) * HOUR
        keys.append(search_key(at, 1000 - place))
        form = title_form(title)
        if any(word in f" {form.folded} " for word in words):
            titles[keys[-1]] = form.folded, form.exact
        if is_exact:
            exact.add(keys[-1])
    keys.sort(reverse=True)
    for key in keys:
        title = titles.get(key, ("ho", "hồ"))
        every.append(CandidateForRanking(key, asking.moment_of(key), *title, key in exact))
    chosen = searching._choose_candidates(keys, titles, exact, limit=limit)
    shown = [hit.id for hit in rank(query, chosen, now=NOW, limit=limit)]
    assert shown == [hit.id for hit in rank(query, every, now=NOW, limit=limit)]


def test_titles_are_told_where_they_hold_a_word_and_of_copies_the_original() -> None:
    original = keep("lũ", title="Lũ về")
    copy = keep("lũ", title="Nước lên", original=original)
    other = keep("lũ", title="Nước lên")
    keys = [original.search_key, copy.search_key, other.search_key]
    assert sorted(asking.find_titles(keys, holding=[" lu ", " mua "])) == sorted(
        [(keys[0], None, "lu ve", "lũ về"), (keys[1], original.id, "", "")]
    )
    assert asking.find_titles(keys) == [(keys[1], original.id, "", "")]


@pytest.mark.parametrize("order", ["newest", "relevance"])
def test_search_that_runs_out_of_time_says_so(monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    keep("lũ")
    monkeypatch.setattr(searching, "TIME_S", 0.0)
    page = ask("lũ", order=order)
    assert (page.cut_short, page.total) == (True, None)
    monkeypatch.undo()
    page = ask("lũ", order=order)
    assert (page.cut_short, page.total, len(page.hits)) == (False, 1, 1)


def test_time_that_runs_out_while_marks_are_compared_is_told() -> None:
    """The first question is answered in time, the second is not: the page says so."""
    article = keep("lũ")
    finder = asking.Finder(parse_query("lũ"), asking.Scope(), deadline=time.monotonic() + 60)
    newest = finder.find("folded", before=None, limit=RANKED_MAX)
    finder.deadline = time.monotonic()
    assert finder.find_among_newest("typed", newest) == set()
    assert (newest, finder.ran_out) == ([article.search_key], True)


def test_query_that_would_take_for_ever_is_ended_by_the_database_and_shows_what_it_found() -> None:
    """As the search asks, but of a table that never ends."""
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
    began = time.monotonic()
    finder = asking.Finder(parse_query("lũ"), asking.Scope(), deadline=began + 0.2)
    found = finder._run(endless + " WHERE x < %s", [2**40])
    assert finder.ran_out
    assert found == list(range(1, len(found) + 1))
    assert time.monotonic() - began < 5
    keep("lũ")
    assert len(ask("lũ").hits) == 1  # the connection is as good as before


def test_time_limit_holds_inside_the_index_for_words_that_never_stand_together() -> None:
    """The database asks the clock though no hit comes out of the index for a long while."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has its own statement timeout")
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO watch_search (rowid, exact, folded, facets) VALUES (%s, '', %s, '')",
            [(number << 24, "xoai a quac a " * 8) for number in range(1, 60_001)],  # no common pair
        )
    write_index_out()
    finder = asking.Finder(parse_query('"quac xoai"'), asking.Scope(), 0.0)
    # A search takes some milliseconds here, and an interruption may fall before it begins.
    for _try in range(50):
        finder.deadline = time.monotonic() + 0.001
        assert finder.find("folded", before=None, limit=100) == []
        if finder.ran_out:
            break
    assert finder.ran_out
    finder.deadline, finder.ran_out = time.monotonic() + 60, False
    assert finder.find("folded", before=None, limit=100) == []
    assert not finder.ran_out


def test_hits_point_at_the_words_and_never_carry_markup() -> None:
    keep("Nước <b>lũ</b> dâng & rút", title="<script>lũ</script>")
    [hit] = ask("lu").hits
    assert [text for text, is_hit in hit.title_pieces if is_hit] == ["lũ"]
    assert "".join(text for text, _hit in hit.title_pieces) == "<script>lũ</script>"
    assert "lũ" in [text for text, is_hit in hit.snippet_pieces if is_hit]


def test_words_that_no_article_holds_together_find_those_with_most_and_it_is_said() -> None:
    near = keep("Cầu treo qua suối Mộc sập trong đêm mưa", at=NOW - 9 * HOUR)
    keep("Chợ quê họp sớm", at=NOW)
    for words in ("cầu treo suối Mộc bị lũ cuốn", "cau treo suoi moc bi lu cuon"):
        page = ask(words, order="relevance")
        assert [hit.article_id for hit in page.hits] == [near.id], words
        assert (page.some_words, page.total, page.next_page) == (True, None, None)
    assert not ask("cầu treo suối", order="relevance").some_words
    for words in (
        "cầu lúa",
        "cầu treo suối -mộc",
        "chợ núi xa khơi gió",
    ):
        asked = ask(words, order="relevance")
        assert (asked.hits, asked.some_words, asked.total) == ((), False, 0), words


def test_index_rebuilt_finds_the_same() -> None:
    articles = [keep(f"lũ {n}", at=NOW - timedelta(hours=n)) for n in range(5)]
    assert index.rebuild_index() == 5
    assert ids("lũ") == [article.id for article in articles]
    assert queries.search_articles is search_articles


def test_article_taken_from_the_index_is_found_no_more() -> None:
    article, other = keep("lũ dâng"), keep("lũ rút", at=NOW - HOUR)
    index.unindex_article(article)
    assert ids("lũ") == [other.id]
    assert ids("dâng") == []


def test_index_that_is_filled_anew_by_a_migration_is_the_one_that_articles_fill() -> None:
    """Desks of before get the pairs of common words, by which phrases of such words are found."""
    articles = [keep("Của các em, được như vậy", at=NOW - n * HOUR) for n in range(3)]
    fill = import_module("haidang.watch.migrations.0005_common_pairs").fill_index
    fill(apps, SimpleNamespace(connection=connection))
    wanted = [article.id for article in articles]
    assert ids('"của các"') == ids('"cua cac"') == ids("em source:báo") == wanted
    for article in articles:
        index.unindex_article(article)
    assert ids("em") == ids('"của các"') == []

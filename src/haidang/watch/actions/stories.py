"""A story's numbers, kept beside it so that pages need not count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from haidang.core.actions.rows import insert_row, update_rows
from haidang.core.queries import find_desk
from haidang.watch.enums import Level, ReprintKind
from haidang.watch.models import Article, Story

EMPTY = {
    "articles": 0, "originals": 0, "edited": 0, "foreign_originals": 0, "foreign_edited": 0,
    "foreign_copies": 0, "publications": 0, "languages": [], "level_bits": 0,
}  # fmt: skip

# The head is the earliest original at home; where the story is foreign only, the earliest original: by search keys, so
# to the second, and then by number. All that is counted stands in the index `article_story`: of the articles only the
# heads are read.
_COUNT = f"""
UPDATE watch_story SET
    articles = counted.articles, originals = counted.originals, edited = counted.edited,
    foreign_originals = counted.foreign_originals, foreign_edited = counted.foreign_edited,
    foreign_copies = counted.abroad - counted.foreign_originals - counted.foreign_edited,
    publications = counted.publications, level_bits = counted.level_bits,
    first_at = counted.first_at, last_at = counted.last_at,
    title = head.title, lead = head.lead, language = head.language, section = head.section,
    first_publication_id = head.publication_id, merged_into_id = NULL
FROM (
    SELECT a.story_id,
        COUNT(*) AS articles,
        COUNT(*) FILTER (WHERE a.original_id IS NULL) AS originals,
        COUNT(*) FILTER (WHERE a.reprint_kind = '{ReprintKind.EDITED}') AS edited,
        COUNT(*) FILTER (WHERE p.level = '{Level.FOREIGN}') AS abroad,
        COUNT(*) FILTER (WHERE p.level = '{Level.FOREIGN}' AND a.original_id IS NULL) AS foreign_originals,
        COUNT(*) FILTER (WHERE p.level = '{Level.FOREIGN}' AND a.reprint_kind = '{ReprintKind.EDITED}')
            AS foreign_edited,
        COUNT(DISTINCT a.publication_id) AS publications,
        SUM(DISTINCT CASE p.level {" ".join(f"WHEN '{level}' THEN {level.bit}" for level in Level)} END)
            AS level_bits,
        MIN(a.sort_at) AS first_at,
        MAX(a.sort_at) AS last_at,
        COALESCE(
            MIN(a.search_key) FILTER (WHERE a.original_id IS NULL AND p.country = %s),
            MIN(a.search_key) FILTER (WHERE a.original_id IS NULL),
            MIN(a.search_key) FILTER (WHERE p.country = %s),
            MIN(a.search_key)
        ) AS head
    FROM watch_article a JOIN watch_publication p ON p.id = a.publication_id
    WHERE a.story_id IN (%s)
    GROUP BY a.story_id
) AS counted JOIN watch_article head ON head.search_key = counted.head
WHERE watch_story.id = counted.story_id
RETURNING watch_story.id
"""  # noqa: S608 -- words of ours


def open_story(article: Article, *, now: datetime) -> Story:
    """A new story with that article's headline; the article is put into it by the caller."""
    story = Story(
        title=article.title,
        lead=article.lead,
        language=article.language,
        section=article.section,
        first_publication_id=article.publication_id,
        first_at=article.sort_at,
        last_at=article.sort_at,
        opened_at=now,
    )
    insert_row(story)
    return story


def settle(story_id: int, *, gone_to: int) -> None:
    """Count a story anew; one that lost its last article leads to where it went."""
    settle_all({story_id: gone_to})


def settle_all(touched: Mapping[int, int]) -> None:
    """Settle stories, each with where its articles went: counted together, for a batch touches many."""
    for story_id in touched.keys() - _count_anew(touched):
        Story.objects.filter(id=story_id).update(**EMPTY, merged_into=touched[story_id])


def recount_story(story_id: int) -> None:
    """Count a story's articles anew, and choose the headline that stands for it."""
    _count_anew([story_id])


def _count_anew(stories: Iterable[int]) -> set[int]:
    """Write the numbers and headlines of those of the stories that hold articles; which they are."""
    wanted, home = list(stories), _home()
    if not wanted:
        return set()
    marks = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.replace("IN (%s)", f"IN ({marks})"), [home, home, *wanted])
        counted = {story_id for (story_id,) in cursor.fetchall()}
    languages: dict[int, list[str]] = {story_id: [] for story_id in counted}
    rows = Article.objects.filter(story_id__in=counted).values_list("story_id", "language")
    for story_id, language in rows.distinct():
        languages[story_id].append(language)
    told = (Story(id=story_id, languages=sorted(few)) for story_id, few in languages.items())
    update_rows(told, ("languages",))
    return counted


def _home() -> str:
    """The desk's country."""
    desk = find_desk()
    return desk.country if desk else "VN"

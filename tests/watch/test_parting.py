"""On the desk: a story of two look-alike events falls into two, and every number still adds up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.engine.group.press import article, prose, report
from tests.watch.rows import HOUR, NOW, make_publication, make_read, place

from haidang.watch.models import Article, Story
from haidang.watch.queries.health import find_disorder
from haidang.watch.reasons import tell_reasons

pytestmark = pytest.mark.django_db


def _place_reports(ids: range) -> None:
    """One after another, as they come."""
    publication = make_publication()
    for id_ in ids:
        one = report(id_, 1 + id_ % 2, hours=0)
        at = NOW - 2 * HOUR + timedelta(seconds=36 * (id_ - 100))
        place(make_read(publication, one.text, title=one.title, at=at))


def test_part_that_proves_another_event_gets_a_story_of_its_own() -> None:
    publication = make_publication()
    others = [article(id_, prose(id_)) for id_ in range(1, 21)]
    for one in others:
        make_read(publication, one.text, title=one.title, at=NOW - 5 * HOUR)
    place()
    _place_reports(range(100, 104))
    (mixed,) = Story.objects.filter(articles__gt=1)
    assert mixed.articles == 4
    _place_reports(range(104, 112))
    rows = list(Article.objects.order_by("id")[len(others) :])
    first, other = ({row.story_id for row in rows[start::2]} for start in (0, 1))
    assert first == {mixed.id}
    assert len(other) == 1
    assert not first & other
    story = Story.objects.get(id=other.pop())
    assert (story.articles, story.originals, story.merged_into_id) == (6, 6, None)
    mixed.refresh_from_db()
    assert (mixed.articles, mixed.originals) == (6, 6)
    assert rows[1].why == [["told_apart", ""]]
    assert "%(detail)s" not in str(tell_reasons([("told_apart", "")])[0])
    assert find_disorder() == []

"""12. The machine suggests, people decide: grouping shows its reasons; nothing it says is public."""

from __future__ import annotations

import html

import pytest
from django.test import Client
from tests.promises.doors import find_doors
from tests.watch.rows import (
    BRIDGE,
    BRIDGE_ELSEWHERE,
    HOUR,
    NOW,
    RICE,
    make_publication,
    make_read,
    place,
)

from haidang.core.models import Member
from haidang.engine.group import REASON_WORDS
from haidang.watch.models import Article
from haidang.watch.queries import find_article
from haidang.watch.queries.placing import find_window
from haidang.watch.templatetags.desk import reasons

pytestmark = pytest.mark.django_db
TITLE = "Khánh thành cầu Suối Mộc"


def place_five() -> list[Article]:
    """An original, a copy, a cut copy, another original of the event, and another event."""
    texts = [BRIDGE, BRIDGE, "\n".join(BRIDGE.split("\n")[:3]), BRIDGE_ELSEWHERE, RICE]
    titles = [TITLE, TITLE, TITLE, "Cầu Suối Mộc ở Vân Trì thông xe", "An Khê gặt lúa sớm"]
    return place(
        *(
            make_read(make_publication(), text, title=title, at=NOW - (9 - number) * HOUR)
            for number, (text, title) in enumerate(zip(texts, titles, strict=True))
        )
    )


def test_placing_in_a_story_of_others_keeps_its_reasons() -> None:
    """Whoever is not the first of a story says why it stands there, in words that have a sentence."""
    first, copy, cut, other, rice = place_five()
    joined = [copy, cut, other]
    assert {row.story_id for row in (first, *joined)} == {first.story_id}
    assert rice.story_id != first.story_id
    assert [row.id for row in joined if not row.why] == []
    assert [row.id for row in (copy, cut) if not row.reprint_why] == []
    told = {word for row in joined for word, _detail in [*row.why, *row.reprint_why]}
    assert told <= set(REASON_WORDS)


def test_reasons_are_shown_where_the_decision_is_shown(client_of, an: Member) -> None:
    _first, copy, _cut, other, _rice = place_five()
    for row in (copy, other):
        page = find_article(row.id)
        assert page is not None
        assert page.why
        shown = html.unescape(client_of(an).get(f"/a/{row.id}").content.decode())
        told = reasons([*page.why, *page.reprint_why])
        assert [str(one) for one in told if str(one) not in shown] == []


def test_decision_of_the_machine_can_be_undone_by_its_own_rows() -> None:
    """Nothing is merged away: each article keeps its own text, story, original and reasons."""
    rows = place_five()
    assert len({row.text for row in rows}) == 4
    assert sum(1 for _row in find_window(since=NOW - 99 * HOUR, until=None)) == 5


def test_what_the_machine_decides_is_not_public() -> None:
    first = place_five()[0]
    for page in (
        f"/a/{first.id}",
        f"/s/{first.story_id}",
        "/watch/",
        "/watch.json",
        "/search?q=cau",
    ):
        assert Client().get(page).status_code in {302, 403}, page
    for page in ("/", "/promises"):
        assert TITLE not in Client().get(page).content.decode()


def test_no_language_model_is_here() -> None:
    assert find_doors("llm", "model", "prompt", "gpt", "chat", "completion", "ai") == []

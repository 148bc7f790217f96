"""The page that is read before any stranger's goes the whole way of an article."""

from __future__ import annotations

from datetime import UTC, datetime

from haidang.engine.extract import extract_page, judging, warm_up, warming
from haidang.engine.types import PageKind, Precision, When


def test_warming_reads_an_article_with_all_that_a_page_tells() -> None:
    page = extract_page(
        warming.PAGE, url=warming.URL, content_type="text/html; charset=utf-8", now=warming.NOW
    )
    assert (page.kind, page.language, page.section) == (PageKind.ARTICLE, "vi", "Đời sống")
    assert page.published == When(datetime(2026, 1, 2, 1, tzinfo=UTC), Precision.TIME)
    assert page.canonical_url == warming.URL
    assert page.lead.startswith("Cây cầu mới")
    assert len(page.text.split("\n")) == 3


def test_warming_makes_the_model_ready() -> None:
    judging._model.cache_clear()
    warm_up()
    assert judging._model.cache_info().currsize == 1

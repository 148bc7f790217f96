"""A small press, printed by hand: one story with copies, a translation and hostile letters.

Rows are made through the tables, so that the pages can be tried whatever the engine decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from haidang.core import actions as core_actions
from haidang.core.enums import DeskMode
from haidang.watch.actions.search import cut_title, index_article
from haidang.watch.models import (
    Article,
    ArticleVersion,
    Feed,
    Publication,
    PublicationHost,
    Snapshot,
    Story,
)
from haidang.watch.queries.index import search_key

HOSTILE = '<script>window.alive=1</script><img src=x onerror="window.alive=1">"\'}}{{7*7}}'
TEXT = (
    "Sáng nay cầu Vĩnh An được thông xe kỹ thuật, sớm ba tuần so với kế hoạch.\n"
    "Tổng vốn của công trình là 1.180 tỷ đồng. Cầu dài 1,2 km, nối thành phố với cảng."
)


@dataclass(frozen=True)
class Sheet:
    """The numbers of what was printed."""

    story: int
    original: int
    edited: int
    translated: int
    hostile: int


class Press:
    """Prints articles and keeps the stories' counts."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.number = 0

    def register(
        self,
        key: str,
        name: str,
        *,
        language: str = "vi",
        level: str = "province",
        country: str = "VN",
    ) -> Publication:
        publication = Publication.objects.create(
            name=name, organisation=name, organisation_page=f"https://{key}.example/about",
            country=country, language=language, level=level, registered_at=self.now,
        )  # fmt: skip
        PublicationHost.objects.create(publication=publication, host=f"{key}.example")
        Feed.objects.create(
            publication=publication, url=f"https://{key}.example/feed", kind="rss",
            last_visit_at=self.now, last_ok_at=self.now, last_new_at=self.now,
            next_visit_at=self.now + timedelta(minutes=15),
        )  # fmt: skip
        return publication

    def open_story(self, title: str, publication: Publication, *, hours_ago: float) -> Story:
        at = self.now - timedelta(hours=hours_ago)
        return Story.objects.create(
            title=title, lead="Phần đầu của vụ việc.", language=publication.language,
            section="Giao thông", first_publication=publication, first_at=at, last_at=at, opened_at=at,
        )  # fmt: skip

    def print_article(
        self, story: Story, publication: Publication, title: str, *, hours_ago: float,
        text: str = TEXT, original: Article | None = None, kind: str = "", url: str = "",
        translated_from: Article | None = None, why: tuple[tuple[str, str], ...] = (),
    ) -> Article:  # fmt: skip
        self.number += 1
        at = self.now - timedelta(hours=hours_ago)
        article = Article.objects.create(
            id=self.number, story=story, publication=publication,
            url=url or f"https://paper.example/{self.number}", title=title, lead="", text=text,
            language=publication.language, page_kind="article", published_at=at, precision="time",
            first_seen=at, sort_at=at, search_key=search_key(at, self.number), original=original,
            reprint_kind=kind, share=0.93 if original else None, translated_from=translated_from,
            why=[list(pair) for pair in why],
        )  # fmt: skip
        cut_title(article)
        article.save()
        index_article(article)
        self._count(story)
        return article

    def _count(self, story: Story) -> None:
        rows = list(story.article_rows.select_related("publication").order_by("sort_at"))
        story.articles = len(rows)
        story.originals = sum(row.original_id is None for row in rows)
        story.edited = sum(row.reprint_kind == "edited" for row in rows)
        story.foreign_originals = sum(
            row.publication.level == "foreign" and row.original_id is None for row in rows
        )
        story.publications = len({row.publication_id for row in rows})
        story.languages = sorted({row.language for row in rows})
        story.first_at, story.last_at = rows[0].sort_at, rows[-1].sort_at
        story.save()


def print_sheet(*, now: datetime, mode: DeskMode = DeskMode.DEMO, stories: int = 3) -> Sheet:
    """One full story, one of hostile letters, and short ones up to `stories`."""
    core_actions.set_mode(mode, now=now)
    press = Press(now=now)
    lam_giang = press.register("lam-giang", "Báo Lam Giang")
    van_tri = press.register("van-tri", "Thời báo Vân Trì", level="district")
    harbour = press.register(
        "harbour", "Harbour Post", language="en", level="foreign", country="XE"
    )
    hostile = press.register("hostile", HOSTILE, level="national")

    story = press.open_story("Thông xe kỹ thuật cầu Vĩnh An", lam_giang, hours_ago=5)
    original = press.print_article(story, lam_giang, "Thông xe kỹ thuật cầu Vĩnh An", hours_ago=5)
    snapshot = Snapshot.objects.create(
        url=original.url, fetched_at=now, file="a.warc.gz", offset=0, length=48_213,
        sha256="ab" * 32, payload_sha256="cd" * 32,
    )  # fmt: skip
    Article.objects.filter(id=original.id).update(snapshot=snapshot, headline_changes=1)
    ArticleVersion.objects.create(
        article=original, replaced_at=now - timedelta(hours=4), title="Thông xe cầu", text=TEXT
    )
    press.print_article(
        story, van_tri, "Thông xe cầu", hours_ago=4, original=original, kind="verbatim"
    )
    edited = press.print_article(
        story, van_tri, "Cầu thông xe", hours_ago=3, original=original, kind="edited",
        text=TEXT.replace("ba tuần", "bốn tuần"),
    )  # fmt: skip
    translated = press.print_article(
        story, harbour, "New bridge opens", hours_ago=2, text="The bridge opened.",
        translated_from=original, why=(("shared_names", "Vĩnh An"), ("same_day", "3")),
    )  # fmt: skip
    bad = press.open_story(HOSTILE, hostile, hours_ago=30)
    alive = press.print_article(
        bad, hostile, HOSTILE, hours_ago=30, text=f"{HOSTILE}\n{HOSTILE}",
        url="javascript:window.alive=1", why=(("shared_words", HOSTILE), ("unheard_of", HOSTILE)),
    )  # fmt: skip
    for number in range(stories - 2):
        hours = 6 + number * 5
        short = press.open_story(f"Tin ngắn số {number + 1}", van_tri, hours_ago=hours)
        press.print_article(
            short, van_tri, f"Tin ngắn số {number + 1}", hours_ago=hours, text="Ngắn."
        )
    return Sheet(
        story=story.id, original=original.id, edited=edited.id, translated=translated.id,
        hostile=alive.id,
    )  # fmt: skip

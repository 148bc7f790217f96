"""What one can find at the gate and beyond it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from haidang.core.enums import ItemKind
from haidang.core.models import Imprint, Passage, PublicItem, PublicState, PublicVersion
from haidang.core.queries.single import find_row

PAGE = 50
SITEMAP_MAX = 45_000  # addresses in one sitemap; sitemaps.org allows 50,000


def find_imprint() -> Imprint | None:
    """Who publishes here, once that was said."""
    return find_row(Imprint)


def find_state() -> PublicState | None:
    """The mark of what is public; None until something was said in public."""
    return find_row(PublicState)


def find_mark() -> str:
    """The mark alone, by the shortest way: asked for each request that a kept page could answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark FROM core_publicstate WHERE id = 1")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _standing() -> QuerySet[PublicItem]:
    return PublicItem.objects.filter(withdrawn_why="")


def _texts(language: str = "") -> QuerySet[PublicItem]:
    """What is public and stands, without the texts of the site's own pages."""
    found = _standing().exclude(kind=ItemKind.PAGE)
    return found.filter(language=language) if language else found


def find_items() -> tuple[PublicItem, ...]:
    """What is public and stands, the site's own pages included, newest first."""
    return tuple(_standing()[:PAGE])


def has_texts() -> bool:
    """Whether anything is public that the front page could show."""
    return _texts().exists()


def find_texts(
    language: str = "", *, before: int | None = None, limit: int = PAGE
) -> tuple[PublicItem, ...]:
    """Public texts, in one language or in all, newest first. `before`: those older than that item."""
    found = _texts(language).defer("html", "json_ld")
    edge = PublicItem.objects.filter(pk=before).first() if before else None
    if edge is not None:
        earlier = Q(published_at__lt=edge.published_at)
        found = found.filter(earlier | Q(published_at=edge.published_at, pk__lt=edge.pk))
    return tuple(found[:limit])


def find_untranslated(language: str) -> tuple[PublicItem, ...]:
    """Public texts that a reader of `language` finds in another language only, newest first."""
    translations = _standing().filter(translation_of=OuterRef("pk"), language=language)
    original = _standing().filter(pk=OuterRef("translation_of"), language=language)
    found = _texts().exclude(language=language).defer("text", "html", "json_ld")
    return tuple(found.filter(~Exists(translations), ~Exists(original))[:PAGE])


def find_originals() -> QuerySet[PublicItem]:
    """What a new text may be called a translation of."""
    return _texts().filter(translation_of=None).defer("text", "html", "json_ld")


def find_items_after(
    after: tuple[datetime, int] | None, *, limit: int, language: str = ""
) -> list[PublicItem]:
    """What was published before that moment and number, newest first, with what was withdrawn since."""
    items = PublicItem.objects.order_by("-published_at", "-id")
    if language:
        items = items.filter(language=language)
    if after is not None:
        moment, number = after
        items = items.filter(Q(published_at__lt=moment) | Q(published_at=moment, id__lt=number))
    return list(items[:limit])


def find_item(number: int, *, language: str, kind: ItemKind) -> PublicItem | None:
    """One public text at its address, also if it was withdrawn."""
    found = PublicItem.objects.filter(pk=number, language=language, kind=kind)
    return found.select_related("translation_of").first()


def find_page_text(page: str, language: str) -> PublicItem | None:
    """The organisation's own text on a page of the site."""
    return _standing().filter(page=page, language=language).first()


def find_translation(item: PublicItem) -> PublicItem | None:
    """The same text in the other language, if it stands."""
    if item.page:
        return _standing().filter(page=item.page).exclude(language=item.language).first()
    if item.translation_of_id is not None:
        return _standing().filter(pk=item.translation_of_id).first()
    return _standing().filter(translation_of=item).first()


def find_versions(item: PublicItem) -> tuple[PublicVersion, ...]:
    """What stood in it before, newest first."""
    return tuple(item.versions.all())


def find_changes(language: str = "") -> tuple[PublicVersion, ...]:
    """All corrections and withdrawals, newest first."""
    changed = PublicVersion.objects.select_related("item").order_by("-ended_at", "-id")
    if language:
        changed = changed.filter(item__language=language)
    return tuple(changed[:PAGE])


def count_sitemaps() -> int:
    """How many sitemaps hold all public texts; at least one."""
    return max(1, -(-_texts().count() // SITEMAP_MAX))


def find_for_sitemap(part: int) -> tuple[tuple[PublicItem, PublicItem | None], ...]:
    """Texts of one sitemap (1 is the first), oldest first, so that later ones change the last map alone.

    Each with the same text in the other language, wherever that stands.
    """
    found = _texts().order_by("id").only("kind", "language", "changed_at")
    items = list(found[(part - 1) * SITEMAP_MAX : part * SITEMAP_MAX])
    edge = (items[0].pk, items[-1].pk) if items else (0, 0)
    translations = (
        _texts()
        .filter(Q(pk__range=edge) | Q(translation_of__pk__range=edge))
        .filter(translation_of__withdrawn_why="", translation_of__isnull=False)
        .select_related("translation_of")
        .only("kind", "language", "translation_of__kind", "translation_of__language")
    )
    others: dict[int, PublicItem] = {}
    for one in translations:
        assert one.translation_of is not None
        others |= {one.pk: one.translation_of, one.translation_of.pk: one}
    return tuple((item, others.get(item.pk)) for item in items)


def find_news(*, since: datetime) -> tuple[PublicItem, ...]:
    """Texts that became public since then, newest first; 1,000 at most."""
    found = _texts().filter(published_at__gte=since)
    return tuple(found.only("kind", "language", "title", "published_at")[:1000])


def find_pairs() -> tuple[int, int]:
    """How many acts passed the gate so far, and how many of them by the commonest two people (promise 5)."""
    rows = (
        Passage.objects.filter(published_at__isnull=False)
        .order_by()
        .values_list("proposer_id", "approver_id")
        .annotate(count=Count("id"))
    )
    pairs = Counter[frozenset[int | None]]()
    for proposer, approver, count in rows:
        pairs[frozenset({proposer, approver})] += count
    return pairs.total(), max(pairs.values(), default=0)


def find_passages() -> tuple[Passage, ...]:
    """Ways through the gate, newest first."""
    return tuple(Passage.objects.select_related("proposer", "approver", "item")[:PAGE])


def find_passage(number: int) -> Passage | None:
    """One way through the gate."""
    found = Passage.objects.select_related("proposer", "approver", "item", "translation_of")
    return found.filter(pk=number).first()

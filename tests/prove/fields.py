"""Every text field of WATCH filled with payloads, and every address under which it may be seen.

Both are found by looking: tables by their fields, addresses by the list of all addresses. What a later
room adds is tried without a change here; a table that cannot be filled is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

# Rows that only the machine writes, without a word of a stranger's.
WORDLESS = frozenset(
    {"ArticleTopic", "Subscription", "Push", "Credential", "KeptFile", "Separation", "Sketch"}
    | {"GroupingTurn", "Regrouping", "Snapshot", "PublicationHost", "PersonMark"}
)
ORDER = ("Publication", "Feed", "Story", "Article", "ArticleVersion", "Entry")
FORMATS = ("atom", "rss", "json", "csv")


class _Filler:
    def __init__(self, payloads: Sequence[str], besides: frozenset[str]) -> None:
        self._payloads = payloads
        self._besides = besides
        self._numbers = count(1)
        self.fields: set[str] = set()
        self.now = timezone.now()

    def takes_text(self, model: type[models.Model]) -> bool:
        """Whether a row of this table holds any words at all."""
        fields = [
            field
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField)
        ]
        return any(
            not (field.choices or field.primary_key or field.name in self._besides)
            for field in fields
        )

    def make(self, model: type[models.Model], row: int, known: dict[str, models.Model]) -> Any:
        values = {}
        for place, field in enumerate(model._meta.concrete_fields):
            value = self._value(model, field, row + place, known)
            if value is not NotImplemented:
                values[field.name] = value
        return model.objects.create(**values)  # type: ignore[attr-defined] # every model has its manager

    def _value(
        self, model: type[models.Model], field: Any, turn: int, known: dict[str, models.Model]
    ) -> Any:
        if isinstance(field, models.ForeignKey):
            wanted = field.related_model.__name__
            if wanted in known and (
                not field.null or field.name in {"first_publication", "publication"}
            ):
                return known[wanted]
            return NotImplemented if field.null else known.get(wanted)
        if field.primary_key:
            return (
                next(self._numbers)
                if field.name == "id" and type(field) is models.BigIntegerField
                else NotImplemented
            )
        if field.name == "search_key":
            return next(self._numbers)
        if isinstance(field, models.DateTimeField):
            late = field.name in {
                "closed_at",
                "paused_at",
                "stopped_at",
                "claimed_until",
                "next_try_at",
            }
            return None if field.null and late else self.now - timedelta(minutes=turn % 600)
        if isinstance(field, models.DateField):
            return date(2027, 1, 1) if not field.null else None
        if isinstance(field, models.JSONField):
            return self._json(field, turn)
        if isinstance(field, models.CharField | models.TextField):
            return self._text(model, field, turn)
        return NotImplemented

    def _text(self, model: type[models.Model], field: Any, turn: int) -> Any:
        if field.choices:
            return (
                NotImplemented if field.has_default() or field.blank else str(field.choices[0][0])
            )
        if field.name == "language":
            return "vi"
        if field.name == "country":
            return "VN"
        if field.name == "trouble":
            return "no_such_host"
        if field.name in self._besides:
            return "" if field.blank else str(next(self._numbers))
        self.fields.add(f"{model.__name__}.{field.name}")
        payload = self._payloads[turn % len(self._payloads)]
        if "url" in field.name or field.name in {"feed", "organisation_page"}:
            payload = ("javascript:alert(1)//", "", "data:text/html,", "https://bao.example/")[
                turn % 4
            ] + payload
        if field.unique or field.name in {"url", "key", "feed"}:
            payload = f"{payload[: (field.max_length or 1_500) - 12]}#{next(self._numbers)}"
        return (
            payload[: field.max_length] if field.max_length else f"{payload}\n{payload} cầu đường"
        )

    def _json(self, field: Any, turn: int) -> Any:
        payload = self._payloads[turn % len(self._payloads)]
        if field.name == "trouble_facts":
            return dict.fromkeys(
                ("host", "detail", "url", "saw", "what", "status", "content_type"), payload
            )
        if field.name in {"why", "reprint_why"}:
            return [["shared_words", payload], ["unheard_of", payload]]
        return NotImplemented


def fill_desk(payloads: Sequence[str], *, besides: frozenset[str]) -> tuple[int, list[str]]:
    """One row of each table for each payload; how many fields, and the tables that took none."""
    filler, untried = _Filler(payloads, besides), set()
    named = {model.__name__: model for model in apps.get_app_config("watch").get_models()}
    rest = [name for name in named if name not in ORDER and name not in WORDLESS]
    members = _members()
    for row in range(len(payloads)):
        known: dict[str, models.Model] = dict(members)
        for name in (*ORDER, *(one for one in rest if filler.takes_text(named[one]))):
            try:
                with transaction.atomic():
                    known[name] = filler.make(named[name], row, known)
            except (DatabaseError, TypeError, ValueError) as error:
                untried.add(f"{name} ({str(error)[:80]})")
        if "Article" not in known or "Story" not in known:
            break
        _finish(known, row)
    return len(filler.fields), sorted(untried)


def _members() -> dict[str, models.Model]:
    from tests.cast import give_roles

    from haidang.core.models import Member

    member = Member.objects.create(username="an", name="An", joined_at=timezone.now())
    return {"Member": give_roles(member)}


def _finish(known: dict[str, models.Model], row: int) -> None:
    """What the grouper would have counted and indexed, so that lists show the rows."""
    from haidang.watch.actions.search import cut_title, index_article
    from haidang.watch.models import Article, Story
    from haidang.watch.queries.index import search_key

    story, article = known["Story"], known["Article"]
    assert isinstance(article, Article)
    at = timezone.now() - timedelta(minutes=row)
    Story.objects.filter(pk=story.pk).update(
        articles=1, originals=1, publications=1, languages=["vi"], last_at=at, first_at=at
    )
    article.sort_at, article.headline_changes = at, 1
    article.search_key = search_key(at, article.id)
    cut_title(article)
    article.save()
    index_article(article)


# ---------------------------------------------------------------- addresses


def find_paths(payloads: Sequence[str]) -> Iterator[str]:
    """All addresses that are asked for by GET, with all rows where an address names one."""
    for pattern in _patterns(get_resolver()):
        yield from _fill_in(pattern)
    for place in range(0, len(payloads), 37):
        yield f"/watch/?page={place}"
    for payload in payloads:
        query = re.sub(r"[^\w<>\"'=:/()-]", "+", payload)[:200].replace("#", "")
        yield f"/search?q={query}"
    yield from (f"/search.{kind}?q=cau" for kind in FORMATS)
    yield "/search?q=cau&order=relevance"


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield "/" + before + str(one.pattern)


def _fill_in(pattern: str) -> Iterator[str]:
    rooms = {"story_id": "Story", "article_id": "Article", "feed_id": "Feed", "topic_id": "Topic"}
    rooms |= {"publication_id": "Publication", "draft_id": "Draft", "proposal_id": "Proposal"}
    kinds = (
        FORMATS
        if "list_format" in pattern
        else ("opml", "csv")
        if "<str:kind>" in pattern
        else ("",)
    )
    for kind in kinds:
        path = re.sub(r"<(list_format|str):kind>", kind, pattern)
        names = re.findall(r"<row:(\w+)>", path)
        if len(names) == 1 and names[0] in rooms and path.count("<") == 1:
            model = apps.get_model("watch", rooms[names[0]])
            # Every page of an article, story or source; of the same row in other forms, a few.
            few = kind != "" or path.count("/") > 3
            for number in list(model.objects.values_list("pk", flat=True))[:: 20 if few else 1]:
                yield path.replace(f"<row:{names[0]}>", str(number))
        elif "<" not in path and "sign-out" not in path:
            yield path

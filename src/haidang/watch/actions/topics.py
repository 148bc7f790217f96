"""Topics: opening, changing, confirming and closing them; and giving them their articles.

An act changes the rule and notes when; a job that sweeps then goes through the last 90 days. New
articles meet the rules in the transaction that stores them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.core.actions import log_act
from haidang.core.models import Member
from haidang.engine.errors import EngineError
from haidang.engine.search import IndexForm, matches, parse_query
from haidang.watch import rules
from haidang.watch.actions import telling
from haidang.watch.enums import Level
from haidang.watch.media_topics import load_media_topics
from haidang.watch.models import Article, ArticleTopic, Topic
from haidang.watch.queries.index import search_key
from haidang.watch.queries.topics import (
    BACK,
    TopicRule,
    find_keys_met,
    find_topic_rules,
    find_topics_to_sort,
    read_rule,
)
from haidang.watch.refusals import sentence_of_topic
from haidang.watch.troubles import tell_error

LIFE_MAX = timedelta(days=366)  # of a rule on an office with its holder
WRITE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTopic:
    """What an editor writes: names, the rule, its scope; purpose and end where the rule needs them."""

    title_vi: str
    title_en: str = ""
    medtop: str = ""
    rule: str
    languages: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    purpose: str = ""
    ends_on: date | None = None


def open_topic(new: NewTopic, *, by: Member, now: datetime) -> Topic:
    """Open a topic; its articles of the last 90 days follow within the minute.

    Raises PermissionDenied, or ValidationError (by field) with what is refused and why.
    """
    needs_second = _check(new, by=by, now=now)
    with transaction.atomic():
        topic = Topic.objects.create(
            **_columns(new), needs_second=needs_second, proposer=by, opened_at=now, rule_at=now
        )
        telling.tell_topic(topic, by=by, now=now)
        log_act("open_topic", by=by, now=now, what=topic.title_vi, rule=topic.rule)
    return topic


def change_topic(topic: Topic, new: NewTopic, *, by: Member, now: datetime) -> Topic:
    """Change names, rule or scope. A changed rule that needs a second member waits for one again.

    Raises PermissionDenied, or ValidationError (by field) with what is refused and why.
    """
    needs_second = _check(new, by=by, now=now)
    told = _columns(new)
    before = {name: getattr(topic, name) for name in told}
    names = {"title_vi", "title_en", "medtop"}
    is_new_rule = any(before[name] != told[name] for name in told if name not in names)
    with transaction.atomic():
        for name, value in told.items():
            setattr(topic, name, value)
        topic.needs_second = needs_second
        if is_new_rule:
            topic.rule_at, topic.proposer, topic.approver = now, by, None
            if needs_second:
                ArticleTopic.objects.filter(topic=topic).delete()
        topic.save()
        if is_new_rule:
            telling.tell_topic(topic, by=by, now=now)
        log_act("change_topic", by=by, now=now, what=topic.title_vi, before=before["rule"],
                rule=topic.rule)  # fmt: skip
    return topic


def confirm_topic(topic: Topic, *, by: Member, now: datetime) -> Topic:
    """Confirm a rule on an office with its holder. Raises PermissionDenied for who proposed it."""
    if not rules.may_edit_topics(by) or by.id == topic.proposer_id or not topic.needs_second:
        raise PermissionDenied
    with transaction.atomic():
        topic.approver, topic.rule_at = by, now
        topic.save()
        telling.tell_topic_decided(topic, "topic_confirmed", by=by, now=now)
        log_act("confirm_topic", by=by, now=now, what=topic.title_vi, rule=topic.rule)
    return topic


def close_topic(topic: Topic, *, by: Member, now: datetime) -> None:
    """Close a topic: it is listed and applied no more. Articles stay as they are."""
    if not rules.may_edit_topics(by):
        raise PermissionDenied
    with transaction.atomic():
        topic.closed_at = now
        topic.save()
        telling.tell_topic_decided(topic, "topic_closed", by=by, now=now)
        log_act("close_topic", by=by, now=now, what=topic.title_vi, rule=topic.rule)


def _columns(new: NewTopic) -> dict[str, object]:
    told = asdict(new)
    for name in ("title_vi", "title_en", "rule", "purpose"):
        told[name] = told[name].strip()
    return {**told, "languages": sorted(new.languages), "levels": sorted(new.levels)}


def _check(new: NewTopic, *, by: Member, now: datetime) -> bool:
    """Whether the rule needs a second member. Raises as the acts do."""
    if not rules.may_edit_topics(by):
        raise PermissionDenied
    if not new.title_vi.strip():
        raise ValidationError({"title_vi": _("A topic needs a name.")})
    if new.medtop and new.medtop not in load_media_topics():
        raise ValidationError({"medtop": _("There is no such IPTC Media Topic.")})
    try:
        refusal = rules.find_topic_refusal(parse_query(new.rule))
    except EngineError as error:
        raise ValidationError({"rule": tell_error(error)}) from None
    if refusal is None:
        return False
    if refusal is not rules.TopicRefusal.OFFICE_HOLDER:
        raise ValidationError({"rule": sentence_of_topic(refusal)})
    today = timezone.localdate(now)
    missing = {}
    if not new.purpose.strip():
        missing["purpose"] = sentence_of_topic(refusal)
    if new.ends_on is None or not today < new.ends_on <= today + LIFE_MAX:
        missing["ends_on"] = _("This rule needs a last day, within a year from today.")
    if missing:
        raise ValidationError(missing)
    return True


# ---------------------------------------------------------------- articles


def sort_article(
    article: Article,
    form: IndexForm,
    *,
    rules_now: Sequence[TopicRule] | None = None,
    is_new: bool = False,
) -> None:
    """Give an article the topics whose rules it meets now; called where it is stored.

    `form` is what the search index holds of it; `rules_now` the rules in force, where the caller has
    read them in this transaction; a new article has no topics yet.
    """
    met = {
        rule.topic_id
        for rule in (find_topic_rules() if rules_now is None else rules_now)
        if (not rule.languages or article.language in rule.languages)
        and (not rule.levels or article.publication.level in rule.levels)
        and matches(rule.query, form)
    }
    if is_new and not met:
        return
    rows = ArticleTopic.objects.filter(article=article)
    known = set(rows.values_list("topic_id", flat=True))
    if known - met:
        rows.exclude(topic_id__in=met).delete()
    ArticleTopic.objects.bulk_create(
        ArticleTopic(article=article, topic_id=number, search_key=article.search_key)
        for number in sorted(met - known)
    )


def sort_topics(*, now: datetime) -> int:
    """Go through the last 90 days for each topic whose rule is new; how many topics."""
    due = find_topics_to_sort()
    for topic in due:
        sort_topic(topic, now=now)
    return len(due)


def sort_topic(topic: Topic, *, now: datetime) -> int:
    """Give a topic the articles of the last 90 days that its rule meets; how many it has of them.

    Older articles keep what an earlier rule gave them.
    """
    before = dict(
        ArticleTopic.objects.filter(topic=topic, search_key__gte=search_key(now - BACK, 0))
        .values_list("search_key", "id")
    )  # fmt: skip
    keys = find_keys_met(read_rule(topic), now=now)
    if keys is None:
        return len(before)
    met = set(keys)
    with transaction.atomic():
        gone = [number for key, number in before.items() if key not in met]
        for start in range(0, len(gone), WRITE):
            ArticleTopic.objects.filter(id__in=gone[start : start + WRITE]).delete()
        fresh = sorted(met - before.keys())
        for start in range(0, len(fresh), WRITE):
            _add(topic, fresh[start : start + WRITE])
        Topic.objects.filter(id=topic.id, rule_at=topic.rule_at).update(sorted_at=now)
        log_act("sort_topic", by=None, now=now, what=topic.title_vi, articles=len(met))
    return len(met)


def _add(topic: Topic, keys: list[int]) -> None:
    rows = Article.objects.filter(search_key__in=keys).values_list("id", "search_key")
    ArticleTopic.objects.bulk_create(
        (
            ArticleTopic(article_id=number, topic=topic, search_key=key)
            for number, key in rows
        ),
        ignore_conflicts=True,
    )  # fmt: skip

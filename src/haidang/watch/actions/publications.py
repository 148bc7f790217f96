"""Registering a publication and its feeds (promise 1): an organisation's, never a person's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from haidang.core.actions import log_act
from haidang.core.models import Member
from haidang.watch import rules
from haidang.watch.enums import FeedKind, Level
from haidang.watch.models import Feed, Publication, PublicationHost
from haidang.watch.refusals import sentence_of

FIRST_INTERVAL_S = 1800.0  # the pause that the first visit shortens or lengthens


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPublication:
    """What a registration tells: the publication, whose it is, and the page that says so."""

    name: str
    organisation: str
    organisation_page: str
    country: str
    language: str
    level: Level
    hosts: tuple[str, ...]


def register_publication(
    new: NewPublication, *, by: Member | None, now: datetime, from_command: bool = False
) -> Publication:
    """Register a publication. `from_command`: told by whoever runs the desk's own machine.

    Raises PermissionDenied, or ValidationError with the sentence that says what is refused and why.
    """
    if not from_command and not rules.may_edit_sources(by):
        raise PermissionDenied
    _check(new)
    with transaction.atomic():
        publication = Publication.objects.create(
            name=new.name.strip(),
            organisation=new.organisation.strip(),
            organisation_page=new.organisation_page.strip(),
            country=new.country.upper(),
            language=new.language,
            level=new.level,
            registered_at=now,
            registered_by=by,
        )
        for host in new.hosts:
            PublicationHost.objects.create(publication=publication, host=host)
        log_act(
            "register_publication", by=by, now=now, what=publication.name, hosts=list(new.hosts)
        )
    return publication


def _check(new: NewPublication) -> None:
    if not new.name.strip() or not new.organisation.strip():
        raise ValidationError(_("A publication needs a name, and the organisation whose it is."))
    for host in new.hosts:
        refusal = rules.find_refusal(f"http://{host}/")
        if refusal is not None:
            raise ValidationError(sentence_of(refusal, host))
        if PublicationHost.objects.filter(host=host).exists():
            raise ValidationError(sentence_of(rules.Refusal.TAKEN, host))
    refusal = rules.find_refusal(new.organisation_page)
    if refusal is not None:
        raise ValidationError(sentence_of(refusal, new.organisation_page))


def add_feed(
    publication: Publication,
    url: str,
    *,
    by: Member | None,
    now: datetime,
    kind: FeedKind = FeedKind.UNKNOWN,
    interval_s: float = FIRST_INTERVAL_S,
    from_command: bool = False,
) -> Feed:
    """Follow a feed of a registered publication; an address followed already is returned as it is.

    Raises PermissionDenied, or ValidationError with the sentence that says what is refused and why.
    """
    if not from_command and not rules.may_edit_sources(by):
        raise PermissionDenied
    url = url.strip()
    refusal = rules.find_refusal(url)
    hosts = frozenset(publication.hosts.values_list("host", flat=True))
    if refusal is None and not rules.belongs_to(url, hosts):
        refusal = rules.Refusal.OTHER_HOST
    if refusal is not None:
        raise ValidationError(sentence_of(refusal, url))
    with transaction.atomic():
        feed, made = Feed.objects.get_or_create(
            url=url,
            defaults={
                "publication": publication,
                "kind": kind,
                "interval_s": interval_s,
                "next_visit_at": now,
            },
        )
        if made:
            log_act("add_feed", by=by, now=now, what=url)
    return feed

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
from haidang.watch.channels import find_channel
from haidang.watch.enums import FeedKind, Level
from haidang.watch.models import Feed, Publication, PublicationHost, Snapshot
from haidang.watch.refusals import sentence_of

FIRST_INTERVAL_S = 900.0  # the pause that the first visit shortens or lengthens


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
    channel: str = ""  # an organisation's channel on a shared platform: two members register it


@dataclass(frozen=True, slots=True, kw_only=True)
class PageProof:
    """The organisation's page as it was when it bore a registration out."""

    seen_at: datetime
    snapshot: Snapshot | None = None  # None where the page forbids keeping it


def register_publication(
    new: NewPublication,
    *,
    by: Member | None,
    now: datetime,
    from_command: bool = False,
    proof: PageProof | None = None,
    confirmed_by: Member | None = None,
) -> Publication:
    """Register a publication. `from_command`: told by whoever runs the desk's own machine.

    `proof`: the page that was looked at; without one the register says so until it was.
    A channel needs a proof, and two members.

    Raises PermissionDenied, or ValidationError with the sentence that says what is refused and why.
    """
    if not from_command and not rules.may_edit_sources(by):
        raise PermissionDenied
    _check(new)
    if new.channel and (proof is None or by is None or confirmed_by in {None, by}):
        raise ValidationError(sentence_of(rules.Refusal.PLATFORM, new.channel))
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
            channel=new.channel,
            confirmed_by=confirmed_by,
            page_seen_at=proof.seen_at if proof else None,
            page_snapshot=proof.snapshot if proof else None,
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
        refusal = None if new.channel else rules.find_refusal(f"http://{host}/")
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
    check_feed(publication, url)
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
        if not made and feed.stopped_at is not None:
            feed.stopped_at, feed.next_visit_at = None, now
            feed.save(update_fields=["stopped_at", "next_visit_at"])
            made = True
        if made:
            log_act("add_feed", by=by, now=now, what=url)
    return feed


def check_feed(publication: Publication, url: str) -> None:
    """Raise ValidationError with the reason if that publication may not be followed there."""
    refusal = rules.find_refusal(url, as_channel=bool(publication.channel))
    if refusal is None and not _is_its_own(publication, url):
        refusal = rules.Refusal.OTHER_HOST
    if refusal is not None:
        raise ValidationError(sentence_of(refusal, url))


def _is_its_own(publication: Publication, url: str) -> bool:
    if publication.channel:
        channel = find_channel(url)
        return channel is not None and channel.key == publication.channel
    return rules.belongs_to(url, frozenset(publication.hosts.values_list("host", flat=True)))

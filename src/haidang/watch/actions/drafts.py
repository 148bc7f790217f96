"""Entering one article by hand, for what has no feed: begun, corrected, confirmed, placed.

    begin_draft ──► the machine reads it (`drafting`) ──► keep_draft ──► confirm_draft ──► entry

An article is of a registered publication here too (promise 1), and what signs it is cut twice: when
the machine reads it and again behind the last revision (promise 2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from haidang.core.actions import log_act
from haidang.core.machines import find_file_store
from haidang.core.models import Member
from haidang.engine.clippings import look_at_clipping
from haidang.engine.errors import EngineError
from haidang.watch import rules
from haidang.watch.enums import DraftState, Precision, Way
from haidang.watch.models import Draft, KeptFile, Publication
from haidang.watch.queries.drafts import DRAFT_LIFE, find_article_of, find_home
from haidang.watch.refusals import sentence_of
from haidang.watch.troubles import tell_error

TEXT_MAX = 400_000
Then = Callable[[int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """What a member hands in: an address, or a publication with a text or a file."""

    way: Way
    publication: Publication | None = None
    url: str = ""
    title: str = ""
    text: str = ""
    language: str = ""
    published_at: datetime | None = None
    precision: Precision = Precision.SEEN
    file: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A draft as the member leaves it."""

    title: str
    text: str
    language: str
    url: str = ""
    published_at: datetime | None = None
    precision: Precision = Precision.SEEN


def begin_draft(
    new: NewDraft, *, by: Member | None, now: datetime, then: Then, from_command: bool = False
) -> Draft:
    """Keep what was handed in, and have the machine read it: `then` is called with the draft's number.

    Raises PermissionDenied, or ValidationError with the sentence that says what is refused and why
    (codes: "unregistered" where a publication is to be registered first, "known" with the article).
    """
    if not from_command and not rules.may_add_articles(by):
        raise PermissionDenied
    publication = new.publication if new.way is not Way.ADDRESS else _home_of(new.url)
    if publication is None:
        raise ValidationError(_("Choose the publication that printed or broadcast it."))
    _check(publication, url=new.url)
    file = _keep_file(new.file, now=now) if new.file is not None else None
    with transaction.atomic():
        draft = Draft.objects.create(
            way=new.way,
            publication=publication,
            url=new.url,
            title=new.title,
            text=new.text[:TEXT_MAX],
            language=new.language,
            published_at=new.published_at,
            precision=new.precision,
            file=file,
            made_at=now,
        )
        told = {"way": new.way.value, **({"file": file.sha256} if file else {})}
        log_act("begin_draft", by=by, now=now, what=new.url or publication.name, **told)
        then(draft.id)
    return draft


def _home_of(url: str) -> Publication:
    """The publication at whose host the address lies."""
    refusal = rules.find_refusal(url)
    if refusal is not None:
        raise ValidationError(sentence_of(refusal, url))
    home = find_home(url)
    if home is None:
        told = _(
            "%(host)s belongs to no registered publication. Nothing was fetched; register the publication first, then enter the address again."
        )
        raise ValidationError(told % {"host": rules.host_of(url)}, code="unregistered")
    return home


def _check(publication: Publication, *, url: str) -> None:
    """Refuse what cannot be entered for this publication, or is here already."""
    if publication.paused_at is not None:
        told = _("%(name)s is paused: no article is entered for it.")
        raise ValidationError(told % {"name": publication.name})
    if not url:
        return
    refusal = rules.find_refusal(url)
    hosts = frozenset(publication.hosts.values_list("host", flat=True))
    if refusal is None and not rules.belongs_to(url, hosts):
        refusal = rules.Refusal.OTHER_HOST
    if refusal is not None:
        raise ValidationError(sentence_of(refusal, url))
    known = find_article_of(publication, url)
    if known is not None:
        raise ValidationError(
            _("The desk has the article of this address already."),
            code="known",
            params={"article": known},
        )


def _keep_file(data: bytes, *, now: datetime) -> KeptFile:
    """Keep a file that is what it says. A file that is refused leaves nothing behind."""
    try:
        look = look_at_clipping(data)
    except EngineError as error:
        raise ValidationError(tell_error(error), code="file") from None
    sha256 = find_file_store().keep(data)
    with transaction.atomic():
        file, _made = KeptFile.objects.update_or_create(
            sha256=sha256,
            defaults={"kept_at": now},
            create_defaults={
                "size": len(data),
                "kind": look.kind.value,
                "pages": look.pages,
                "kept_at": now,
            },
        )
    return file


def keep_draft(draft: Draft, revision: Revision, *, by: Member | None, now: datetime) -> None:
    """Keep a draft as corrected so far; it waits on. Raises PermissionDenied, ValidationError."""
    if not rules.may_add_articles(by):
        raise PermissionDenied
    with transaction.atomic():
        _write(draft, revision, to=DraftState.READY)
        log_act("keep_draft", by=by, now=now, what=revision.title)


def confirm_draft(
    draft: Draft,
    revision: Revision,
    *,
    by: Member | None,
    now: datetime,
    then: Then,
    from_command: bool = False,
) -> None:
    """Confirm an article as corrected: it is placed next, and `then` is called with the draft's number.

    Raises PermissionDenied, or ValidationError with what is missing, wrong, or here already.
    """
    if not from_command and not rules.may_add_articles(by):
        raise PermissionDenied
    if not revision.title.strip() or not revision.text.strip():
        raise ValidationError(_("An article needs a title and a text."))
    _check(draft.publication, url=revision.url)
    with transaction.atomic():
        _write(draft, revision, to=DraftState.CONFIRMED)
        log_act(
            "enter_article",
            by=by,
            now=now,
            what=revision.title,
            publication=draft.publication.name,
            way=draft.way,
            file=draft.file.sha256 if draft.file else "",
        )
        then(draft.id)


def _write(draft: Draft, revision: Revision, *, to: DraftState) -> None:
    """Write a revision into a draft that is open; one that is not any more is left alone."""
    changed = Draft.objects.filter(id=draft.id, state=DraftState.READY).update(
        title=revision.title.strip(),
        text=revision.text.strip()[:TEXT_MAX],
        language=revision.language,
        url=revision.url if draft.way != Way.ADDRESS else draft.url,
        published_at=revision.published_at,
        precision=revision.precision,
        state=to,
        trouble="",
        trouble_facts={},
    )
    if not changed:
        raise ValidationError(_("This draft is being read or placed, or is gone already."))


def drop_draft(
    draft: Draft, *, by: Member | None, now: datetime, from_command: bool = False
) -> None:
    """Throw an open draft away; its file goes with it unless an article has it too."""
    if not from_command and not rules.may_add_articles(by):
        raise PermissionDenied
    with transaction.atomic():
        gone, _rows = Draft.objects.filter(
            id=draft.id, state__in=[DraftState.WAITING, DraftState.READY]
        ).delete()
        if gone:
            log_act("drop_draft", by=by, now=now, what=draft.title or draft.url)


def forget_drafts(*, now: datetime) -> int:
    """Drop drafts older than seven days and files that nothing names any more; how many drafts."""
    with transaction.atomic():
        old = Draft.objects.filter(made_at__lt=now - DRAFT_LIFE).exclude(state=DraftState.CONFIRMED)
        open_ones = old.exclude(state=DraftState.PLACED).count()
        old.delete()
        KeptFile.objects.filter(
            drafts=None, entries=None, kept_at__lt=now - timedelta(days=1)
        ).delete()
        if open_ones:
            log_act("forget_drafts", by=None, now=now, rows=open_ones)
    known = frozenset(KeptFile.objects.values_list("sha256", flat=True))
    find_file_store().drop_strays(known=known)
    return open_ones


def name_without_address(draft: Draft) -> str:
    """What stands for an address where there is none: the same article twice has the same."""
    day = draft.published_at.isoformat() if draft.published_at else ""
    told = "\n".join((str(draft.publication_id), draft.title, day, draft.text))
    return "hand:" + hashlib.sha256(told.encode()).hexdigest()[:40]

"""The publishing gate: the one way by which anything becomes public.

Proposed (validated, scanned) → a decision for each finding → approved by a second person → its hour →
signed, logged, shown. Withdrawing and correcting go the same way. Nothing here has a shorter way for
anybody, and what is not approved at its hour is not published.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.core import rules
from haidang.core.actions.log import log_act
from haidang.core.actions.public_state import touch_public
from haidang.core.actions.translations import check_page, check_translation
from haidang.core.enums import ItemKind, PassageAct, SitePage, WithdrawWhy
from haidang.core.models import Imprint, Member, Passage, PassageFinding, PublicItem
from haidang.engine.scan import scan_text
from haidang.engine.text import nfc

EMBARGO_MAX = timedelta(days=90)
TITLE_MAX, BODY_MAX, REASON_MIN = 200, 50_000, 10
LANGUAGES = ("vi", "en")
ANSWER_DAYS_MAX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a person wants to publish. `embargo_until` None: as soon as it is approved.

    `page`: it is the organisation's own text on that page of the site. `translation_of`: the text of
    which it is a translation.
    """

    title: str
    body: str
    language: str = "vi"
    embargo_until: datetime | None = None
    why: str = ""  # of a correction: told to readers
    page: str = ""
    translation_of: PublicItem | None = None


def set_imprint(
    *,
    legal_owner: str,
    funding: str,
    contact: str,
    public_office: bool,
    by: Member,
    now: datetime,
    answer_days: int = 10,
) -> Imprint:
    """Say who stands behind what is published and who pays. A change stays in the log. Raises ValidationError."""
    if not rules.may_propose(by):
        raise PermissionDenied
    told = {
        "legal_owner": " ".join(legal_owner.split()),
        "funding": " ".join(funding.split()),
        "contact": " ".join(contact.split()),
    }
    if not all(told.values()):
        raise ValidationError(_("All three are wanted: who publishes, who pays, how to reach you."))
    if not 1 <= answer_days <= ANSWER_DAYS_MAX:
        raise ValidationError({"answer_days": _("Between 1 and 60 days.")})
    with transaction.atomic():
        imprint, _made = Imprint.objects.update_or_create(
            id=1,
            defaults={**told, "public_office": public_office, "answer_days": answer_days},
        )
        touch_public(now=now)
        log_act("set_imprint", by=by, now=now, what=told["legal_owner"], funding=told["funding"])
    return imprint


def propose(
    intent: Intent, *, by: Member, now: datetime, item: PublicItem | None = None
) -> Passage:
    """Propose to publish a text, or with `item` to correct one. Raises ValidationError."""
    _ask_leave(by)
    intent = _tidy(intent, now=now)
    if item is not None and len(intent.why) < REASON_MIN:
        raise ValidationError({"why": _("Say what was wrong, in words for your readers.")})
    page = item.page if item else intent.page
    language = item.language if item else intent.language
    check_translation(intent.translation_of, page=page, language=language, item=item)
    passage = Passage(
        act=PassageAct.CORRECT if item else PassageAct.PUBLISH,
        item=item,
        kind=item.kind if item else ItemKind.PAGE if page else ItemKind.NOTICE,
        page=page,
        language=language,
        translation_of=intent.translation_of,
        title=intent.title,
        body=intent.body,
        why=intent.why,
        embargo_until=intent.embargo_until,
        proposer=by,
        proposed_at=now,
    )
    return _open(passage, by=by, now=now)


def propose_withdrawal(item: PublicItem, why: WithdrawWhy, *, by: Member, now: datetime) -> Passage:
    """Propose to withdraw a text: its address stays, with a reason from the table."""
    _ask_leave(by)
    passage = Passage(
        act=PassageAct.WITHDRAW, item=item, kind=item.kind, page=item.page,
        language=item.language, title=item.title, withdrawn_why=WithdrawWhy(why), proposer=by, proposed_at=now,
    )  # fmt: skip
    return _open(passage, by=by, now=now)


def _open(passage: Passage, *, by: Member, now: datetime) -> Passage:
    if not Imprint.objects.exists():
        raise ValidationError(_("Before the first publication, say who publishes and who pays."))
    if passage.item is not None and passage.item.withdrawn_why:
        raise ValidationError(_("This text was withdrawn."))
    try:
        with transaction.atomic():
            passage.save(force_insert=True)
            check_page(passage)
            PassageFinding.objects.bulk_create(_scan(passage, now=now))
            log_act("propose_passage", by=by, now=now, what=passage.title, way=passage.act)
    except IntegrityError:
        raise ValidationError(_("Another change of this text is already on its way.")) from None
    return passage


def _scan(passage: Passage, *, now: datetime) -> list[PassageFinding]:
    if passage.act == PassageAct.WITHDRAW:
        return []
    year = timezone.localtime(now).year
    return [
        PassageFinding(
            passage=passage, kind=one.kind.value, in_title=in_title, start=one.start, end=one.end
        )
        for in_title, text in ((True, passage.title), (False, f"{passage.body}\n{passage.why}"))
        for one in scan_text(text, year=year)
    ]


def decide_finding(finding_id: int, *, reason: str, by: Member, now: datetime) -> PassageFinding:
    """Say why what was found may go out. Whoever would rather take it out drops the passage and writes anew."""
    _ask_leave_at_gate(by)
    reason = " ".join(reason.split())[:300]
    if len(reason) < REASON_MIN:
        raise ValidationError(_("Say in a few words why this may become public."))
    with transaction.atomic():
        finding = PassageFinding.objects.select_for_update(of=("self",)).get(id=finding_id)
        _lock_open(finding.passage_id)
        finding.reason, finding.decided_by, finding.decided_at = reason, by, now
        finding.save()
        log_act("decide_finding", by=by, now=now, what=finding.kind, reason=reason)
    return finding


def digest_passage(passage: Passage) -> str:
    """What an approval is bound to: the approver approves the text that they saw."""
    told = "\x1f".join(
        [passage.act, passage.language, passage.title, passage.body, passage.why,
         passage.withdrawn_why, str(passage.embargo_until), passage.page,
         str(passage.translation_of_id)]
    )  # fmt: skip
    return hashlib.sha256(told.encode("utf-8")).hexdigest()


def approve(passage_id: int, *, digest: str, by: Member, now: datetime) -> Passage:
    """The second person agrees to the text that they saw. Raises ValidationError, PermissionDenied."""
    if not rules.may_publish(by):
        raise PermissionDenied
    with transaction.atomic():
        passage = _lock_open(passage_id)
        _complain(passage, digest=digest, by=by, now=now)
        passage.approver, passage.approved_at = by, now
        passage.save(update_fields=["approver", "approved_at"])
        log_act("approve_passage", by=by, now=now, what=passage.title, way=passage.act)
    return passage


def _complain(passage: Passage, *, digest: str, by: Member, now: datetime) -> None:
    proposer = passage.proposer
    if passage.approver_id is not None:
        raise ValidationError(_("Somebody approved this already."))
    if digest != digest_passage(passage):
        raise ValidationError(_("The text is not the one that you saw. Read it again."))
    if proposer.pk == by.pk:
        raise ValidationError(_("Who proposed it cannot approve it: a second person is wanted."))
    if not rules.is_member(proposer):
        raise ValidationError(_("Who proposed it no longer works here. Propose it anew."))
    if not (rules.has_second_factor(by) and rules.has_second_factor(proposer)):
        raise ValidationError(_("Both of you need a second factor at sign-in to publish."))
    if not rules.may_approve_each_other(proposer, by, now=now):
        raise ValidationError(_("Who invited whom cannot approve each other for 30 days."))
    if PassageFinding.objects.filter(passage=passage, decided_by=None).exists():
        raise ValidationError(_("Each finding needs a decision first."))
    if passage.embargo_until is not None and passage.embargo_until <= now:
        raise ValidationError(
            _("It was not approved at its hour, so it is not published. Propose it with another.")
        )


def drop_passage(passage_id: int, *, by: Member, now: datetime) -> None:
    """Take a passage back before it is published; either of the two can, or any who may propose or approve."""
    _ask_leave_at_gate(by)
    with transaction.atomic():
        passage = _lock_open(passage_id)
        passage.dropped_at = now
        passage.save(update_fields=["dropped_at"])
        log_act("drop_passage", by=by, now=now, what=passage.title, way=passage.act)


def release_held(passage_id: int, *, by: Member, now: datetime) -> None:
    """A person looked at the clock: a passage that was held when it jumped waits for its hour again."""
    if not rules.may_publish(by):
        raise PermissionDenied
    with transaction.atomic():
        passage = _lock_open(passage_id)
        passage.held = False
        passage.save(update_fields=["held"])
        log_act("release_held", by=by, now=now, what=passage.title)


def _lock_open(passage_id: int) -> Passage:
    found = (
        Passage.objects.select_for_update(of=("self",))
        .select_related("proposer")
        .filter(id=passage_id, published_at=None, dropped_at=None)
        .first()
    )
    if found is None:
        raise ValidationError(_("This passage was published or taken back meanwhile."))
    return found


def _tidy(intent: Intent, *, now: datetime) -> Intent:
    title = " ".join(nfc(intent.title).split())
    body = "\n\n".join(
        " ".join(part.split())
        for part in nfc(intent.body).replace("\r", "").split("\n\n")
        if part.strip()
    )
    if not title or len(title) > TITLE_MAX:
        raise ValidationError({"title": _("A title of at most 200 characters is wanted.")})
    if not body or len(body) > BODY_MAX:
        raise ValidationError({"body": _("A text of at most 50,000 characters is wanted.")})
    if intent.language not in LANGUAGES:
        raise ValidationError({"language": _("A text is in Vietnamese or in English.")})
    if intent.page and intent.page not in SitePage.values:
        raise ValidationError({"page": _("There is no such page.")})
    until = intent.embargo_until
    if until is not None and not now < until <= now + EMBARGO_MAX:
        raise ValidationError({"embargo_until": _("The hour lies ahead, by 90 days at most.")})
    why = " ".join(nfc(intent.why).split())[:400]
    return replace(intent, title=title, body=body, why=why)


def _ask_leave(by: Member) -> None:
    if not rules.may_propose(by):
        raise PermissionDenied


def _ask_leave_at_gate(by: Member) -> None:
    if not rules.may_enter_gate(by):
        raise PermissionDenied

"""The last step of the gate: what is approved and whose hour has come is signed, logged and shown.

It runs from the worker every few seconds and after each approval, so that a process that dies between
approval and publication loses nothing. A clock that jumps while a passage waits for its hour does not
open it: the passage is held until a person has looked (`ClockMark`).
"""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils.html import format_html_join

from haidang.core import signatures
from haidang.core.actions.finding import index_item, unindex_item
from haidang.core.actions.log import log_act
from haidang.core.actions.public_state import touch_public
from haidang.core.audit.chain import to_moment
from haidang.core.models import ClockMark, Imprint, Passage, PublicItem, PublicVersion
from haidang.core.processes import HOST

JUMP_S = 60.0


def publish_due(*, now: datetime) -> list[PublicItem]:
    """Publish all that is approved and whose hour has come; what came out."""
    mark_clock(wall=now.timestamp(), since_boot=_since_boot(), boot=_boot())
    due = Passage.objects.filter(
        Q(embargo_until=None) | Q(embargo_until__lte=now),
        published_at=None, dropped_at=None, held=False, approver__isnull=False,
    )  # fmt: skip
    shown = [_publish(id_, now=now) for id_ in due.order_by("id").values_list("id", flat=True)]
    return [item for item in shown if item is not None]


def mark_clock(*, wall: float, since_boot: float, boot: str) -> bool:
    """Note both clocks; if the wall's went another way than that since the start, hold what waits. True if so."""
    with transaction.atomic():
        last = ClockMark.objects.filter(host=HOST, boot=boot).first()
        jumped = (
            last is not None and abs((wall - last.wall) - (since_boot - last.since_boot)) > JUMP_S
        )
        if jumped:
            Passage.objects.filter(
                published_at=None, dropped_at=None, embargo_until__isnull=False
            ).update(held=True)
        ClockMark.objects.update_or_create(
            host=HOST, defaults={"boot": boot, "wall": wall, "since_boot": since_boot}
        )
    return jumped


def _publish(passage_id: int, *, now: datetime) -> PublicItem | None:
    with transaction.atomic():
        passage = (
            Passage.objects.select_for_update(of=("self",))
            .select_related("item__translation_of", "approver", "translation_of")
            .filter(id=passage_id, published_at=None, dropped_at=None, held=False)
            .first()
        )
        if passage is None:
            return None
        item = passage.item or PublicItem(
            kind=passage.kind, page=passage.page, language=passage.language, version=0,
            published_at=now, json_ld={}, changed_at=now,
        )  # fmt: skip
        if item.pk is None:
            item.save()  # its address is in what is signed
        else:
            unindex_item(item)
            _keep_what_stood(item, passage, now=now)
        _write(item, passage, now=now)
        item.save()
        if not item.withdrawn_why:
            index_item(item)
        passage.item, passage.published_at = item, now
        passage.save(update_fields=["item", "published_at"])
        log_act(
            f"{passage.act}_item", by=passage.approver, now=now, what=item.title,
            item=item.pk, version=item.version, proof=item.proof,
        )  # fmt: skip
        touch_public(now=now)
    return item


def _keep_what_stood(item: PublicItem, passage: Passage, *, now: datetime) -> None:
    PublicVersion.objects.create(
        item=item, number=item.version, title=item.title, text=item.text, key=item.key,
        proof=item.proof, ended_at=now, why=passage.why or passage.withdrawn_why,
    )  # fmt: skip


def _write(item: PublicItem, passage: Passage, *, now: datetime) -> None:
    imprint = Imprint.objects.get(id=1)
    item.version += 1
    item.title, item.changed_at = passage.title, now
    item.withdrawn_why = passage.withdrawn_why
    if not passage.withdrawn_why:
        item.translation_of = passage.translation_of
    item.html = format_html_join(
        "\n", "<p>{}</p>", ((part,) for part in passage.body.split("\n\n") if part)
    )
    item.text = to_canonical_text(item, passage.body, imprint)
    signed = signatures.sign_text(signatures.ITEM, item.text)
    item.key, item.proof = signed.key, signed.signature
    item.json_ld = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": item.title,
        "inLanguage": item.language,
        "datePublished": to_moment(item.published_at),
        "dateModified": to_moment(item.changed_at),
        "url": item.address,
        "publisher": {
            "@type": "GovernmentOrganization" if imprint.public_office else "NewsMediaOrganization",
            "name": imprint.legal_owner,
            "ownershipFundingInfo": imprint.funding,
        },
    }
    if item.translation_of is not None:
        item.json_ld["translationOfWork"] = {"@type": "Article", "url": item.translation_of.address}


def to_canonical_text(item: PublicItem, body: str, imprint: Imprint) -> str:
    """The text that is signed: a head of `name: value` lines, an empty line, the text itself."""
    head = {
        "kind": item.kind,
        "language": item.language,
        "address": item.address,
        "version": str(item.version),
        "published": to_moment(item.published_at),
        "changed": to_moment(item.changed_at),
        "owner": imprint.legal_owner,
        "funding": imprint.funding,
        "withdrawn": item.withdrawn_why or "no",
        "title": item.title,
    }
    if item.page:
        head["page"] = item.page
    if item.translation_of is not None:
        head["translation-of"] = item.translation_of.address
    return "".join(f"{name}: {value}\n" for name, value in head.items()) + "\n" + body + "\n"


def _since_boot() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""

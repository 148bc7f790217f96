"""Credentials of subscribed sources: sealed when they come, never shown again.

The log says for which host and of which kind, never what. They are opened in the worker only, for the
very host they were given for (`watch/subscribed.py`).
"""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from haidang.core.actions import log_act
from haidang.core.models import Member
from haidang.core.seals import seal
from haidang.watch import rules
from haidang.watch.enums import CredentialKind
from haidang.watch.models import Credential, Publication

TOKEN = re.compile(r"[\x21-\x7e]{1,2000}")
SECRET_MAX = 1000


def purpose_of(host: str) -> str:
    """What a seal is bound to."""
    return f"credential {host}"


def set_credential(
    publication_id: int,
    *,
    host: str,
    kind: CredentialKind,
    user: str = "",
    secret: str,
    by: Member,
    now: datetime,
) -> None:
    """Seal what a subscribed source asks for at one of its own hosts; replaces what was there.

    Raises ValidationError where the host is not the publication's own or the words cannot be sent.
    """
    if not rules.may_edit_sources(by):
        raise PermissionDenied
    value = _header(kind, user=user, secret=secret)
    with transaction.atomic():
        publication = Publication.objects.select_for_update().get(id=publication_id)
        own = frozenset(publication.hosts.values_list("host", flat=True))
        if publication.channel or not rules.belongs_to(f"https://{host}/", own):
            raise ValidationError(
                _("“%(host)s” is not a host of this publication.") % {"host": host}
            )
        Credential.objects.update_or_create(
            host=host,
            defaults={
                "publication": publication,
                "kind": kind,
                "sealed": seal(value, purpose=purpose_of(host)),
                "set_at": now,
                "set_by": by,
            },
        )
        log_act("set_credential", by=by, now=now, what=publication.name, host=host, kind=kind.value)


def drop_credential(credential_id: int, *, by: Member, now: datetime) -> None:
    """Destroy what was sealed for a host."""
    if not rules.may_edit_sources(by):
        raise PermissionDenied
    with transaction.atomic():
        found = Credential.objects.select_related("publication").get(id=credential_id)
        found.delete()
        log_act("drop_credential", by=by, now=now, what=found.publication.name, host=found.host)


def _header(kind: CredentialKind, *, user: str, secret: str) -> str:
    """The value of the Authorization header (RFC 7617, RFC 6750)."""
    if kind == CredentialKind.TOKEN:
        if not TOKEN.fullmatch(secret):
            raise ValidationError(_("A token is one word of ASCII characters."))
        return f"Bearer {secret}"
    told = f"{user}:{secret}"
    if not user or ":" in user or len(told) > SECRET_MAX or not told.isprintable():
        raise ValidationError(_("A user name without a colon, and a password, are wanted."))
    return "Basic " + b64encode(told.encode("utf-8")).decode("ascii")

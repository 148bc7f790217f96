"""How strangers reach the desk: one truth for the user agent, security.txt and `haidang doctor`.

The operator's setting HAIDANG_CONTACT stands before what the organisation says of itself, because it is the
operator who answers for requests; where it is empty, the organisation's contact is told, if a header can carry it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError

from haidang.core.models import Desk
from haidang.engine.net import is_contact


def find_contact() -> str:
    """The mail or web address under which the desk is reached, "" where there is none to tell."""
    told = str(settings.OPTIONS["CONTACT"])
    if told:
        return told
    try:
        contact = Desk.objects.filter(id=1).values_list("contact", flat=True).first() or ""
    except DatabaseError:  # before the tables are there
        return ""
    return contact if is_contact(contact) else ""

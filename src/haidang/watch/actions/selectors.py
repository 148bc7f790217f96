"""Where on a page without a feed the headlines stand, as a member says it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from haidang.core.actions import log_act
from haidang.core.models import Member
from haidang.engine.feeds import is_selector
from haidang.watch import rules
from haidang.watch.enums import FeedKind
from haidang.watch.models import Feed


def set_selector(feed: Feed, selector: str, *, by: Member | None, now: datetime) -> None:
    """Read the feed's address as a page, its headlines where `selector` says; "" lets the desk learn.

    The page is due at once. Raises PermissionDenied, or ValidationError with what is wrong.
    """
    if not rules.may_edit_sources(by):
        raise PermissionDenied
    told = " ".join(selector.split())
    if told and not is_selector(told):
        raise ValidationError(
            _(
                "“%(selector)s” cannot be read. Known are tags, .classes, #ids, a blank or > between them, and commas."
            )
            % {"selector": told[:200]}
        )
    with transaction.atomic():
        locked = Feed.objects.select_for_update().get(id=feed.id)
        before = locked.selector
        locked.kind = FeedKind.PAGE
        locked.selector, locked.selector_given = told, bool(told)
        # Otherwise a page that did not change would not be read with the new selector.
        locked.etag, locked.last_modified = "", ""
        locked.next_visit_at = now
        locked.save(
            update_fields=[
                "kind", "selector", "selector_given", "etag", "last_modified", "next_visit_at"
            ]
        )  # fmt: skip
        log_act("set_selector", by=by, now=now, what=locked.url, selector=told, before=before)

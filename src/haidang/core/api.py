"""What the API tells of the ground floor: the public texts, for anyone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Field, Query, Router, Schema

from haidang.core.bearers import Anyone
from haidang.core.cursors import LIMIT, LIMIT_MAX, make_cursor, read_cursor
from haidang.core.links import absolute
from haidang.core.models import PublicItem
from haidang.core.problems import Problem, ProblemOut
from haidang.core.queries import public as queries
from haidang.core.signatures import ITEM, SignedText

router = Router(tags=["public"])

Limit = Annotated[int, Field(ge=1, le=LIMIT_MAX)]
ERRORS: dict[Any, Any] = {frozenset({400, 401, 403, 404, 422, 429}): ProblemOut}


class NoticeOut(Schema):
    """A public text as it stands. `withdrawn`: why, if it was; then its words are not repeated."""

    id: int
    kind: str
    language: str
    title: str
    address: str
    version: int
    published: datetime
    changed: datetime
    withdrawn: str


class SignedOut(Schema):
    """The text that was signed, with its signature (docs/operate/publishing.md)."""

    format: str
    kind: str
    text: str
    key: str
    signature: str


class NoticeWholeOut(NoticeOut):
    """A public text with what was signed."""

    signed: SignedOut | None


class NoticesOut(Schema):
    """A page of public texts; `next`: the cursor of the page after it."""

    items: list[NoticeOut]
    next: str | None


@router.get(
    "notices",
    auth=Anyone(),
    response={200: NoticesOut, **ERRORS},
    summary=gettext_noop("Public texts, newest first"),
)
def list_notices(
    request: HttpRequest,  # noqa: ARG001 -- the library's signature
    cursor: str = "",
    limit: Limit = LIMIT,
    language: Annotated[Literal["", "vi", "en"], Query()] = "",
) -> NoticesOut:
    """All that was published here, with what was withdrawn since."""
    at = read_cursor(cursor, "notices", shape=(str, int), asked=language)
    after = to_place(at) if at else None
    found = queries.find_items_after(after, limit=limit + 1, language=language)
    shown, more = found[:limit], len(found) > limit
    last = shown[-1] if shown else None
    return NoticesOut(
        items=[NoticeOut(**_tell(item)) for item in shown],
        next=make_cursor("notices", (last.published_at.isoformat(), last.pk), asked=language)
        if last and more
        else None,
    )


@router.get(
    "notices/{int:number}",
    auth=Anyone(),
    response={200: NoticeWholeOut, **ERRORS},
    summary=gettext_noop("One public text, with its signature"),
)
def show_notice(request: HttpRequest, number: int) -> NoticeWholeOut:  # noqa: ARG001 -- see above
    """What was signed of a withdrawn text says that it was withdrawn."""
    item = PublicItem.objects.filter(pk=number).first() if number < 2**63 else None
    if item is None:
        raise Problem(404, _("There is no public text of that number."))
    signed = SignedText(ITEM, item.text, item.key, item.proof)
    return NoticeWholeOut(**_tell(item), signed=SignedOut(**signed.to_table()))


def to_place(at: list[Any]) -> tuple[datetime, int]:
    """A moment and a number out of a cursor that we signed."""
    moment = parse_datetime(at[0])
    assert moment is not None
    return moment, at[1]


def _tell(item: PublicItem) -> dict[str, Any]:
    return {
        "id": item.pk,
        "kind": item.kind,
        "language": item.language,
        "title": item.title,
        "address": absolute(item.address),
        "version": item.version,
        "published": item.published_at,
        "changed": item.changed_at,
        "withdrawn": item.withdrawn_why,
    }

"""What tests of copies ask of a desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from haidang.core import actions
from haidang.core.actions.heads import HEADS_NAME
from haidang.core.audit.verify import verify_log
from haidang.core.models import ExportRequest, Member, OneTimeLink
from haidang.core.tables import digest_of, find_models, read_lines, table_of
from haidang.watch.models import Article

Home = Callable[[str], Path]


def rows_of() -> dict[str, object]:
    """Every table's rows, as a digest, but the log's end and the libraries' own."""
    from django.apps import apps

    return {
        table_of(model): digest_of(read_lines(model))
        for model in find_models(apps)
        if table_of(model) not in {"core_logentry", "core_logwords", "core_member"}
        and table_of(model).startswith(("core_", "watch_"))
    }


def make_gone(now: datetime) -> int:
    """One more row with a number of its own, such as any that will be gone; its number."""
    return OneTimeLink.objects.create(
        token_hash=f"{OneTimeLink.objects.count()}{now}",
        purpose="first_member",
        made_at=now,
        expires_at=now,
    ).pk


def is_the_same_log(entries: int) -> bool:
    """Whether the log has those entries and the act of copying behind them, and verifies."""
    told = verify_log(beside=Path(settings.HOME) / HEADS_NAME)
    return (told.entries, told.faults) == (entries + 1, [])


def agreed_export(now: datetime) -> ExportRequest:
    """What two people agreed to, for the command."""
    actions.add_member("bình", now=now)
    an, binh = Member.objects.order_by("id")[:2]
    return ExportRequest.objects.create(
        purpose="move", reason="Chuyển máy", by_command=True, asked_by=an, asked_at=now,
        agreed_by=binh, agreed_at=now,
    )  # fmt: skip


def names_and_titles() -> tuple[list[str], list[str]]:
    members = Member.objects.order_by("id").values_list("username", flat=True)
    return list(members), list(Article.objects.order_by("id").values_list("title", flat=True))

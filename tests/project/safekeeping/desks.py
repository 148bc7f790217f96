"""What tests of copies ask of a desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from haidang.core.models import Member
from haidang.core.tables import digest_of, find_models, read_lines, table_of
from haidang.watch.models import Article

Home = Callable[[str], Path]


def rows_of() -> dict[str, object]:
    """Every table's rows, as a digest, but the log and the libraries' own."""
    from django.apps import apps

    return {
        table_of(model): digest_of(read_lines(model))
        for model in find_models(apps)
        if table_of(model) not in {"core_logentry", "core_member"}
        and table_of(model).startswith(("core_", "watch_"))
    }


def names_and_titles() -> tuple[list[str], list[str]]:
    members = Member.objects.order_by("id").values_list("username", flat=True)
    return list(members), list(Article.objects.order_by("id").values_list("title", flat=True))

"""Verbs that look: search, doctor."""

from __future__ import annotations

import argparse
import json

from haidang.project.cli.main import Adder, CommandFailed, wake_django
from haidang.project.cli.words import _


def add_verbs(add: Adder) -> None:
    """search, doctor."""
    search = add("search", _("Search the archive."), run_search)
    search.add_argument("words", nargs="+")
    search.add_argument("--order", choices=["newest", "relevance"], default="newest")
    search.add_argument("--all", action="store_true", help=_("list reprints one by one"))
    search.add_argument("--json", action="store_true", help=_("print JSON"))
    doctor = add("doctor", _("Look whether all that the desk needs is there and well."), run_doctor)
    doctor.add_argument("--json", action="store_true", help=_("print JSON"))


def run_search(arguments: argparse.Namespace) -> int:
    wake_django()
    from django.utils import timezone

    from haidang.engine.errors import EngineError
    from haidang.project import supervisor
    from haidang.watch.queries import SearchFilters, search_articles
    from haidang.watch.troubles import tell_error

    supervisor.prepare_data()
    try:
        page = search_articles(
            " ".join(arguments.words),
            filters=SearchFilters(fold_reprints=not arguments.all),
            order=arguments.order,
            now=timezone.now(),
        )
    except EngineError as error:
        raise CommandFailed(str(tell_error(error)), code=2) from None
    if arguments.json:
        hits = [
            {
                "article": hit.article_id,
                "story": hit.story_id,
                "title": "".join(text for text, _hit in hit.title_pieces),
                "publication": hit.publication,
                "at": hit.at.isoformat(),
                "kind": hit.kind,
            }
            for hit in page.hits
        ]
        print(json.dumps({"total": page.total, "hits": hits}, ensure_ascii=False))
        return 0
    for hit in page.hits:
        title = "".join(text for text, _hit in hit.title_pieces)
        when = timezone.localtime(hit.at).strftime("%d/%m/%Y %H:%M")
        print(f"{when}  {title}  ({hit.publication})  /a/{hit.article_id}")
    if not page.hits:
        print(_("Nothing found."))
    return 0


def run_doctor(arguments: argparse.Namespace) -> int:
    wake_django()
    from haidang.project import doctor

    return doctor.print_report(as_json=arguments.json)

"""The verb that enters one article by hand: article add, list, place, drop."""

from __future__ import annotations

import argparse

from haidang.project.cli.main import Adder, CommandFailed, wake_django
from haidang.project.cli.words import _


def add_verbs(add: Adder) -> None:
    """The verb `article`."""
    article = add("article", _("Enter one article by hand, for what has no feed."), run_article)
    article.add_argument("act", choices=["add", "list", "place", "drop"])
    article.add_argument("what", nargs="?", help=_("an article's address, or a draft's number"))
    article.add_argument(
        "--file", help=_("a clipping or a note to keep: PNG, JPEG, TIFF, PDF, text")
    )
    article.add_argument("--text", help=_("a file with the text, or - for standard input"))
    article.add_argument("--publication", help=_("the publication's name or host"))
    article.add_argument("--title")
    article.add_argument(
        "--date", help=_("the day, and the time if known: 23/11/2026 or 2026-11-23T06:30")
    )
    article.add_argument("--lang", default="", help=_("a language tag, such as vi or en"))
    article.add_argument("--yes", action="store_true", help=_("place it without asking"))
    article.add_argument("--json", action="store_true", help=_("print JSON"))


def run_article(arguments: argparse.Namespace) -> int:
    wake_django()
    from haidang.project import articles, supervisor

    supervisor.prepare_data()
    if arguments.act == "list":
        return articles.print_drafts(as_json=arguments.json)
    if arguments.act == "add":
        return articles.add(arguments)
    told = arguments.what or ""
    if not (told.isascii() and told.isdigit() and len(told) < 18):
        sentence = _("`haidang article {act}` needs a draft's number (see `haidang article list`)")
        raise CommandFailed(sentence.format(act=arguments.act), code=2)
    if arguments.act == "drop":
        return articles.drop(int(told))
    return articles.place(int(told), arguments)

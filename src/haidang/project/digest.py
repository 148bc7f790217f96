"""`haidang digest`: today's stories from any feeds, in memory; no desk, no tables, no server.

feeds ──► visit_feed ──► entries since … ──► read_page (one thread a host) ──► Grouper ──► print
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from haidang import __version__
from haidang.engine.errors import EngineError
from haidang.engine.group import Grouper
from haidang.engine.net import Gate, GateSettings, tell_user_agent
from haidang.engine.pipeline import FeedForUpdate, read_page, visit_feed
from haidang.engine.sandbox import Sandbox
from haidang.engine.types import ArticleForGrouping, EntryData, PageData
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _, language, ngettext
from haidang.project.options import Values, read_options
from haidang.project.progress import Progress
from haidang.watch.refusals import sentence_of
from haidang.watch.rules import find_refusal
from haidang.watch.troubles import tell_error

THREADS = 8

# What means something to a reader of Markdown, HTML among it, and is taken literally behind a backslash.
MARKS = re.compile(r"[\\`*_{}\[\]()<>#+\-!|~&=]")
ADDRESS_MARKS = {"<": "%3C", ">": "%3E", "\n": "%0A", "\r": "%0D", "\\": "%5C"}


@dataclass(frozen=True, slots=True)
class Source:
    """A feed to be read. `page`: a page without a feed."""

    url: str
    name: str = ""
    page: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An entry, the source that gave it, and its page if it could be read."""

    source: str
    entry: EntryData
    page: PageData | None


@dataclass
class DigestStory:
    """A story of the digest: its articles, oldest first."""

    articles: list[ArticleForGrouping] = field(default_factory=list)
    reprints: int = 0
    urls: dict[int, str] = field(default_factory=dict)
    sources: dict[int, str] = field(default_factory=dict)

    @property
    def head(self) -> ArticleForGrouping:
        """The earliest article in the operator's language, else the earliest."""
        ours = [one for one in self.articles if one.language == language()]
        return min(ours or self.articles, key=lambda one: (one.published, one.id))


def print_digest(given: Sequence[str], *, saved: bool, since: timedelta, form: str) -> int:
    """Read, group, print. Exit code 1 if no source could be read at all."""
    options = read_options()
    sources = _read_sources(given)
    allowed, delays = set(options["ALLOW_PRIVATE"]), dict(options["HOST_DELAYS"])
    if saved or any(".localhost" in source.url for source in sources):
        saved_sources, demo_hosts = _ask_desk(options)
        sources += saved_sources if saved else []
        allowed |= set(demo_hosts)
        delays |= demo_hosts
    if not sources:
        raise CommandFailed(_("there are no feeds to read"))
    _refuse_persons(sources)
    gate = Gate(
        GateSettings(
            user_agent=tell_user_agent(
                __version__, contact=options["CONTACT"] or options["BASE_URL"]
            ),
            allowed_private=frozenset(allowed),
            host_delay_s=options["HOST_DELAY"],
            host_delays=delays,
        )
    )
    now = datetime.now(UTC)
    with Sandbox(size=options["SANDBOX_CHILDREN"]) as reader:
        entries, failed = _visit_all(sources, gate, reader, now=now)
        fresh = _keep_fresh(entries, since=now - since)
        found = _read_all(fresh, gate, reader, now=now)
    gate.close()
    stories = group(found, now=now)
    print(FORMS[form](stories, since))
    if failed and len(failed) == len(sources):
        return 1
    return 0


def _read_sources(given: Sequence[str]) -> list[Source]:
    sources: list[Source] = []
    for one in given:
        if one.startswith(("http://", "https://")):
            sources.append(Source(one))
            continue
        path = Path(one)
        if not path.is_file():
            told = _("“{what}” is neither an http(s) address nor a file")
            raise CommandFailed(told.format(what=one), code=2)
        with Sandbox(size=1) as reader:
            try:
                opml = reader.run("haidang.engine.feeds:read_opml", path.read_bytes())
            except EngineError:
                raise CommandFailed(
                    _("{path} cannot be read as OPML").format(path=path), code=2
                ) from None
        sources += [Source(outline.url, outline.title) for outline in opml.feeds]
    return sources


def _refuse_persons(sources: Sequence[Source]) -> None:
    """A digest reads publications too, and nothing else (promise 1)."""
    for source in sources:
        refusal = find_refusal(source.url)
        if refusal is not None:
            raise CommandFailed(sentence_of(refusal, source.url), code=2)


def _ask_desk(options: Values) -> tuple[list[Source], dict[str, float]]:
    """The feeds that the desk follows, and the demo's own hosts where it is a demo."""
    if not options["DATABASE_URL"] and not (options.home / "haidang.sqlite3").exists():
        return [], {}
    from haidang.project.cli.main import wake_django

    wake_django()
    from haidang.project.demo.desk import find_demo_hosts
    from haidang.watch.queries.due import find_saved_feeds

    saved = [Source(url, name, page=page) for url, name, page in find_saved_feeds()]
    return saved, find_demo_hosts()


def _visit_all(
    sources: Sequence[Source], gate: Gate, reader: Sandbox, *, now: datetime
) -> tuple[list[tuple[str, EntryData]], list[Source]]:
    entries: list[tuple[str, EntryData]] = []
    failed: list[Source] = []

    def visit(source: Source) -> None:
        feed = FeedForUpdate(url=source.url, is_page=source.page)
        came = visit_feed(feed, http=gate, reader=reader, now=now)
        if came.data is None:
            failed.append(source)
            if came.trouble is not None:
                told = tell_error(EngineError(came.trouble, **came.facts))
                print(f"{source.url}: {told}", file=sys.stderr)
            return
        name = source.name or came.data.title or urlsplit(source.url).netloc
        entries.extend((name, entry) for entry in came.data.entries)

    _in_threads(_("Visiting feeds"), visit, sources)
    return entries, failed


def _keep_fresh(
    entries: Iterable[tuple[str, EntryData]], *, since: datetime
) -> list[tuple[str, EntryData]]:
    """Entries of the wanted time, and undated ones; one for each address."""
    kept: dict[str, tuple[str, EntryData]] = {}
    for name, entry in entries:
        told = entry.published or entry.updated
        if told is None or told.at >= since:
            kept.setdefault(entry.url, (name, entry))
    return list(kept.values())


def _read_all(
    entries: Sequence[tuple[str, EntryData]], gate: Gate, reader: Sandbox, *, now: datetime
) -> list[Found]:
    by_host: dict[str, list[tuple[str, EntryData]]] = defaultdict(list)
    for name, entry in entries:
        by_host[urlsplit(entry.url).netloc].append((name, entry))
    found: list[Found] = []
    with Progress(_("Reading pages"), total=len(entries)) as progress:

        def read_host(host: str) -> None:
            for name, entry in by_host[host]:
                read = read_page(
                    entry.url,
                    http=gate,
                    reader=reader,
                    store=None,
                    now=now,
                    hint_language=entry.language,
                    hint_title=entry.title,
                )
                found.append(Found(name, entry, read.page))
                progress.step()

        with ThreadPoolExecutor(THREADS) as pool:
            for done in as_completed([pool.submit(read_host, host) for host in by_host]):
                done.result()
    return found


def _in_threads(told: str, work: object, items: Sequence[Source]) -> None:
    assert callable(work)
    with Progress(told, total=len(items)) as progress, ThreadPoolExecutor(THREADS) as pool:
        for done in as_completed([pool.submit(work, item) for item in items]):
            done.result()
            progress.step()


def group(found: Sequence[Found], *, now: datetime) -> list[DigestStory]:
    """Stories of what was found, largest first, then newest."""
    grouper = Grouper()
    stories: list[DigestStory] = []
    home: dict[int, int] = {}
    originals: dict[int, int] = {}
    publications = {name: number for number, name in enumerate({one.source for one in found})}
    articles = [_article(one, number, publications, now=now) for number, one in enumerate(found)]
    for article in sorted(articles, key=lambda one: (one.published, one.id)):
        placement = grouper.place(article)
        number = placement.story.story
        if number is None:
            stories.append(DigestStory())
            number = len(stories) - 1
        story = stories[number]
        story.articles.append(article)
        story.reprints += (placement.reprint is not None) + len(placement.reparented)
        story.urls[article.id] = found[article.id].entry.url
        story.sources[article.id] = found[article.id].source
        if placement.mend is not None and placement.mend.story is None:
            stories.append(DigestStory())
        opened = len(stories) - 1
        grouper.accept(article, placement, story=number, opened=opened)
        home[article.id] = number
        if placement.reprint is not None:
            originals[article.id] = placement.reprint.original
        for moved, to in placement.moves(story=number, opened=opened):
            for id_ in [moved, *(id_ for id_, one in originals.items() if one == moved)]:
                _move(stories[home[id_]], stories[to], id_, is_reprint=id_ in originals)
                home[id_] = to
    return sorted(
        (one for one in stories if one.articles),
        key=lambda one: (-len(one.articles), -one.articles[-1].published.timestamp()),
    )


def _move(old: DigestStory, new: DigestStory, id_: int, *, is_reprint: bool) -> None:
    """A later article showed that this one belongs elsewhere."""
    if old is new:
        return
    came = [one for one in old.articles if one.id == id_]
    new.articles = sorted([*new.articles, *came], key=lambda one: (one.published, one.id))
    old.articles = [one for one in old.articles if one.id != id_]
    new.urls[id_], new.sources[id_] = old.urls.pop(id_), old.sources.pop(id_)
    old.reprints -= is_reprint
    new.reprints += is_reprint


def _article(
    one: Found, number: int, publications: dict[str, int], *, now: datetime
) -> ArticleForGrouping:
    page = one.page
    told = (page.published if page else None) or one.entry.published or one.entry.updated
    return ArticleForGrouping(
        id=number,
        publication=publications[one.source],
        title=(page.title if page else "") or one.entry.title or one.entry.url,
        lead=page.lead if page else one.entry.summary,
        text=page.text if page else one.entry.summary,
        language=page.language if page else one.entry.language or "und",
        published=min(told.at, now) if told else now,
        first_seen=now,
        canonical_url=page.canonical_url if page else None,
    )


# ---------------------------------------------------------------- forms


def _count(story: DigestStory) -> str:
    articles = len(story.articles)
    told = ngettext(
        "{articles} article = {originals} originals + {reprints} reprints",
        "{articles} articles = {originals} originals + {reprints} reprints",
        articles,
    )
    return told.format(
        articles=articles, originals=articles - story.reprints, reprints=story.reprints
    )


def _headline(stories: Sequence[DigestStory], since: timedelta) -> str:
    articles = sum(len(story.articles) for story in stories)
    reprints = sum(story.reprints for story in stories)
    told = _(
        "Digest of the last {hours} hours: {articles} articles = {originals} originals + {reprints} reprints, {stories} stories"
    )
    return told.format(
        hours=round(since.total_seconds() / 3600),
        articles=articles,
        originals=articles - reprints,
        reprints=reprints,
        stories=len(stories),
    )


def _names(story: DigestStory) -> str:
    return ", ".join(dict.fromkeys(story.sources.values()))


def _as_text(stories: Sequence[DigestStory], since: timedelta) -> str:
    lines = [_headline(stories, since)]
    for number, story in enumerate(stories, 1):
        lines += [
            "",
            f"{number}. {story.head.title}",
            f"   {_count(story)} · {_names(story)}",
            f"   {story.urls[story.head.id]}",
        ]
    return "\n".join(lines)


def _as_markdown(stories: Sequence[DigestStory], since: timedelta) -> str:
    lines = [f"# {_headline(stories, since)}"]
    for story in stories:
        address = "".join(ADDRESS_MARKS.get(char, char) for char in story.urls[story.head.id])
        lines += ["", f"## [{_to_markdown(story.head.title)}](<{address}>)", ""]
        lines += [_to_markdown(story.head.lead), ""]
        lines += [f"{_count(story)} · {_to_markdown(_names(story))}"]
    return "\n".join(lines)


def _to_markdown(text: str) -> str:
    """A stranger's words as plain words on one line: neither a tag nor a mark of Markdown among them."""
    return MARKS.sub(r"\\\g<0>", " ".join(text.split()))


def _as_html(stories: Sequence[DigestStory], since: timedelta) -> str:
    title = html.escape(_headline(stories, since))
    items = "\n".join(
        f'<article lang="{html.escape(story.head.language)}">'
        f'<h2><a href="{html.escape(story.urls[story.head.id])}">'
        f"{html.escape(story.head.title)}</a></h2><p>{html.escape(story.head.lead)}</p>"
        f'<p lang="{language()}">{html.escape(_count(story))} · {html.escape(_names(story))}</p>'
        "</article>"
        for story in stories
    )
    return (
        f'<!doctype html>\n<html lang="{language()}"><meta charset="utf-8">'
        f"<title>{title}</title>\n<h1>{title}</h1>\n{items}\n</html>"
    )


def _as_json(stories: Sequence[DigestStory], since: timedelta) -> str:
    told = {
        "hours": round(since.total_seconds() / 3600),
        "stories": [
            {
                "title": story.head.title,
                "language": story.head.language,
                "articles": len(story.articles),
                "originals": len(story.articles) - story.reprints,
                "reprints": story.reprints,
                "items": [
                    {
                        "url": story.urls[one.id],
                        "title": one.title,
                        "source": story.sources[one.id],
                        "published": one.published.isoformat(),
                    }
                    for one in story.articles
                ],
            }
            for story in stories
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


FORMS = {"text": _as_text, "md": _as_markdown, "html": _as_html, "json": _as_json}

"""The paths by which an address enters, as many as there are so far, each walked to its end.

What a person types goes through the page that takes it; what a stranger sends stands on a press on
loopback and is read as the worker reads it. Rows are also made past the forms, since a guard of a form
is no guard of the gate.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from html import escape
from pathlib import Path
from typing import Any

from tests.watch.press import Press

REDIRECTS = (301, 302, 303, 307, 308)
Way = Callable[[str, int], str]
TEXT = "".join(
    f"<p>Đoạn {n}: người dân xã bên sông góp công sửa lại con đường sau mùa lũ.</p>"
    for n in range(6)
)


class Ways:
    """Each way takes an address and its number, and tells how it ended."""

    def __init__(self, press: Press, count: int) -> None:
        from django.utils import timezone
        from tests.cast import give_roles
        from tests.watch.rows import make_publication

        from haidang.core.machines import allow_hosts, find_machines
        from haidang.core.models import Member

        self._paper = press.paper("bao")
        # A host's robots.txt is remembered: each address gets hosts of its own.
        self._origins = [press.paper(f"r{number}") for number in range(2 * count)]
        allow_hosts(dict.fromkeys(press.hosts(), 0.0))
        self._member = give_roles(Member.objects.create(username="an", joined_at=timezone.now()))
        self._publication = make_publication("Báo", host=self._paper.host)
        # Its page lists its feeds: the thousands made here would make each form slow.
        self._small = make_publication("Báo nhỏ", host=press.paper("nho").host)
        self._numbers = itertools.count(1)
        self._headers: dict[str, list[tuple[str, str]]] = {}
        _let_answer_with_headers(press, self._headers)
        # A verb closes the reading children at its end; here many verbs share one process.
        find_machines().reader.close = lambda: None  # type: ignore[method-assign] # see above
        os.environ["HAIDANG_LOG_LEVEL"] = "DEBUG"  # a verb that fails tells all

    def all(self) -> dict[str, Way]:
        """The ways that take one address."""
        return {
            "a feed's address": lambda url, _n: self._visit(url),
            "a page without a feed": lambda url, _n: self._visit(url, kind="page"),
            "a feed announced by a home page": self._announced,
            "an older page of a feed": self._older,
            "a hub and a feed's own address": self._hub,
            "a redirect of a feed": self._redirect_feed,
            "a redirect of a page": self._redirect_page,
            "a refresh": self._refresh,
            "an index of sitemaps": lambda url, _n: self._visit(self._serve(_index(url), "xml")),
            "a sitemap": lambda url, _n: self._visit(self._serve(_sitemap(url), "xml")),
            "a redirect of robots.txt": self._robots,
            "a sitemap named in robots.txt": self._robots_sitemap,
            "an entry's address": self._entry,
            "links of a page": self._links,
            "a page that names others": self._page,
            "entities and stylesheets": self._entities,
            "an organisation's page": self._organisation,
            "a draft's address": self._draft,
            "a hub": self._ask_hub,
            "`source check`": self._check,
            "`digest`": self._digest,
            "`backfill`": self._backfill,
            "the form of a source": self._form_source,
            "the form of an address": self._form_address,
            "the form of an article": self._form_article,
        }

    def at_once(self) -> dict[str, Callable[[Sequence[str]], str]]:
        """The ways that take a list of addresses, and the jobs for all that was asked for."""
        return {
            "OPML by command": self._opml,
            "OPML by page": lambda urls: self._import_page("a.opml", _opml(urls)),
            "CSV by page": lambda urls: self._import_page("a.csv", _csv(urls)),
            "rows of an import": self._rows,
            "all that is due by now": self._run_all,
        }

    # ------------------------------------------------------------ what the press serves

    def _serve(self, body: str, kind: str, *, status: int = 200, paper: Any = None, path: str = "", headers: Sequence[tuple[str, str]] = ()) -> str:  # fmt: skip
        paper = paper or self._paper
        path = path or f"/{next(self._numbers)}"
        media = {"xml": "application/xml", "html": "text/html"}.get(kind, kind)
        told = body.encode("utf-8", "replace")
        paper.pages[path] = (status, f"{media}; charset=utf-8", told)
        self._headers[paper.host + path] = list(headers)
        return f"http://{paper.host}{path}"

    # ------------------------------------------------------------ reading as the worker does

    def _visit(self, url: str, *, kind: str = "unknown") -> str:
        from django.utils import timezone

        from haidang.watch import jobs
        from haidang.watch.models import Feed

        feed, _made = Feed.objects.get_or_create(
            url=url[:2048], defaults={"publication": self._publication, "kind": kind}
        )
        Feed.objects.filter(id=feed.id).update(next_visit_at=timezone.now(), kind=kind)
        jobs.read_feed_now(feed.id)
        feed.refresh_from_db()
        return feed.trouble or "read"

    def _read(self, entry: Any) -> str:
        from haidang.core.machines import find_machines
        from haidang.watch import jobs

        jobs.read_entry(entry, find_machines())
        return entry.trouble or "read"

    def _read_address(self, url: str) -> str:
        """An entry of that address, made past all guards."""
        from tests.watch.rows import make_entry, make_feed

        feed = self._publication.feeds.first() or make_feed(self._publication)
        return self._read(make_entry(feed, key=f"{next(self._numbers)}", url=url[:2048]))

    # ------------------------------------------------------------ what strangers send

    def _announced(self, url: str, _number: int) -> str:
        told = escape(url, quote=True)
        head = "".join(
            f'<link rel="alternate" type="application/{kind}" href="{told}">'
            for kind in ("rss+xml", "atom+xml", "feed+json")
        )
        return self._visit(
            self._serve(f"<html><head>{head}</head><body>Trang</body></html>", "html")
        )

    def _older(self, url: str, _number: int) -> str:
        link = f'<link xmlns="http://www.w3.org/2005/Atom" rel="next" href="{_xml(url)}"/>'
        return self._visit(
            self._serve(_rss(link), "xml", headers=[("Link", f"<{_line(url)}>; rel=next")])
        )

    def _hub(self, url: str, _number: int) -> str:
        links = "".join(
            f'<link xmlns="http://www.w3.org/2005/Atom" rel="{rel}" href="{_xml(url)}"/>' for rel in ("hub", "self")
        )  # fmt: skip
        return self._visit(
            self._serve(_rss(links), "xml", headers=[("Link", f"<{_line(url)}>; rel=hub")])
        )

    def _redirect_feed(self, url: str, _number: int) -> str:
        ends = [self._visit(self._move(url, status)) for status in REDIRECTS]
        return ends[-1]

    def _redirect_page(self, url: str, _number: int) -> str:
        ends = [self._read_address(self._move(url, status)) for status in REDIRECTS]
        return ends[-1]

    def _move(self, url: str, status: int) -> str:
        return self._serve("", "html", status=status, headers=[("Location", _line(url))])

    def _refresh(self, url: str, _number: int) -> str:
        told = escape(url, quote=True)
        body = f'<html><head><meta http-equiv="refresh" content="0;url={told}"></head><body>{TEXT}</body></html>'
        place = self._serve(body, "html", headers=[("Refresh", f"0;url={_line(url)}")])
        self._visit(place)
        return self._read_address(place)

    def _robots(self, url: str, number: int) -> str:
        paper = self._origins[2 * number]
        self._serve(
            "",
            "html",
            status=302,
            paper=paper,
            path="/robots.txt",
            headers=[("Location", _line(url))],
        )
        return self._read_address(self._serve(TEXT, "html", paper=paper, path="/tin"))

    def _robots_sitemap(self, url: str, number: int) -> str:
        paper = self._origins[2 * number + 1]
        self._serve(
            f"User-agent: *\nSitemap: {_line(url)}\n", "text/plain", paper=paper, path="/robots.txt"
        )
        return self._visit(
            self._serve("<html><body>Trang nhất</body></html>", "html", paper=paper, path="/nha")
        )

    def _entry(self, url: str, _number: int) -> str:
        item = f"<item><title>Tin</title><link>{_xml(url)}</link><enclosure url='{_xml(url)}' type='image/png'/></item>"
        told = self._visit(self._serve(_rss(item), "xml"))
        self._read_address(url)
        return told

    def _links(self, url: str, _number: int) -> str:
        told = escape(url, quote=True)
        items = "".join(
            f'<h3><a href="{told}">Tiêu đề dài của bài báo số {n} về bến sông</a></h3>'
            for n in range(5)
        )
        place = self._serve(
            f"<html><head><base href='{told}'></head><body><main>{items}</main></body></html>",
            "html",
        )
        return self._visit(place, kind="page")

    def _page(self, url: str, _number: int) -> str:
        told = escape(url, quote=True)
        data = json.dumps(
            {
                "@context": url,
                "@type": "NewsArticle",
                "image": url,
                "url": url,
                "mainEntityOfPage": url,
            }
        )
        head = (
            f'<base href="{told}"><link rel="canonical" href="{told}"><link rel="amphtml" href="{told}">'
            f'<meta property="og:image" content="{told}"><meta property="og:url" content="{told}">'
            f'<link rel="stylesheet" href="{told}"><link rel="icon" href="{told}">'
            f'<script type="application/ld+json">{data.replace("</", "")}</script>'
        )
        body = f'<h1>Tin</h1>{TEXT}<img src="{told}"><iframe src="{told}"></iframe><object data="{told}"></object>'
        place = self._serve(
            f"<html><head>{head}</head><body><article>{body}</article></body></html>", "html"
        )
        return self._read_address(place)

    def _entities(self, url: str, _number: int) -> str:
        told = _xml(url)
        bodies = (
            f'<!DOCTYPE r [<!ENTITY e SYSTEM "{told}">]><rss version="2.0"><channel><title>&e;</title></channel></rss>',
            f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{told}"> %p;]>' + _rss(""),
            f'<!DOCTYPE rss SYSTEM "{told}">' + _rss(""),
            f'<?xml-stylesheet href="{told}" type="text/xsl"?>' + _rss(""),
            _rss(
                f'<item xmlns:x="http://www.w3.org/2001/XInclude"><x:include href="{told}"/></item>'
            ),
        )
        return [self._visit(self._serve(body, "xml")) for body in bodies][-1]

    # ------------------------------------------------------------ what people and commands give

    def _organisation(self, url: str, _number: int) -> str:
        from django.utils import timezone

        from haidang.core.machines import find_machines
        from haidang.watch.proving import look_at_page

        looked = look_at_page(
            url, name="Báo", channel="", machines=find_machines(), now=timezone.now()
        )
        return str(looked.trouble or "read")

    def _draft(self, url: str, _number: int) -> str:
        from django.utils import timezone

        from haidang.core.machines import find_machines
        from haidang.watch.drafting import work_on_draft
        from haidang.watch.enums import Way as DraftWay
        from haidang.watch.models import Draft

        draft = Draft.objects.create(
            way=DraftWay.ADDRESS,
            publication=self._publication,
            url=url[:2048],
            made_at=timezone.now(),
        )
        work_on_draft(draft.id, machines=find_machines(), now=timezone.now())
        draft.refresh_from_db()
        return draft.trouble or "read"

    def _ask_hub(self, url: str, _number: int) -> str:
        from haidang.core.machines import find_machines
        from haidang.engine.errors import EngineError
        from haidang.engine.net import HubRequest

        request = HubRequest(
            topic="https://bao.example/feed", callback="https://desk.example/h", secret="x" * 64, lease_s=86400
        )  # fmt: skip
        try:
            find_machines().http.ask_hub(url, request)
        except EngineError as error:
            return error.trouble.value
        return "read"

    def _check(self, url: str, _number: int) -> str:
        return _command("source", "check", url)

    def _digest(self, url: str, _number: int) -> str:
        from django.utils import timezone

        from haidang.core.machines import find_machines
        from haidang.project import digest

        machines, now = find_machines(), timezone.now()
        with _quiet():
            entries, failed = digest._visit_all(
                [digest.Source(url)], machines.http, machines.reader, now=now
            )
            place = self._serve(
                _rss(f"<item><title>Tin</title><link>{_xml(url)}</link></item>"), "xml"
            )
            more, _failed = digest._visit_all(
                [digest.Source(place)], machines.http, machines.reader, now=now
            )
            digest._read_all([*entries, *more], machines.http, machines.reader, now=now)
        return "failed" if failed else "read"

    def _backfill(self, url: str, _number: int) -> str:
        return _command("backfill", url)

    def _form_source(self, url: str, number: int) -> str:
        told = {
            "name": f"Báo {number}", "organisation": f"Cơ quan {number}", "organisation_page": url,
            "feed": url, "country": "VN", "language": "vi", "level": "province",
        }  # fmt: skip
        return self._post("/sources/add", told)

    def _form_address(self, url: str, _number: int) -> str:
        return self._post(f"/sources/{self._small.id}/feed", {"feed": url})

    def _form_article(self, url: str, _number: int) -> str:
        return self._post("/articles/add", {"way": "address", "url": url})

    def _post(self, path: str, told: dict[str, Any]) -> str:
        from django.test import Client

        client = Client(headers={"host": "localhost"})
        client.force_login(self._member)
        answer = client.post(path, told)
        if answer.status_code >= 500:
            raise RuntimeError(f"{path} answers {answer.status_code}")
        return f"form {answer.status_code}"

    # ------------------------------------------------------------ lists

    def _opml(self, urls: Sequence[str]) -> str:
        with tempfile.NamedTemporaryFile(suffix=".opml") as file:
            Path(file.name).write_text(_opml(urls), encoding="utf-8")
            return _command("source", "import-opml", file.name)

    def _import_page(self, name: str, text: str) -> str:
        from django.core.files.uploadedfile import SimpleUploadedFile

        return self._post("/sources/import", {"file": SimpleUploadedFile(name, text.encode())})

    def _rows(self, urls: Sequence[str]) -> str:
        lines = "\n".join(
            json.dumps({"url": url, "title": "Tin", "text": "Bài dài. " * 40, "source": f"Báo {n}", "language": "vi"})
            for n, url in enumerate(urls)
        )  # fmt: skip
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
            Path(file.name).write_text(lines, encoding="utf-8")
            return _command("import", "--register", "--yes", file.name)

    def _run_all(self, _urls: Sequence[str]) -> str:
        """Whatever the forms and lists have put into the desk: visited, proved, subscribed, read."""
        from django.utils import timezone
        from tests.machines import run_jobs

        from haidang.watch import jobs
        from haidang.watch.models import Feed

        Feed.objects.update(next_visit_at=timezone.now(), claimed_until=None)
        for sweep in (jobs.sweep, jobs.renew_subscriptions, jobs.sweep_pages):
            sweep(timezone.now())
        run_jobs()
        return "jobs"


def _let_answer_with_headers(press: Press, headers: dict[str, list[tuple[str, str]]]) -> None:
    """The press tells a body's kind alone: redirects and links need further headers."""
    handler = press._server.RequestHandlerClass

    def end_headers(self: Any) -> None:
        asked = getattr(self, "headers", None)
        for name, value in headers.get(asked.get("Host", "") + self.path, ()) if asked else ():
            self._headers_buffer.append(f"{name}: {value}\r\n".encode("utf-8", "replace"))
        super(handler, self).end_headers()

    handler.end_headers = end_headers  # type: ignore[method-assign] # a handler made for this press alone


def _command(*given: str) -> str:
    """How a verb ends. What it prints is read for one thing: whether it fell over its own feet."""
    from haidang.project.cli.main import main

    said = io.StringIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(said):
        try:
            code = main(given)
        except SystemExit as end:
            code = int(str(end.code or 0))
    if "Traceback" in said.getvalue():
        raise RuntimeError(said.getvalue()[-300:])
    return f"command {code}"


@contextmanager
def _quiet() -> Iterator[None]:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        yield


def _line(url: str) -> str:
    return url.replace("\r", "\x0b").replace("\n", "\x0b").replace("\0", "\x0b")


def _xml(url: str) -> str:
    return escape("".join(char for char in url if char >= " "), quote=True)


def _rss(inside: str) -> str:
    return f'<rss version="2.0"><channel><title>Báo</title>{inside}</channel></rss>'


def _index(url: str) -> str:
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{_xml(url)}</loc></sitemap></sitemapindex>'


def _sitemap(url: str) -> str:
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{_xml(url)}</loc></url></urlset>'


def _opml(urls: Sequence[str]) -> str:
    lines = "".join(
        f'<outline type="rss" text="Báo" xmlUrl="{_xml(url)}" htmlUrl="{_xml(url)}"/>'
        for url in urls
    )
    return f'<opml version="2.0"><head/><body>{lines}</body></opml>'


def _csv(urls: Sequence[str]) -> str:
    head = "name,organisation,organisation_page,feed,country,language,level\n"
    rows = (
        f'Báo {n},Cơ quan {n},"{_line(url)}","{_line(url)}",VN,vi,province'
        for n, url in enumerate(urls)
    )
    return head + "\n".join(rows)

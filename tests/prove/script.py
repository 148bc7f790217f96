"""Script in every text field a stranger or a colleague can fill, shown by every output, in Chromium.

A round is one payload: each text field of each table holds one, another in each row, so that all rounds
together put each payload into each field. Every address that can be asked for is then opened by a
signed-in member, who has most to lose: no dialog, no script, no report of the policy (it is the second
wall: nothing may reach it), no request that leaves the desk. Digests are read without any policy.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tests.prove import SHARED, SkippedError
from tests.prove.desk import open_desk
from tests.prove.served import serve_desk

LIST = SHARED / "hostile" / "xss_html.jsonl"
OURS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "--><img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "[x](javascript:alert(1)) <iframe src=javascript:alert(1)>",
    "![x](http://evil.test/x.png)",
    '<meta http-equiv=refresh content="0;url=http://evil.test">',
    '<base href="http://evil.test/"><link rel=stylesheet href=http://evil.test/x.css>',
    '<div hx-get="http://evil.test" hx-trigger=load>x</div>',
    "{{ 7*7 }}{% load static %}",
    "<style>@import 'http://evil.test/x.css'</style>",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
# Values that are no text of a stranger's: names of files and hashes, closed words, orders of lists.
OURS_ALONE = frozenset(
    "file sha256 payload_sha256 record_id search_key title_exact title_folded token sealed host password "
    "country language act token_hash medtop trouble visit_why etag last_modified holder worker channel".split()
)
SPY = """
window.__alive = []; window.__reports = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'msgbox'])
  window[name] = () => { window.__alive.push(name) };
document.addEventListener('securitypolicyviolation',
  event => window.__reports.push(event.violatedDirective + ' ' + event.blockedURI));
"""
LOOK = """() => {
  const strange = [];
  const own = url => { try { return new URL(url, location.href).origin === location.origin } catch { return false } };
  for (const one of document.querySelectorAll('*')) {
    const name = one.localName;
    if (['iframe', 'object', 'embed', 'base', 'applet', 'frameset'].includes(name)) strange.push(name);
    if (name === 'script' && !(one.src && own(one.src))) strange.push('script');
    if (name === 'meta' && (one.httpEquiv || '').toLowerCase() === 'refresh' && !/^\\d+$/.test(one.content)) strange.push('refresh');
    for (const attribute of one.attributes) {
      if (/^on/i.test(attribute.name) || attribute.name === 'style') strange.push(name + ' ' + attribute.name);
      if (/^(data-)?hx-(get|post|put|delete|patch)$/.test(attribute.name) && !own(attribute.value))
        strange.push(name + ' ' + attribute.name);
      if (['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster', 'srcset'].includes(attribute.name)
          && /^[\\s\\u0000-\\u001f]*(javascript|vbscript|data|file):/i.test(attribute.value))
        strange.push(name + ' ' + attribute.name + '=' + attribute.value.slice(0, 40));
      if (['src', 'action', 'formaction', 'poster', 'srcset'].includes(attribute.name) && !own(attribute.value))
        strange.push(name + ' ' + attribute.name + '=' + attribute.value.slice(0, 40));
    }
  }
  return [window.__alive, window.__reports, strange];
}"""


def run(rounds: int) -> list[str]:
    """The faults, one sentence each."""
    payloads = _payloads(rounds)
    logging.disable(logging.ERROR)  # bad requests are asked for on purpose
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps a loop in this thread
    with _open_chromium() as chromium, open_desk(), serve_desk() as address:
        from tests.prove.fields import fill_desk, find_paths

        fields, untried = fill_desk(payloads, besides=OURS_ALONE)
        window = chromium.new_context(accept_downloads=False)
        window.add_cookies([{"name": "sessionid", "value": _sign_in(), "url": address}])
        visitor = _Visitor(window, address)
        pages = 0
        for path in find_paths(payloads):
            visitor.open(path)
            pages += 1
        window.close()
        faults = visitor.faults + [f"no row could be made of {name}" for name in untried]
        faults += _read_digests(chromium, payloads)
    print(
        f"{len(payloads)} payloads, {fields} fields, {pages} addresses, {len(DIGESTS)} digests",
        flush=True,
    )
    return faults


def _payloads(rounds: int) -> list[str]:
    if not LIST.exists():
        print("../shared is absent: our own payloads alone", flush=True)
        return list(OURS[:rounds])
    rows = [json.loads(line) for line in LIST.read_text(encoding="utf-8").splitlines()]
    listed = [*OURS, *(row["html"] for row in rows)]
    step = max(1, len(listed) // rounds)
    return listed[::step][:rounds] if rounds < len(listed) else listed


@contextmanager
def _open_chromium() -> Iterator[Any]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise SkippedError("no Chromium here (apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def _sign_in() -> str:
    from django.test import Client
    from django.utils import timezone
    from tests.cast import give_roles

    from haidang.core.models import Member

    member = Member.objects.filter(username="an").first()
    if member is None:
        member = give_roles(Member.objects.create(username="an", joined_at=timezone.now()))
    client = Client(headers={"host": "localhost"})
    client.force_login(member)
    return str(client.cookies["sessionid"].value)


class _Visitor:
    """Opens addresses in one window and keeps what went wrong."""

    def __init__(self, window: Any, address: str) -> None:
        self.faults: list[str] = []
        self._address = address
        self._path = ""
        self._is_xml = False
        window.add_init_script(SPY)
        self._page = window.new_page()
        self._page.on("dialog", self._hear_dialog)
        self._page.on("request", self._hear_request)
        self._page.on("console", self._hear_console)
        self._page.set_default_timeout(20_000)

    def open(self, path: str) -> None:
        self._path = path
        if ".csv" in path or "/export." in path:
            self._take_away(path)
            return
        # Asked for once before: an answer without a page, such as 405, leaves the window nowhere.
        answer = self._page.context.request.get(self._address + path, max_redirects=0)
        self._check_answer(answer.status, answer.headers)
        if answer.ok:
            self._is_xml = "application/xml" in answer.headers.get("content-type", "")
            self._page.goto(self._address + path, wait_until="load")
            if "html" in answer.headers.get("content-type", ""):
                self._look()

    def read(self, name: str, html: str) -> None:
        """A text opened without any policy, as a file would be."""
        self._path = name
        self._page.set_content(html, wait_until="load")
        self._page.wait_for_timeout(100)
        self._look(strict=False)

    def _take_away(self, path: str) -> None:
        answer = self._page.context.request.get(self._address + path)
        self._check_answer(answer.status, answer.headers)
        if answer.ok and not answer.headers.get("content-disposition", "").startswith("attachment"):
            self._blame("is a file, but not sent as one")

    def _check_answer(self, status: int, headers: dict[str, str]) -> None:
        if status >= 500:
            self._blame(f"answers {status}")
        if headers.get("x-content-type-options") != "nosniff":
            self._blame("may be sniffed")
        if "default-src 'self'" not in headers.get("content-security-policy", ""):
            self._blame("has no policy")

    def _look(self, *, strict: bool = True) -> None:
        alive, reports, strange = self._page.evaluate(LOOK)
        if alive:
            self._blame(f"ran a script: {alive}")
        if reports:
            self._blame(f"the policy had to stop: {sorted(set(reports))}")
        if strange:
            self._blame(f"holds {sorted(set(strange))[:6]}")

    def _hear_dialog(self, dialog: Any) -> None:
        self._blame("opened a dialog")
        with suppress(Exception):
            dialog.dismiss()

    def _hear_request(self, request: Any) -> None:
        if not request.url.startswith((self._address, "data:", "about:", "blob:")):
            self._blame(f"asked for {request.url[:60]}")

    def _hear_console(self, message: Any) -> None:
        # The browser draws XML as a tree with a style of its own, which our policy stops.
        own = self._is_xml and message.text.startswith("Applying inline style violates")
        if "Content Security Policy" in message.text and not own:
            self._blame(f"policy: {message.text[:120]}")

    def _blame(self, what: str) -> None:
        self.faults.append(f"{self._path} {what}")


# ---------------------------------------------------------------- digests, read without a policy

DIGESTS = ("html", "md", "text", "json")


def _read_digests(chromium: Any, payloads: list[str]) -> list[str]:
    """Digests are files: whoever opens one has no policy of ours, and Markdown lets tags through."""
    from datetime import UTC, datetime, timedelta

    from markdown_it import MarkdownIt

    from haidang.engine.types import EntryData, PageData
    from haidang.project.digest import FORMS, Found, group

    found = [
        Found(
            payloads[(number + 1) % len(payloads)],
            EntryData(key=str(number), url=f"https://bao.example/{number}?a=\"'", title=payload),
            PageData(title=payload, lead=payloads[number - 1], text=f"{payload}\nBài {number}.", language="vi"),
        )
        for number, payload in enumerate(payloads)
    ]  # fmt: skip
    stories = group(found, now=datetime.now(UTC))
    told = {form: FORMS[form](stories, timedelta(hours=24)) for form in ("html", "md", "json")}
    window = chromium.new_context()
    visitor = _Visitor(window, "about:")
    visitor.read("digest --format html", told["html"])
    # The renderers that people use let tags of a Markdown file through.
    visitor.read("digest --format md", MarkdownIt("commonmark").render(told["md"]))
    visitor.read(
        "digest --format md, with links",
        MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(told["md"]),
    )
    json.loads(told["json"])
    window.close()
    return visitor.faults

"""Pages and feeds as newspapers serve them: 60 to 150 kB, most of it navigation, scripts and related lists.

Every paper has its own layout; texts come from `growing`, never from a stranger's page.
"""

from __future__ import annotations

import html
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from bench.growing import Grown

BOXES = ("article", "div", "section", "main")
BODIES = ("content", "article-body", "detail-content", "fck_detail", "entry", "noi-dung")


@dataclass(frozen=True, slots=True)
class Site:
    """One paper: what stands on each of its pages before and after the article."""

    host: str
    head: str
    before: str
    after: str
    box: str
    body: str


def make_sites(hosts: Sequence[str], titles: Sequence[str], *, seed: int = 11) -> list[Site]:
    """A layout for each host; `titles` fill its lists of other articles."""
    chance = random.Random(seed)
    return [_site(host, titles, chance) for host in hosts]


def page_of(site: Site, article: Grown, *, at: datetime) -> bytes:
    """The article's page on that site, UTF-8."""
    title = html.escape(article.title.words)
    lines = [html.escape(one.words) for one in article.sentences]
    paragraphs = [" ".join(lines[start : start + 2]) for start in range(0, len(lines), 2)]
    body = "".join(f"<p>{one}</p>\n" for one in paragraphs[1:])
    told = at.isoformat()
    facts = json.dumps(
        {"@type": "NewsArticle", "headline": article.title.words, "datePublished": told}
    )
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title} - {site.host}'
        f'</title><meta property="og:title" content="{title}"><meta property="og:type" '
        f'content="article"><meta property="article:published_time" content="{told}">'
        f'<link rel="canonical" href="{url_of(site, article)}">'
        f'<script type="application/ld+json">{facts}</script>{site.head}</head><body>{site.before}'
        f'<{site.box} class="post"><h1>{title}</h1><time datetime="{told}">{told[:10]}</time>'
        f'<h2 class="sapo">{paragraphs[0]}</h2><div class="{site.body}">{body}</div></{site.box}>'
        f"{site.after}</body></html>"
    ).encode()


def feed_of(site: Site, articles: Sequence[tuple[Grown, datetime]]) -> bytes:
    """An RSS feed of these articles, newest first, with a summary each."""
    items = "".join(
        f"<item><title>{html.escape(one.title.words)}</title><link>{url_of(site, one)}</link>"
        f"<guid>{url_of(site, one)}</guid><pubDate>{format_datetime(at)}</pubDate><description>"
        f"<![CDATA[<a href='{url_of(site, one)}'><img src='/i/{one.number}.jpg'></a>"
        f"{html.escape(one.sentences[0].words)}]]></description></item>"
        for one, at in reversed(articles)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{site.host}</title><link>http://{site.host}/</link>{items}</channel></rss>"
    ).encode()


def url_of(site: Site, article: Grown) -> str:
    return f"http://{site.host}/tin/{article.number}.html"


def _site(host: str, titles: Sequence[str], chance: random.Random) -> Site:
    def words() -> str:
        return html.escape(chance.choice(titles))

    def links(count: int, *, teaser: bool) -> str:
        items = []
        for _ in range(count):
            number = chance.randrange(10**6)
            text = f"<p>{words()}. {words()}.</p>" if teaser else ""
            items.append(
                f'<li class="item story-{number}"><a href="/tin/{number}.html" title="{words()}">'
                f'<img class="lazy" data-src="/anh/{number}.jpg" alt="">{words()}</a>{text}</li>'
            )
        return "".join(items)

    def script(kilobytes: int) -> str:
        settings = {
            f"slot{n}": {
                "id": chance.randrange(10**9),
                "sizes": [[300, 250], [728, 90]],
                "on": True,
            }
            for n in range(kilobytes * 14)
        }
        return f"<script>window.ads=window.ads||{{}};ads.all={json.dumps(settings)};</script>"

    menu = "".join(
        f'<li><a href="/muc/{n}">{html.escape(" ".join(chance.choice(titles).split()[:3]))}</a></li>'
        for n in range(chance.randint(60, 160))
    )
    style = "<style>" + "".join(f".c{n}{{margin:{n % 9}px}}" for n in range(400)) + "</style>"
    return Site(
        host=host,
        head=style + script(chance.randint(10, 25)),
        before=f'<header><nav><ul class="menu">{menu}</ul></nav></header>{script(4)}',
        after=(
            f'<aside class="related"><h3>Tin liên quan</h3><ul>{links(chance.randint(10, 25), teaser=True)}'
            f'</ul></aside><div class="box-category"><ul>{links(chance.randint(40, 90), teaser=False)}'
            f"</ul></div>{script(chance.randint(10, 30))}<footer><p>Cơ quan chủ quản: {host}. Liên hệ "
            f'tòa soạn.</p><ul class="menu">{menu}</ul></footer>'
        ),
        box=chance.choice(BOXES),
        body=chance.choice(BODIES),
    )

"""An issue as RSS 2.0, Atom, JSON Feed 1.1 or a news sitemap, all items, the newest first."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from haidang.project.demo.press.issues import Issue, Item

CONTENT_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "sitemap": "application/xml; charset=utf-8",
}


def render_feed(issue: Issue) -> str:
    """The feed in the format of the publication. Raises KeyError for one that has none."""
    return {"rss": _rss, "atom": _atom, "json": _json, "sitemap": _sitemap}[issue.publication.feed](
        issue
    )


def cut_feed(feed: str) -> str:
    """The feed broken off in the middle of an item, about two thirds down, as a full disk would."""
    opening = "<item>" if "<item>" in feed else "<entry>"
    start = feed.find(opening, len(feed) * 2 // 3)
    return feed[: start + 90] if start > 0 else feed[: len(feed) * 2 // 3]


def _rss(issue: Issue) -> str:
    paper = issue.publication
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{escape(paper.name)}</title>
<link>{issue.base}/</link>
<description>{escape(paper.about)}</description>
<language>{paper.language}</language>
<lastBuildDate>{format_datetime(issue.updated)}</lastBuildDate>
<ttl>15</ttl>
<atom:link href="{issue.feed_url}" rel="self" type="application/rss+xml"/>
{"".join(_rss_item(issue, item) for item in issue.items)}</channel>
</rss>
"""


def _rss_item(issue: Issue, item: Item) -> str:
    url = issue.base + item.path
    return f"""<item>
<title>{escape(item.version.title)}</title>
<link>{url}</link>
<guid isPermaLink="true">{url}</guid>
<description><![CDATA[{_picture(issue, item)}{escape(item.version.lead)}]]></description>
<category>{escape(item.article.section)}</category>
<pubDate>{format_datetime(item.published)}</pubDate>
<atom:updated>{item.updated.isoformat()}</atom:updated>
</item>
"""


def _picture(issue: Issue, item: Item) -> str:
    return f'<a href="{issue.base}{item.path}"><img src="{issue.base}{item.picture}" alt=""></a>'


def _atom(issue: Issue) -> str:
    paper = issue.publication
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{paper.language}">
<id>{issue.base}/</id>
<title>{escape(paper.name)}</title>
<subtitle>{escape(paper.about)}</subtitle>
<updated>{issue.updated.isoformat()}</updated>
<author><name>{escape(paper.name)}</name></author>
<link href="{issue.base}/" rel="alternate"/>
<link href="{issue.feed_url}" rel="self"/>
{"".join(_atom_entry(issue, item) for item in issue.items)}</feed>
"""


def _atom_entry(issue: Issue, item: Item) -> str:
    url = issue.base + item.path
    return f"""<entry>
<id>{url}</id>
<title>{escape(item.version.title)}</title>
<link href="{url}" rel="alternate" type="text/html"/>
<summary>{escape(item.version.lead)}</summary>
<category term="{escape(item.article.section)}"/>
<published>{item.published.isoformat()}</published>
<updated>{item.updated.isoformat()}</updated>
</entry>
"""


def _json(issue: Issue) -> str:
    paper = issue.publication
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": paper.name,
        "home_page_url": f"{issue.base}/",
        "feed_url": issue.feed_url,
        "description": paper.about,
        "language": paper.language,
        "items": [_json_item(issue, item) for item in issue.items],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _json_item(issue: Issue, item: Item) -> dict[str, object]:
    url = issue.base + item.path
    return {
        "id": url,
        "url": url,
        "title": item.version.title,
        "summary": item.version.lead,
        "content_text": item.version.lead,
        "image": issue.base + item.picture,
        "tags": [item.article.section] if item.article.section else [],
        "date_published": item.published.isoformat(),
        "date_modified": item.updated.isoformat(),
    }


def _sitemap(issue: Issue) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{"".join(_sitemap_url(issue, item) for item in issue.items)}</urlset>
"""


def _sitemap_url(issue: Issue, item: Item) -> str:
    paper = issue.publication
    return f"""<url>
<loc>{issue.base}{item.path}</loc>
<lastmod>{item.updated.isoformat()}</lastmod>
<news:news>
<news:publication><news:name>{escape(paper.name)}</news:name>\
<news:language>{paper.language}</news:language></news:publication>
<news:publication_date>{item.published.isoformat()}</news:publication_date>
<news:title>{escape(item.version.title)}</news:title>
</news:news>
</url>
"""


def to_http_date(moment: datetime) -> str:
    """A moment as HTTP headers write it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)

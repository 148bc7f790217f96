"""An article on its page, in three makes of page, so that reading it has real work.

`json-ld` tells its data in a script block, `meta` in meta elements only, `date-line` only in a
line that a person reads. Around the text stand what newspapers put there: related links in the
middle and at the side, a picture with its caption, an invitation to subscribe, a byline at the
foot (which the desk has to cut).
"""

from __future__ import annotations

import json
from html import escape

from haidang.project.demo.press.issues import Issue, Item
from haidang.project.demo.press.pages import frame
from haidang.project.demo.press.wording import find_wording, tell_date


def render_article(issue: Issue, item: Item) -> str:
    """The page of one article, in the make of its publication."""
    make = {"json-ld": _json_ld_page, "meta": _meta_page, "date-line": _date_line_page}
    head, main = make[issue.publication.template](issue, item)
    canonical = f'<link rel="canonical" href="{issue.base}{item.path}">\n'
    title = f"{item.version.title} - {issue.publication.name}"
    return frame(issue, title=title, head=canonical + head, main=main)


def _json_ld_page(issue: Issue, item: Item) -> tuple[str, str]:
    paper, words = issue.publication, find_wording(issue.publication)
    body = [f"<p>{escape(text)}</p>" for text in item.version.paragraphs]
    body.insert(min(2, len(body)), _related_box(issue, item))
    main = f"""<main class="page"><article>
<p class="section">{escape(item.article.section)}</p>
<h1 class="title">{escape(item.version.title)}</h1>
<p class="sapo">{escape(item.version.lead)}</p>
<p class="when">{_tell_times(issue, item)}</p>
{_figure(issue, item)}
<div class="body">
{chr(10).join(body)}
{_byline(item, '<p class="author"><strong>{}</strong></p>')}</div>
<p class="share">{words.share}</p>
</article>
{_sidebar(issue, item)}</main>"""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": issue.base + item.path,
        "headline": item.version.title,
        "description": item.version.lead,
        "datePublished": item.published.isoformat(),
        "dateModified": item.updated.isoformat(),
        "inLanguage": paper.language,
        "articleSection": item.article.section,
        "image": [issue.base + item.picture],
        "publisher": {"@type": "NewsMediaOrganization", "name": paper.name},
    }
    told = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{told}</script>', main


def _meta_page(issue: Issue, item: Item) -> tuple[str, str]:
    words = find_wording(issue.publication)
    properties = {
        "og:type": "article",
        "og:site_name": issue.publication.name,
        "og:title": item.version.title,
        "og:description": item.version.lead,
        "og:url": issue.base + item.path,
        "og:image": issue.base + item.picture,
        "article:published_time": item.published.isoformat(),
        "article:modified_time": item.updated.isoformat(),
        "article:section": item.article.section,
    }
    head = "\n".join(
        f'<meta property="{name}" content="{escape(value)}">' for name, value in properties.items()
    )
    body = "\n".join(f"<p>{escape(text)}</p>" for text in item.version.paragraphs)
    main = f"""<div id="content" class="page"><div class="detail">
<h1 class="detail-title">{escape(item.version.title)}</h1>
<div class="detail-time">{_tell_times(issue, item)}</div>
<h2 class="detail-sapo">{escape(item.version.lead)}</h2>
<div class="detail-content">
{_figure(issue, item)}
{body}
{_byline(item, '<p class="text-right"><em>{}</em></p>')}</div>
<div class="share">{words.share}</div>
{_related_box(issue, item)}
</div>
{_sidebar(issue, item)}</div>"""
    return f'<meta name="description" content="{escape(item.version.lead)}">\n{head}', main


def _date_line_page(issue: Issue, item: Item) -> tuple[str, str]:
    words = find_wording(issue.publication)
    body = "\n".join(f"<p>{escape(text)}</p>" for text in item.version.paragraphs)
    main = f"""<div class="page"><div class="story">
<div class="path"><a href="/">{words.home}</a> / {escape(item.article.section)}</div>
<div class="date">{tell_date(item.published, language=issue.publication.language)}</div>
<h1>{escape(item.version.title)}</h1>
<p><b>{escape(item.version.lead)}</b></p>
{body}
{_byline(item, "<p><b>{}</b></p>")}{_related_box(issue, item)}
<div class="share">{words.share}</div>
</div>
{_sidebar(issue, item)}</div>"""
    return "", main


def _tell_times(issue: Issue, item: Item) -> str:
    words, language = find_wording(issue.publication), issue.publication.language
    published = f"{words.published} {tell_date(item.published, language=language)}"
    if not item.changed:
        return published
    return f"{published} · {words.updated} {tell_date(item.updated, language=language)}"


def _byline(item: Item, markup: str) -> str:
    return markup.format(escape(item.article.signed)) + "\n" if item.article.signed else ""


def _figure(issue: Issue, item: Item) -> str:
    words = find_wording(issue.publication)
    return (
        f'<figure><img src="{item.picture}" alt=""><figcaption>{words.photo}</figcaption></figure>'
    )


def _related_box(issue: Issue, item: Item) -> str:
    links = "".join(
        f'<li><a href="{other.path}">{escape(other.version.title)}</a></li>'
        for other in issue.find_related(item)[:2]
    )
    label = find_wording(issue.publication).related
    return f'<div class="related"><strong>{label}</strong><ul>{links}</ul></div>'


def _sidebar(issue: Issue, item: Item) -> str:
    words = find_wording(issue.publication)
    links = "".join(
        f'<li><a href="{other.path}">{escape(other.version.title)}</a></li>\n'
        for other in issue.items[:8]
        if other.path != item.path
    )
    return f"""<aside class="sidebar"><h3>{words.most_read}</h3><ol>
{links}</ol>
<div class="letter"><h3>{words.newsletter}</h3><p>{words.newsletter_text}</p></div></aside>
"""

"""The pages of an invented newspaper: its front page, its sections, its imprint, the kiosk.

Plain server-made HTML that works in any browser. Every page says that the paper is invented.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from haidang.project.demo.press.issues import Issue, Item, to_path
from haidang.project.demo.press.papers import Publication
from haidang.project.demo.press.wording import find_wording, tell_date

_FEED_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


def render_front_page(issue: Issue, *, section: str = "") -> str:
    """The front page, or the page of one section (named by its address)."""
    items = [
        item for item in issue.items if not section or to_path(item.article.section) == section
    ]
    lead = "".join(_lead_story(item) for item in items[:1])
    rest = "".join(_story(item, language=issue.publication.language) for item in items[1:])
    return frame(
        issue,
        title=f"{issue.publication.name} - {issue.publication.about}",
        head=f'<link rel="canonical" href="{issue.base}/">' if not section else "",
        main=f'<main class="front">\n{lead}<div class="stories">\n{rest}</div>\n</main>',
    )


def render_imprint(issue: Issue) -> str:
    """The page on which the organisation names its publication."""
    paper, words = issue.publication, find_wording(issue.publication)
    return frame(
        issue,
        title=f"{words.about} - {paper.name}",
        head="",
        main=f"""<main class="page"><h1>{words.about}</h1>
<p><strong>{escape(paper.name)}</strong>. {escape(paper.about)}</p>
<p>{words.published_by}: {escape(paper.organisation)}.</p>
<p>{words.invented}.</p></main>""",
    )


def render_missing(issue: Issue) -> str:
    """The page behind an address that is not there."""
    words = find_wording(issue.publication)
    main = f'<main class="page"><h1>404</h1><p>{words.missing}</p></main>'
    return frame(issue, title="404", head='<meta name="robots" content="noindex">', main=main)


def render_kiosk(publications: Iterable[Publication], *, port: int) -> str:
    """The list of all papers, shown where no paper is named."""
    rows = "".join(
        f'<li lang="{paper.language}"><a href="http://{paper.host}.localhost:{port}/">'
        f"{escape(paper.name)}</a><br><small>{escape(paper.about)}</small></li>\n"
        for paper in publications
    )
    return f"""<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>Sạp báo Lam Giang</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/press.css"></head>
<body><p class="invented">Báo tưởng tượng của bản dùng thử Hải Đăng ·
invented newspapers of the Hải Đăng demo</p>
<main class="page"><h1>Sạp báo Lam Giang</h1><ul class="kiosk">
{rows}</ul></main></body></html>
"""


def frame(issue: Issue, *, title: str, head: str, main: str) -> str:
    """A whole page around `main`: strip, masthead, sections, footer."""
    paper, words = issue.publication, find_wording(issue.publication)
    feed = (
        f'<link rel="alternate" type="{_FEED_TYPES[paper.feed]}" href="{paper.feed_path}" '
        f'title="{escape(paper.name)}">\n'
        if paper.feed in _FEED_TYPES
        else ""
    )
    sections = "".join(
        f'<li><a href="/section/{to_path(name) or index}">{escape(name)}</a></li>'
        for index, name in enumerate(issue.sections)
        if to_path(name)
    )
    today = tell_date(issue.opened_at, language=paper.language)
    return f"""<!doctype html>
<html lang="{paper.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
{feed}<link rel="icon" href="data:,">
<link rel="stylesheet" href="/press.css">
{head}
</head>
<body class="{paper.template}">
<p class="invented">{words.invented}</p>
<header class="masthead">
<a class="name" href="/">{escape(paper.name)}</a>
<p class="motto">{escape(paper.about)}</p>
</header>
<nav><ul><li><a href="/">{words.home}</a></li>{sections}</ul></nav>
{main}
<footer>
<p><strong>{escape(paper.name)}</strong> · <a href="/about">{words.about}</a></p>
<p>{words.published_by}: {escape(paper.organisation)}. {words.rights}</p>
<p>{words.invented}. {today.split(",")[0]}</p>
</footer>
</body>
</html>
"""


def _lead_story(item: Item) -> str:
    return f"""<article class="lead"><a href="{item.path}"><img src="{item.picture}" alt=""></a>
<div><h2><a href="{item.path}">{escape(item.version.title)}</a></h2>
<p>{escape(item.version.lead)}</p></div></article>
"""


def _story(item: Item, *, language: str) -> str:
    return f"""<article><h3><a href="{item.path}">{escape(item.version.title)}</a></h3>
<p class="when">{tell_date(item.published, language=language)}</p>
<p>{escape(item.version.lead)}</p></article>
"""

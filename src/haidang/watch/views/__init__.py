"""Pages of WATCH: thin, each a query and a template. Who may read is asked before anything is read."""

from haidang.watch.views.reading import show_article, show_story
from haidang.watch.views.search import show_search
from haidang.watch.views.sources import add_source, show_sources
from haidang.watch.views.today import show_news, show_today

__all__ = [
    "add_source",
    "show_article",
    "show_news",
    "show_search",
    "show_sources",
    "show_story",
    "show_today",
]

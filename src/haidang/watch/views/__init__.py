"""Pages of WATCH: thin, each a query and a template. Who may read is asked before anything is read."""

from haidang.watch.views.drafts import add_article, send_file, show_draft
from haidang.watch.views.hubs import hear_hub
from haidang.watch.views.keeping import keep_record, look_again, show_disk
from haidang.watch.views.lists import export_sources, import_sources
from haidang.watch.views.private import (
    end_private_feed,
    send_private_feed,
    show_private_feeds,
)
from haidang.watch.views.proposals import add_source, decide_proposal, show_proposal
from haidang.watch.views.reading import show_article, show_story
from haidang.watch.views.register import mark_person, show_register, take_register
from haidang.watch.views.regrouping import edit_story, undo_regrouping
from haidang.watch.views.search import show_search
from haidang.watch.views.source import act_on_source, show_source
from haidang.watch.views.sources import show_sources
from haidang.watch.views.today import show_news, show_today
from haidang.watch.views.topics import (
    add_topic,
    change_topic,
    close_topic,
    confirm_topic,
    preview_topic,
    show_topic,
    show_topics,
)
from haidang.watch.views.ways import show_feed

__all__ = [
    "act_on_source",
    "add_article",
    "add_source",
    "add_topic",
    "change_topic",
    "close_topic",
    "confirm_topic",
    "decide_proposal",
    "edit_story",
    "end_private_feed",
    "export_sources",
    "hear_hub",
    "import_sources",
    "keep_record",
    "look_again",
    "mark_person",
    "preview_topic",
    "send_file",
    "send_private_feed",
    "show_article",
    "show_disk",
    "show_draft",
    "show_feed",
    "show_news",
    "show_private_feeds",
    "show_proposal",
    "show_register",
    "show_search",
    "show_source",
    "show_sources",
    "show_story",
    "show_today",
    "show_topic",
    "show_topics",
    "take_register",
    "undo_regrouping",
]

"""What WATCH keeps: tables and their constraints, no logic.

There is no author anywhere (promise 2), and a publication is an organisation's (promise 1).
"""

from haidang.watch.models.articles import Article, ArticleVersion, Snapshot, Story
from haidang.watch.models.disk import DiskReading
from haidang.watch.models.drafts import Draft, KeptFile
from haidang.watch.models.feeds import Entry, Feed
from haidang.watch.models.hosts import HostTurn
from haidang.watch.models.hubs import Push, Subscription
from haidang.watch.models.looks import Look
from haidang.watch.models.publications import URL_MAX, Publication, PublicationHost
from haidang.watch.models.register import Credential, PersonMark, Proposal
from haidang.watch.models.regrouping import GroupingTurn, Regrouping, Separation, Sketch
from haidang.watch.models.topics import RULE_MAX, ArticleTopic, Topic

__all__ = [
    "RULE_MAX",
    "URL_MAX",
    "Article",
    "ArticleTopic",
    "ArticleVersion",
    "Credential",
    "DiskReading",
    "Draft",
    "Entry",
    "Feed",
    "GroupingTurn",
    "HostTurn",
    "KeptFile",
    "Look",
    "PersonMark",
    "Proposal",
    "Publication",
    "PublicationHost",
    "Push",
    "Regrouping",
    "Separation",
    "Sketch",
    "Snapshot",
    "Story",
    "Subscription",
    "Topic",
]

"""The only place of WATCH that writes."""

from haidang.watch.actions.feeds import (
    claim_due_feeds,
    make_due,
    release_feed,
    renew_claim,
    store_visit,
)
from haidang.watch.actions.forgetting import forget_demo
from haidang.watch.actions.imports import store_imported
from haidang.watch.actions.pages import store_read
from haidang.watch.actions.placing import place_waiting
from haidang.watch.actions.publications import NewPublication, add_feed, register_publication

__all__ = [
    "NewPublication",
    "add_feed",
    "claim_due_feeds",
    "forget_demo",
    "make_due",
    "place_waiting",
    "register_publication",
    "release_feed",
    "renew_claim",
    "store_imported",
    "store_read",
    "store_visit",
]

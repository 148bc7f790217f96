"""The only place of WATCH that writes."""

from haidang.watch.actions.backfill import BackfillStored, open_backfill, store_backfill
from haidang.watch.actions.credentials import drop_credential, set_credential
from haidang.watch.actions.disk import store_sizes
from haidang.watch.actions.drafts import (
    NewDraft,
    Revision,
    begin_draft,
    confirm_draft,
    drop_draft,
    forget_drafts,
    keep_draft,
)
from haidang.watch.actions.drafts_read import (
    store_draft_page,
    store_draft_text,
    store_draft_trouble,
    store_hand_entry,
)
from haidang.watch.actions.feeds import (
    claim_due_feeds,
    make_due,
    release_feed,
    renew_claim,
    store_visit,
)
from haidang.watch.actions.forgetting import forget_demo
from haidang.watch.actions.hosts import forget_idle_hosts
from haidang.watch.actions.hubs import (
    confirm_subscription,
    deny_subscription,
    keep_push,
    log_asking,
    note_hub_fault,
    open_subscription,
    store_push,
)
from haidang.watch.actions.imports import store_imported
from haidang.watch.actions.looks import (
    ask_look,
    hold_looks,
    put_off_looks,
    store_look,
    take_due_looks,
)
from haidang.watch.actions.pages import put_off_entries, store_read
from haidang.watch.actions.persons import approve_finding, mark_person, propose_finding
from haidang.watch.actions.placing import place_waiting
from haidang.watch.actions.proofs import store_page_look
from haidang.watch.actions.publications import NewPublication, add_feed, register_publication
from haidang.watch.actions.register import (
    NewProposal,
    PageLooked,
    confirm_proposal,
    propose_publication,
    retell_proposal,
    store_looked,
    withdraw_proposal,
)
from haidang.watch.actions.regrouping import (
    merge_stories,
    move_articles,
    pin_articles,
    pin_story,
    split_story,
)
from haidang.watch.actions.repair import (
    change_address,
    edit_publication,
    leave_publication,
    pause_publication,
    resume_publication,
    stop_feed,
    visit_now,
)
from haidang.watch.actions.retention import keep_record, make_room_in_archive
from haidang.watch.actions.selectors import set_selector
from haidang.watch.actions.topics import (
    NewTopic,
    change_topic,
    close_topic,
    confirm_topic,
    open_topic,
    sort_topics,
)
from haidang.watch.actions.undoing import undo_regrouping

__all__ = [
    "BackfillStored",
    "NewDraft",
    "NewProposal",
    "NewPublication",
    "NewTopic",
    "PageLooked",
    "Revision",
    "add_feed",
    "approve_finding",
    "ask_look",
    "begin_draft",
    "change_address",
    "change_topic",
    "claim_due_feeds",
    "close_topic",
    "confirm_draft",
    "confirm_proposal",
    "confirm_subscription",
    "confirm_topic",
    "deny_subscription",
    "drop_credential",
    "drop_draft",
    "edit_publication",
    "forget_demo",
    "forget_drafts",
    "forget_idle_hosts",
    "hold_looks",
    "keep_draft",
    "keep_push",
    "keep_record",
    "leave_publication",
    "log_asking",
    "make_due",
    "make_room_in_archive",
    "mark_person",
    "merge_stories",
    "move_articles",
    "note_hub_fault",
    "open_backfill",
    "open_subscription",
    "open_topic",
    "pause_publication",
    "pin_articles",
    "pin_story",
    "place_waiting",
    "propose_finding",
    "propose_publication",
    "put_off_entries",
    "put_off_looks",
    "register_publication",
    "release_feed",
    "renew_claim",
    "resume_publication",
    "retell_proposal",
    "set_credential",
    "set_selector",
    "sort_topics",
    "split_story",
    "stop_feed",
    "store_backfill",
    "store_draft_page",
    "store_draft_text",
    "store_draft_trouble",
    "store_hand_entry",
    "store_imported",
    "store_look",
    "store_looked",
    "store_page_look",
    "store_push",
    "store_read",
    "store_sizes",
    "store_visit",
    "take_due_looks",
    "undo_regrouping",
    "visit_now",
    "withdraw_proposal",
]

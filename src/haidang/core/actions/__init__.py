"""The only place of the ground floor that writes: one function for each act.

An act is: permission, transaction, change, log entry. The page and the command call the same one.
"""

from haidang.core.actions.announcing import (
    queue_heads,
    spread,
)
from haidang.core.actions.exports import (
    agree_to_export,
    ask_export,
    drop_export,
    forget_export_files,
    note_export_failed,
    note_export_made,
    take_export,
)
from haidang.core.actions.factors import (
    change_factors,
    link_account,
)
from haidang.core.actions.forgetting import (
    forget_spent,
)
from haidang.core.actions.guards import (
    put_up_guards,
    take_down_guards,
)
from haidang.core.actions.heads import (
    end_keeper,
    name_keeper,
    note_copy_left,
    sign_head,
)
from haidang.core.actions.inbox import (
    mark_all_read,
    mark_read,
    prune_inbox,
    settle,
    tell_member,
    tell_members,
)
from haidang.core.actions.inbox_mail import (
    choose_inbox_mail,
    queue_inbox_mail,
)
from haidang.core.actions.keys import (
    end_private_feed,
    end_token,
    forget_keys,
    make_private_feed,
    make_token,
    note_feed_used,
    note_token_used,
)
from haidang.core.actions.leases import (
    drop_lease,
    take_lease,
)
from haidang.core.actions.letters import (
    doubt_letters,
    forget_letters,
    give_back_letters,
    give_up_letters,
    note_ending,
    note_left,
    note_letter_fault,
    queue_letter,
    queue_member_letter,
    take_letters,
)
from haidang.core.actions.log import (
    erase_words,
    export_log,
    log_act,
    open_log_of,
)
from haidang.core.actions.members import (
    add_member,
    describe_member,
    give_role,
    let_go,
    take_back,
    take_role,
)
from haidang.core.actions.people import (
    Organisation,
    change_password,
    describe_organisation,
    end_sessions,
    make_link,
    open_desk,
    reopen_desk,
    set_mode,
    use_link,
)
from haidang.core.actions.publishing import (
    approve,
    decide_finding,
    drop_passage,
    propose,
    propose_withdrawal,
    release_held,
    set_imprint,
)
from haidang.core.actions.showing import (
    publish_due,
)
from haidang.core.actions.subscribing import (
    ask_to_subscribe,
    confirm_subscription,
    end_subscription,
    forget_unconfirmed,
)
from haidang.core.actions.units import (
    close_unit,
    merge_units,
    move_unit,
    open_root,
    open_unit,
    rename_unit,
    split_unit,
)
from haidang.core.actions.webhooks import (
    end_webhook,
    forget_deliveries,
    note_delivery_fault,
    note_told,
    pause_webhook,
    put_off_delivery,
    register_webhook,
    resume_webhook,
    take_deliveries,
)

__all__ = [
    "Organisation",
    "add_member",
    "agree_to_export",
    "approve",
    "ask_export",
    "ask_to_subscribe",
    "change_factors",
    "change_password",
    "choose_inbox_mail",
    "close_unit",
    "confirm_subscription",
    "decide_finding",
    "describe_member",
    "describe_organisation",
    "doubt_letters",
    "drop_export",
    "drop_lease",
    "drop_passage",
    "end_keeper",
    "end_private_feed",
    "end_sessions",
    "end_subscription",
    "end_token",
    "end_webhook",
    "erase_words",
    "export_log",
    "forget_deliveries",
    "forget_export_files",
    "forget_keys",
    "forget_letters",
    "forget_spent",
    "forget_unconfirmed",
    "give_back_letters",
    "give_role",
    "give_up_letters",
    "let_go",
    "link_account",
    "log_act",
    "make_link",
    "make_private_feed",
    "make_token",
    "mark_all_read",
    "mark_read",
    "merge_units",
    "move_unit",
    "name_keeper",
    "note_copy_left",
    "note_delivery_fault",
    "note_ending",
    "note_export_failed",
    "note_export_made",
    "note_feed_used",
    "note_left",
    "note_letter_fault",
    "note_token_used",
    "note_told",
    "open_desk",
    "open_log_of",
    "open_root",
    "open_unit",
    "pause_webhook",
    "propose",
    "propose_withdrawal",
    "prune_inbox",
    "publish_due",
    "put_off_delivery",
    "put_up_guards",
    "queue_heads",
    "queue_inbox_mail",
    "queue_letter",
    "queue_member_letter",
    "register_webhook",
    "release_held",
    "rename_unit",
    "reopen_desk",
    "resume_webhook",
    "set_imprint",
    "set_mode",
    "settle",
    "sign_head",
    "split_unit",
    "spread",
    "take_back",
    "take_deliveries",
    "take_down_guards",
    "take_export",
    "take_lease",
    "take_letters",
    "take_role",
    "tell_member",
    "tell_members",
    "use_link",
]

"""The only place of the ground floor that writes: one function for each act.

An act is: permission, transaction, change, log entry. The page and the command call the same one.
"""

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
from haidang.core.actions.leases import (
    drop_lease,
    take_lease,
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
from haidang.core.actions.units import (
    close_unit,
    merge_units,
    move_unit,
    open_root,
    open_unit,
    rename_unit,
    split_unit,
)

__all__ = [
    "Organisation",
    "add_member",
    "agree_to_export",
    "approve",
    "ask_export",
    "change_factors",
    "change_password",
    "close_unit",
    "decide_finding",
    "describe_member",
    "describe_organisation",
    "drop_export",
    "drop_lease",
    "drop_passage",
    "end_keeper",
    "end_sessions",
    "erase_words",
    "export_log",
    "forget_export_files",
    "forget_spent",
    "give_role",
    "let_go",
    "link_account",
    "log_act",
    "make_link",
    "mark_all_read",
    "mark_read",
    "merge_units",
    "move_unit",
    "name_keeper",
    "note_copy_left",
    "note_export_failed",
    "note_export_made",
    "open_desk",
    "open_log_of",
    "open_root",
    "open_unit",
    "propose",
    "propose_withdrawal",
    "prune_inbox",
    "publish_due",
    "put_up_guards",
    "release_held",
    "rename_unit",
    "reopen_desk",
    "set_imprint",
    "set_mode",
    "settle",
    "sign_head",
    "split_unit",
    "take_back",
    "take_down_guards",
    "take_export",
    "take_lease",
    "take_role",
    "tell_member",
    "tell_members",
    "use_link",
]

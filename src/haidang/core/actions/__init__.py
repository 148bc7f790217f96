"""The only place of the ground floor that writes: one function for each act.

An act is: permission, transaction, change, log entry. The page and the command call the same one.
"""

from haidang.core.actions.guards import put_up_guards, take_down_guards
from haidang.core.actions.heads import (
    end_keeper,
    name_keeper,
    note_copy_left,
    sign_head,
)
from haidang.core.actions.leases import drop_lease, take_lease
from haidang.core.actions.log import erase_words, export_log, log_act, open_log_of
from haidang.core.actions.people import (
    add_member,
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
from haidang.core.actions.showing import publish_due

__all__ = [
    "add_member",
    "approve",
    "decide_finding",
    "drop_lease",
    "drop_passage",
    "end_keeper",
    "erase_words",
    "export_log",
    "log_act",
    "make_link",
    "name_keeper",
    "note_copy_left",
    "open_desk",
    "open_log_of",
    "propose",
    "propose_withdrawal",
    "publish_due",
    "put_up_guards",
    "release_held",
    "reopen_desk",
    "set_imprint",
    "set_mode",
    "sign_head",
    "take_down_guards",
    "take_lease",
    "use_link",
]

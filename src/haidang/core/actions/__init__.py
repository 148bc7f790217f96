"""The only place of the ground floor that writes: one function for each act.

An act is: permission, transaction, change, log entry. The page and the command call the same one.
"""

from haidang.core.actions.forgetting import forget_spent
from haidang.core.actions.leases import drop_lease, take_lease
from haidang.core.actions.log import log_act
from haidang.core.actions.people import (
    add_member,
    make_link,
    open_desk,
    reopen_desk,
    set_mode,
    use_link,
)

__all__ = [
    "add_member",
    "drop_lease",
    "forget_spent",
    "log_act",
    "make_link",
    "open_desk",
    "reopen_desk",
    "set_mode",
    "take_lease",
    "use_link",
]

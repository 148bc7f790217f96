"""The only place of the ground floor that writes: one function for each act.

An act is: permission, transaction, change, log entry. The page and the command call the same one.
"""

from haidang.core.actions.factors import change_factors, link_account
from haidang.core.actions.forgetting import forget_spent
from haidang.core.actions.leases import drop_lease, take_lease
from haidang.core.actions.log import log_act
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
    "change_factors",
    "change_password",
    "close_unit",
    "describe_member",
    "describe_organisation",
    "drop_lease",
    "end_sessions",
    "forget_spent",
    "give_role",
    "let_go",
    "link_account",
    "log_act",
    "make_link",
    "merge_units",
    "move_unit",
    "open_desk",
    "open_root",
    "open_unit",
    "rename_unit",
    "reopen_desk",
    "set_mode",
    "split_unit",
    "take_back",
    "take_lease",
    "take_role",
    "use_link",
]

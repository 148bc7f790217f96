"""What people see of the ground floor: signing in, their own account, the people and units of the desk."""

from haidang.core.views.account import (
    AddPasskey,
    ConfirmCode,
    ConfirmPasskey,
    ConfirmPassword,
    DropPasskey,
    DropTotp,
    NewCodes,
    SetUpTotp,
    ShowCodes,
    change_password,
    choose_inbox_mail,
    end_other_sessions,
    show_account,
    to_account,
    unlink,
)
from haidang.core.views.people import act_on_member, invite, show_member, show_people
from haidang.core.views.setup import describe_organisation, set_up
from haidang.core.views.signing import (
    CodeAfterPassword,
    PasskeySignIn,
    SignIn,
    come_back,
    go_elsewhere,
    sign_out,
)
from haidang.core.views.units import add_unit, show_unit, show_units

__all__ = [
    "AddPasskey",
    "CodeAfterPassword",
    "ConfirmCode",
    "ConfirmPasskey",
    "ConfirmPassword",
    "DropPasskey",
    "DropTotp",
    "NewCodes",
    "PasskeySignIn",
    "SetUpTotp",
    "ShowCodes",
    "SignIn",
    "act_on_member",
    "add_unit",
    "change_password",
    "choose_inbox_mail",
    "come_back",
    "describe_organisation",
    "end_other_sessions",
    "go_elsewhere",
    "invite",
    "set_up",
    "show_account",
    "show_member",
    "show_people",
    "show_unit",
    "show_units",
    "sign_out",
    "to_account",
    "unlink",
]

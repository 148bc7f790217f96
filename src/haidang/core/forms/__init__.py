"""Forms of the ground floor."""

from haidang.core.forms.factors import (
    CodeForm,
    ConfirmCodeForm,
    PasskeyForm,
    PasswordForm,
    SignInForm,
    TotpForm,
)
from haidang.core.forms.people import (
    ChangePasswordForm,
    DescribeForm,
    InviteForm,
    OrganisationForm,
    RoleForm,
    SetUpForm,
)
from haidang.core.forms.units import UnitChangeForm, UnitForm

__all__ = [
    "ChangePasswordForm",
    "CodeForm",
    "ConfirmCodeForm",
    "DescribeForm",
    "InviteForm",
    "OrganisationForm",
    "PasskeyForm",
    "PasswordForm",
    "RoleForm",
    "SetUpForm",
    "SignInForm",
    "TotpForm",
    "UnitChangeForm",
    "UnitForm",
]

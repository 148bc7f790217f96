"""Forms of the ground floor."""

from haidang.core.forms.factors import (
    CodeForm,
    ConfirmCodeForm,
    ConfirmPasskeyForm,
    PasskeyAfterForm,
    PasskeyForm,
    PasskeySignInForm,
    PasswordForm,
    SignInForm,
    TotpForm,
)
from haidang.core.forms.outgoing import SubscribeForm, TokenForm, WebhookForm
from haidang.core.forms.people import (
    ChangePasswordForm,
    DescribeForm,
    InboxMailForm,
    InviteForm,
    OrganisationForm,
    RoleForm,
    SetUpForm,
)
from haidang.core.forms.publishing import (
    CorrectionForm,
    ExportForm,
    ImprintForm,
    NoticeForm,
    OpenLogForm,
)
from haidang.core.forms.units import UnitChangeForm, UnitForm

__all__ = [
    "ChangePasswordForm",
    "CodeForm",
    "ConfirmCodeForm",
    "ConfirmPasskeyForm",
    "CorrectionForm",
    "DescribeForm",
    "ExportForm",
    "ImprintForm",
    "InboxMailForm",
    "InviteForm",
    "NoticeForm",
    "OpenLogForm",
    "OrganisationForm",
    "PasskeyAfterForm",
    "PasskeyForm",
    "PasskeySignInForm",
    "PasswordForm",
    "RoleForm",
    "SetUpForm",
    "SignInForm",
    "SubscribeForm",
    "TokenForm",
    "TotpForm",
    "UnitChangeForm",
    "UnitForm",
    "WebhookForm",
]

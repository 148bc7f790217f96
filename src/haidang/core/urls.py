"""Addresses of the ground floor.

The sign-in library asks for addresses by names of its own, outside of any room; only those it really needs are
here, each led to a page of ours. What is not here does not exist: registering, mail addresses, resets by mail.
"""

from typing import Any

from django.urls import URLPattern, include, path, register_converter

from haidang.core import views
from haidang.core.enums import SitePage
from haidang.core.links import TOKEN
from haidang.core.models import FOLDERS
from haidang.core.views import (
    about,
    audit,
    exports,
    finding,
    inbox,
    keys,
    notices,
    outgoing,
    public,
    public_lists,
    subscribing,
)
from haidang.core.views.site import in_all


class Number:
    """A row's number: positive, at most 18 digits, no leading zero."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class ListKind:
    """The forms in which a list can be taken away."""

    regex = "atom|rss|json|csv"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class MailToken:
    """The part of a subscriber's link that only their mail holds."""

    regex = TOKEN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Number, "number")
register_converter(MailToken, "mail_token")
register_converter(ListKind, "list_kind")


def _in_both(route: str, view: Any, name: str, **more: Any) -> list[URLPattern]:
    """The same under /vi/ and under /en/, for a view that asks which."""
    return [
        path(f"{language}/{route}", view, {"language": language, **more}, name=f"{name}_{language}")
        for language in ("vi", "en")
    ]


# The public site. An item's address tells its language and its kind; a fixed page stands in both languages.
_site = [
    *in_all("corrections", public.show_corrections, "corrections"),
    *in_all("corrections.<list_kind:kind>", public_lists.list_corrections, "corrections_list"),
    path("notices.<list_kind:kind>", public_lists.list_texts, name="texts_list"),
    *_in_both("notices.<list_kind:kind>", public_lists.list_texts, "texts_list"),
    *in_all("find", finding.show_find, "find"),
    *in_all("find.<list_kind:kind>", finding.list_find, "find_list"),
    path("sitemap.xml", public_lists.show_sitemap, name="sitemap"),
    path("sitemap-<number:part>.xml", public_lists.show_sitemap_part, name="sitemap_part"),
    path("sitemap-news.xml", public_lists.show_news_sitemap, name="news_sitemap"),
    path("robots.txt", public_lists.show_robots, name="robots"),
    path(".well-known/security.txt", public.show_security, name="security"),
    *in_all("verify", public.verify, "verify"),
]
for _kind, _folder in FOLDERS.items():
    _route = f"{_folder}/<number:number>"
    _site += _in_both(_route, public.show_item, f"item_{_kind.value}", kind=_kind)
    _site += _in_both(f"{_route}.json", public.show_signed, f"proof_{_kind.value}", kind=_kind)
for _page in SitePage:
    _site.append(path(_page.value, about.lead_on, {"page": _page}, name=_page.value))
    _site += _in_both(_page.value, about.show_page, _page.value, page=_page)

_own = [
    path("sign-in", views.SignIn.as_view(), name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("desk/", inbox.show_inbox, name="inbox"),
    path("desk/inbox/read", inbox.read_all, name="read_all"),
    path("desk/inbox/<number:number>", inbox.open_line, name="inbox_line"),
    path("desk/export", exports.show_exports, name="exports"),
    path("desk/export/<number:number>/<slug:act>", exports.act_on_export, name="export_act"),
    *in_all("audit", audit.show_heads, "audit"),
    *in_all("audit.<list_kind:kind>", audit.list_heads, "audit_list"),
    path("desk/log/", audit.show_log, name="log"),
    path("desk/log/open", audit.open_log, name="open_log"),
    path("desk/log/mine", audit.show_own_log, name="own_log"),
    path("desk/log/opened/<number:number>", audit.show_opened_log, name="opened_log"),
    path("desk/notices/", notices.list_passages, name="notices"),
    path("desk/notices/new", notices.write_notice, name="write_notice"),
    path("desk/notices/imprint", notices.set_imprint, name="imprint"),
    path("desk/notices/<number:number>", notices.show_passage, name="passage"),
    path("desk/notices/<number:number>/<slug:act>", notices.do_act, name="passage_act"),
    path("desk/notices/change/<number:number>", notices.change_item, name="change_item"),
    *in_all("subscribe", subscribing.subscribe, "subscribe"),
    path("subscribe/<mail_token:token>", subscribing.confirm, name="confirm_subscription"),
    path("unsubscribe/<mail_token:token>", subscribing.unsubscribe, name="unsubscribe"),
    path("desk/outgoing/", outgoing.show_outgoing, name="outgoing"),
    path("desk/webhooks/", outgoing.show_webhooks, name="webhooks"),
    path("desk/webhooks/<number:number>", outgoing.show_webhook, name="webhook"),
    path("desk/webhooks/<number:number>/<slug:act>", outgoing.act_on_webhook, name="webhook_act"),
    path("desk/tokens/", keys.show_all_tokens, name="all_tokens"),
    path("account/tokens/", keys.show_tokens, name="tokens"),
    path("account/tokens/<number:number>/end", keys.end_token, name="end_token"),
    path("setup/<str:token>", views.set_up, name="set_up"),
    path("account/", views.show_account, name="account"),
    path("account/inbox-mail", views.choose_inbox_mail, name="choose_inbox_mail"),
    path("account/password", views.change_password, name="password"),
    path("account/sessions/end", views.end_other_sessions, name="end_sessions"),
    path("account/recovery-codes/new", views.NewCodes.as_view(), name="new_codes"),
    path("account/passkeys/add", views.AddPasskey.as_view(), name="add_passkey"),
    path("account/passkeys/<number:pk>/drop", views.DropPasskey.as_view(), name="drop_passkey"),
    path("account/elsewhere/<number:account_id>/unlink", views.unlink, name="unlink"),
    path("people/", views.show_people, name="people"),
    path("people/invite", views.invite, name="invite"),
    path("people/organisation", views.describe_organisation, name="organisation"),
    path("people/units/", views.show_units, name="units"),
    path("people/units/add", views.add_unit, name="add_unit"),
    path("people/units/<number:unit_id>", views.show_unit, name="unit"),
    path("people/<number:member_id>", views.show_member, name="member"),
    path("people/<number:member_id>/<slug:act>", views.act_on_member, name="act_on_member"),
]

urlpatterns = [
    path("", include(([*_own, *_site], "core"))),
    path("sign-in", views.SignIn.as_view(), name="account_login"),
    path("sign-in/code", views.CodeAfterPassword.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey", views.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("sign-in/elsewhere/<slug:provider_id>", views.go_elsewhere, name="openid_connect_login"),
    path(
        "sign-in/elsewhere/<slug:provider_id>/back", views.come_back, name="openid_connect_callback"
    ),
    path("account/confirm", views.ConfirmPassword.as_view(), name="account_reauthenticate"),
    path("account/confirm/code", views.ConfirmCode.as_view(), name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey",
        views.ConfirmPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/factors", views.to_account, name="mfa_index"),
    path("account/code-app", views.SetUpTotp.as_view(), name="mfa_activate_totp"),
    path("account/code-app/drop", views.DropTotp.as_view(), name="mfa_deactivate_totp"),
    path("account/recovery-codes", views.ShowCodes.as_view(), name="mfa_view_recovery_codes"),
]

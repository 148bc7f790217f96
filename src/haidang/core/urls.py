"""Addresses of the ground floor."""

from __future__ import annotations

from django.urls import path, register_converter

from haidang.core import views
from haidang.core.views import audit, notices, public


class EntryNumber:
    """The number of an entry or an item: positive, at most 18 digits, no leading zero."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(EntryNumber, "entry_number")

app_name = "core"
urlpatterns = [
    path("sign-in", views.SignIn.as_view(), name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("audit", audit.show_heads, name="audit"),
    path("audit.atom", audit.list_heads, {"kind": "atom"}, name="audit_atom"),
    path("audit.json", audit.list_heads, {"kind": "json"}, name="audit_json"),
    path("desk/log/", audit.show_log, name="log"),
    path("desk/log/open", audit.open_log, name="open_log"),
    path("desk/log/mine", audit.show_own_log, name="own_log"),
    path("desk/log/opened/<entry_number:number>", audit.show_opened_log, name="opened_log"),
    path("desk/notices/", notices.list_passages, name="notices"),
    path("desk/notices/new", notices.write_notice, name="write_notice"),
    path("desk/notices/imprint", notices.set_imprint, name="imprint"),
    path("desk/notices/<entry_number:number>", notices.show_passage, name="passage"),
    path("desk/notices/<entry_number:number>/<slug:act>", notices.do_act, name="passage_act"),
    path("desk/notices/change/<entry_number:number>", notices.change_item, name="change_item"),
    path("vi/notices/<entry_number:number>", public.show_item, {"language": "vi"}, name="item_vi"),
    path("en/notices/<entry_number:number>", public.show_item, {"language": "en"}, name="item_en"),
    path(
        "vi/notices/<entry_number:number>.json",
        public.show_signed,
        {"language": "vi"},
        name="signed_vi",
    ),
    path(
        "en/notices/<entry_number:number>.json",
        public.show_signed,
        {"language": "en"},
        name="signed_en",
    ),
    path("notices.atom", public.list_items, name="notices_atom"),
    path("corrections", public.show_corrections, name="corrections"),
    path("sitemap.xml", public.show_sitemap, name="sitemap"),
    path(".well-known/security.txt", public.show_security, name="security"),
    path("verify", public.verify, name="verify"),
    path("setup/<str:token>", views.set_up, name="set_up"),
]

"""Addresses of the ground floor."""

from __future__ import annotations

from django.urls import path, register_converter

from haidang.core import views
from haidang.core.views import audit


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
    path("setup/<str:token>", views.set_up, name="set_up"),
]

"""What letters and calls met on their way, as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haidang.engine.errors import Trouble

_LETTERS: Mapping[str, LazyText | str] = {
    "connect": gettext_lazy("the mail server could not be reached"),
    "tls": gettext_lazy("the mail server's certificate is not good, or it offers no encryption"),
    "sign_in": gettext_lazy("the mail server did not take user name and password"),
    "sender": gettext_lazy("the mail server does not take letters from this sender"),
    "recipient": gettext_lazy("the recipient's address was not taken"),
    "letter": gettext_lazy("the letter was not taken"),
    "lost": gettext_lazy("another worker had it in hand"),
}
_CALLS: Mapping[str, LazyText | str] = {
    Trouble.BAD_ADDRESS: gettext_lazy("the address cannot be called: https is wanted"),
    Trouble.DENIED_ADDRESS: gettext_lazy(
        "the address lies inside a private network, where this desk calls nobody unless the operator named it (HAIDANG_ALLOW_PRIVATE)"
    ),
    Trouble.NO_SUCH_HOST: gettext_lazy("there is no host of that name"),
    Trouble.CONNECT_FAILED: gettext_lazy("the host could not be reached"),
    Trouble.TIMED_OUT: gettext_lazy("the host did not answer in time"),
    Trouble.TLS_FAILED: gettext_lazy("the host's certificate is not good"),
    Trouble.HOST_BUSY: gettext_lazy("the host is busy or down"),
    "withdrawn": gettext_lazy("not told: the text was withdrawn before"),
}


def tell_letter_trouble(what: str, code: int) -> str:
    """Why a letter was not taken; "" if nothing went wrong."""
    if not what:
        return ""
    told = str(_LETTERS.get(what, what))
    return _("%(why)s (answer %(code)s)") % {"why": told, "code": code} if code else told


def tell_call_trouble(trouble: str, facts: Mapping[str, Any]) -> str:
    """Why a webhook was not told; "" if nothing went wrong."""
    if trouble == Trouble.HTTP_STATUS:
        return _("it answered %(status)s instead of yes") % {"status": facts.get("status", "?")}
    return str(_CALLS.get(trouble, _("the answer could not be read"))) if trouble else ""

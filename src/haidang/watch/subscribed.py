"""The gate as a batch uses it: what was sealed for a host goes to that very host, and nowhere else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from haidang.core.seals import SealBrokenError, unseal
from haidang.engine.net import Gate
from haidang.engine.types import Reply
from haidang.watch.actions.credentials import purpose_of
from haidang.watch.models import Credential


class SubscribedGate:
    """`Gate.fetch` for one publication, with its credentials. The gate sends them over https only."""

    def __init__(self, gate: Gate, *, publication_id: int, patience_s: float | None = None) -> None:
        self._gate = gate
        self._patience_s = patience_s  # for the first request alone
        self._publication_id = publication_id

    def fetch(self, url: str, **wants: Any) -> Reply:
        """As `Gate.fetch`. Once a request was made, those that it leads to are waited for."""
        reply = self._gate.fetch(
            url, authorization=self._find(url), patience_s=self._patience_s, **wants
        )
        self._patience_s = None
        return reply

    def _find(self, url: str) -> str | None:
        host = exact_host(url)
        if not url.lower().startswith("https:") or not host:
            return None
        found = Credential.objects.filter(host=host, publication_id=self._publication_id).first()
        if found is None:
            return None
        try:
            return unseal(bytes(found.sealed), purpose=purpose_of(host))
        except SealBrokenError:
            return None  # the desk's key is another one: the source's own refusal is shown


def exact_host(url: str) -> str:
    """The host of an address as it stands there, small letters, with its port unless it is 443."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return host if port in {None, 443} else f"{host}:{port}"

"""What a webhook is told: that a public text came out, was corrected or was withdrawn.

The fields are fixed here and all of them are public, so that nothing else can be written anywhere through
the gate. Signed as the Standard Webhooks are: HMAC-SHA-256 over `id.timestamp.body`, so that the receiver knows
whose it is and can refuse what is old or was told already.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

SECRET_PREFIX = "whsec_"  # noqa: S105 -- a prefix, as the standard writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class HookCall:
    """One call. `id` stays the same however often it is tried; addresses are absolute."""

    id: str
    event: str
    at: datetime
    kind: str
    language: str
    title: str
    version: int
    address: str
    signed: str
    withdrawn: str

    def to_body(self) -> bytes:
        """The JSON that is sent, always the same bytes for the same call."""
        told = {
            "type": self.event,
            "timestamp": self.at.astimezone(UTC).isoformat(timespec="seconds"),
            "data": {
                "kind": self.kind,
                "language": self.language,
                "title": self.title,
                "version": self.version,
                "address": self.address,
                "signed": self.signed,
                "withdrawn": self.withdrawn,
            },
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

    def to_headers(self, *, secret: str, now: datetime) -> dict[str, str]:
        """The headers by which the receiver verifies it; `now`: of this try."""
        seconds = str(int(now.timestamp()))
        return {
            "Content-Type": "application/json",
            "Webhook-Id": self.id,
            "Webhook-Timestamp": seconds,
            "Webhook-Signature": sign_call(self.id, seconds, self.to_body(), secret=secret),
        }


def sign_call(id_: str, seconds: str, body: bytes, *, secret: str) -> str:
    """`v1,` and the signature in base64, with the secret `whsec_…` that both sides know."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    told = b".".join((id_.encode("ascii"), seconds.encode("ascii"), body))
    return "v1," + base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode("ascii")

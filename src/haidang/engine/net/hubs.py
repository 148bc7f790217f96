"""What a hub is asked: to tell of a topic's new entries (W3C WebSub, section 5.1).

The only form that this program ever sends to anyone. Its fields are fixed here, so that nothing else
can be written anywhere through the gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRequest:
    """One request to a hub. `callback`: our address; `secret`: signs what the hub sends there."""

    topic: str
    callback: str
    secret: str
    lease_s: int

    def to_form(self) -> bytes:
        """The body of the request."""
        fields = {
            "hub.mode": "subscribe",
            "hub.topic": self.topic,
            "hub.callback": self.callback,
            "hub.secret": self.secret,
            "hub.lease_seconds": str(self.lease_s),
        }
        return urlencode(fields).encode("ascii")

"""The one gate through which every outgoing request goes.

`Gate.fetch` asks one address politely and returns what came, as bytes. It refuses: anything but
http(s); credentials in an address; hosts that resolve to a private, reserved or own address (our own
table, checked on the address that is connected to, at each redirect), unless the operator named that
very host:port; what robots.txt forbids; bodies over 15 MiB, decompression out of proportion, more
than one content coding; and waiting longer than a minute or loading longer than 30 seconds. It keeps
no cookies, knows no proxies, sends no referrer, and asks a host again only after a pause.

Two kinds of messages leave besides: a request to a feed's hub, and a call to a webhook, each with fixed fields; and
letters are handed to the operator's own mail server (`mailing.py`).

Whose turn it is at a host is kept in memory, or in a `Turns` that several processes share.
"""

from haidang.engine.net.gate import Gate, Want
from haidang.engine.net.hooks import SECRET_PREFIX, HookCall, sign_call
from haidang.engine.net.hosts import belongs_to, host_of
from haidang.engine.net.hosts_known import HostState, Turns
from haidang.engine.net.hubs import HubRequest
from haidang.engine.net.mailing import MailFault, MailServer, MailSession
from haidang.engine.net.names import Resolver, SystemResolver
from haidang.engine.net.settings import ROBOTS_TOKEN, GateSettings, is_contact, tell_user_agent
from haidang.engine.net.turns import GateClosedError, NotYetError

__all__ = [
    "ROBOTS_TOKEN",
    "SECRET_PREFIX",
    "Gate",
    "GateClosedError",
    "GateSettings",
    "HookCall",
    "HostState",
    "HubRequest",
    "MailFault",
    "MailServer",
    "MailSession",
    "NotYetError",
    "Resolver",
    "SystemResolver",
    "Turns",
    "Want",
    "belongs_to",
    "host_of",
    "is_contact",
    "sign_call",
    "tell_user_agent",
]

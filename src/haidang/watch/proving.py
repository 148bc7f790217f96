"""Looking at an organisation's page: does it name the publication, does it link to the channel?

One request (and, where a channel is linked by another of its names, up to two more), through the gate,
read in the sandbox, kept as WARC unless the page forbids it.
"""

from __future__ import annotations

from datetime import datetime

from haidang.core.machines import Machines
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.extract import Naming
from haidang.engine.types import Reply
from haidang.watch.actions import PageLooked
from haidang.watch.channels import Channel, find_channel, leads_to
from haidang.watch.refusals import NOT_LINKED, NOT_NAMED
from haidang.watch.rules import find_refusal, host_of

DETOURS_MAX = 2  # links to a channel under another of its names ("@name") that are followed


def look_at_page(
    page: str, *, name: str, channel: str = "", machines: Machines, now: datetime
) -> PageLooked:
    """What the organisation's page bears out. Never raises for the page's fault."""
    known = Channel(channel) if channel else None
    try:
        reply = machines.http.fetch(page, want="page")
        naming = _read(reply, name=name, channel=known, machines=machines)
    except EngineError as error:
        return PageLooked(seen_at=now, trouble=error.trouble.value, facts=error.facts)
    facts = {"name": name, "url": reply.final_url[:300], "channel": channel}
    if find_refusal(reply.final_url) is not None:
        return PageLooked(seen_at=now, trouble=Trouble.OTHER_HOST, facts=_host(reply))
    trouble = ""
    if not naming.named:
        trouble = NOT_NAMED
    elif known is not None and not _is_linked(naming.links, known, machines=machines):
        trouble = NOT_LINKED
    record = None if naming.noarchive else machines.store.append(reply)
    return PageLooked(
        seen_at=reply.fetched_at, trouble=trouble, facts=facts if trouble else {},
        url=reply.final_url, record=record,
    )  # fmt: skip


def _read(reply: Reply, *, name: str, channel: Channel | None, machines: Machines) -> Naming:
    naming = machines.reader.run(
        "haidang.engine.extract:look_for_name",
        reply.body,
        name=name,
        url=reply.final_url,
        content_type=reply.header("content-type"),
        robots_header=reply.header("x-robots-tag"),
        link_hosts=(channel.platform,) if channel else (),
    )
    assert isinstance(naming, Naming)
    return naming


def _is_linked(links: tuple[str, ...], channel: Channel, *, machines: Machines) -> bool:
    """Whether one of the links is the channel, or a page on which the platform announces its feed."""
    if any(leads_to(link, channel) for link in links):
        return True
    return any(
        _announces(link, channel, machines=machines)
        for link in links[:DETOURS_MAX]
        if "/" in channel.key
    )


def _announces(link: str, channel: Channel, *, machines: Machines) -> bool:
    try:
        reply = machines.http.fetch(link, want="page")
        feeds = machines.reader.run(
            "haidang.engine.feeds:find_feeds",
            reply.body,
            url=reply.final_url,
        )
    except EngineError:
        return False
    # Only what the platform itself says of its page counts.
    same = host_of(reply.final_url).removeprefix("m.") == channel.platform
    return same and any(find_channel(str(feed)) == channel for feed in feeds)


def _host(reply: Reply) -> dict[str, str | int | float]:
    return {"host": host_of(reply.final_url)}

"""Marks of sources in templates: why a source rests, how its visits went, what a list came to."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from haidang.watch.actions.persons import RESTS
from haidang.watch.enums import CredentialKind, Finding, PauseWhy, ProposalState
from haidang.watch.listing import ListReport
from haidang.watch.queries.register import FeedLine, RegisterLine
from haidang.watch.templatetags.desk import web_address
from haidang.watch.visits import VisitRun

register = template.Library()

VISIT_WHY = {
    "steady": gettext_lazy("The pause follows the feed's own pace."),
    "busy": gettext_lazy("The feed brings much, so the pause gets shorter."),
    "quiet": gettext_lazy("The feed brings little, so the pause gets longer."),
    "max_age": gettext_lazy(
        "The server says how long its answer stays fresh, and the desk waits so long."
    ),
    "failed": gettext_lazy("The last visit failed: each failure in a row doubles the pause."),
    "retry_after": gettext_lazy("The server asked to come back later."),
    "gone": gettext_lazy("The server said that the feed is gone for good."),
}
ENDS = {
    "added": gettext_lazy("added"),
    "known": gettext_lazy("known already"),
    "proposed": gettext_lazy("proposed; its organisation's page is read first"),
    "refused": gettext_lazy("refused"),
}
SHOWN = 80


@register.simple_tag
def outside(url: str) -> SafeString:
    """A link to another's page, or the bare text where it is no web address."""
    shown = url if len(url) <= SHOWN else url[: SHOWN - 1] + "…"
    if not web_address(url):
        return format_html("{}", shown)
    return format_html(
        '<a class="address" href="{}" rel="noopener noreferrer external">{}</a>', url, shown
    )


@register.simple_tag
def pause_phrase(why: str) -> str:
    """Why it rests."""
    return _sentence(str(PauseWhy(why).label)) if why in PauseWhy.values else why


@register.filter
def as_state(why: str) -> str:
    """The mark that stands for a pause."""
    return "left" if why in {PauseWhy.LEFT, PauseWhy.PERSON} else "paused"


@register.simple_tag
def finding_phrase(finding: str) -> str:
    return str(Finding(finding).label) if finding in Finding.values else finding


@register.simple_tag
def proposal_phrase(state: str) -> str:
    return str(ProposalState(state).label) if state in ProposalState.values else state


@register.simple_tag
def credential_kind(kind: str) -> str:
    return str(CredentialKind(kind).label) if kind in CredentialKind.values else kind


@register.simple_tag
def visit_sentence(why: str) -> str:
    """Why the next visit is when it is."""
    return str(VISIT_WHY.get(why, ""))


@register.simple_tag
def run_sentence(run: VisitRun) -> str:
    """How some visits in a row went."""
    visits = ngettext("%(count)s visit", "%(count)s visits", run.visits) % {"count": run.visits}
    if run.trouble:
        return _("%(visits)s without success.") % {"visits": visits}
    new = ngettext("%(count)s new entry", "%(count)s new entries", run.new) % {"count": run.new}
    return _("%(visits)s, %(new)s") % {"visits": visits, "new": new}


@register.simple_tag
def tell_entries(feed: FeedLine) -> str:
    """How many entries a feed gave, and what some of them wait for."""
    told = [str(feed.entries)]
    for number, sentence in (
        (feed.waiting, _("%(count)s waiting")),
        (feed.refused, _("%(count)s not taken")),
        (feed.failed, _("%(count)s unreadable")),
    ):
        if number:
            told.append(sentence % {"count": number})
    return " · ".join(told)


@register.filter
def may_be_marked(line: RegisterLine, now: datetime) -> bool:
    """Whether "this is a person" would do something: not while it is open or was just decided."""
    finding = line.finding
    if line.pause_why in {PauseWhy.MARKED, PauseWhy.PERSON, PauseWhy.LEFT}:
        return False
    return not (finding and finding.decided_at and finding.decided_at > now - RESTS)


@register.simple_tag
def tell_report(report: ListReport) -> str:
    """What a list came to, in one sentence."""
    return _(
        "%(added)s added, %(known)s known already, %(proposed)s proposed, %(refused)s refused"
    ) % {name: report.count(name) for name in ("added", "known", "proposed", "refused")}


@register.simple_tag
def end_word(end: str) -> str:
    return str(ENDS.get(end, end))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."

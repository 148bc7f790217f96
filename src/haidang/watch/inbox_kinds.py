"""What this room tells members in their inbox."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from haidang.core.inbox import Kind

KINDS = {
    "proposal_waits": Kind(
        _("%(who)s proposed to register the channel “%(what)s”; a second member is wanted."),
        asks=True,
    ),
    "proposal_unproven": Kind(
        _("“%(what)s” could not be registered: its organisation's page does not bear it out."),
        asks=True,
    ),
    "proposal_registered": Kind(_("“%(what)s” is registered and followed.")),
    "proposal_withdrawn": Kind(_("%(who)s withdrew your registration of “%(what)s”.")),
    "person_marked": Kind(
        _("Somebody says that “%(what)s” is a person. It is paused until two members decide."),
        asks=True,
    ),
    "finding_waits": Kind(
        _("%(who)s said what “%(what)s” is; a second member is wanted."), asks=True
    ),
    "source_ill": Kind(_("“%(what)s” has not answered for %(days)s days: %(host)s"), asks=True),
    "topic_waits": Kind(
        _("%(who)s opened the topic “%(what)s” on an office; a second member is wanted."),
        asks=True,
    ),
    "topic_confirmed": Kind(_("%(who)s confirmed your topic “%(what)s”.")),
    "topic_closed": Kind(_("%(who)s closed your topic “%(what)s”.")),
}

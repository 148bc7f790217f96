"""Why an address cannot be followed, as a sentence for the person who asked."""

from __future__ import annotations

from django.utils.translation import gettext as _

from haidang.watch.rules import Refusal


def sentence_of(refusal: Refusal, what: str) -> str:
    """The whole sentence: what is refused, and why."""
    facts = {"what": what[:200]}
    sentences = {
        Refusal.NOT_HTTP: _("“%(what)s” is not an address that begins with http:// or https://."),
        Refusal.PLATFORM: _(
            "“%(what)s” is a shared platform where anyone may publish. The desk follows the registered publications of organisations, not accounts."
        ),
        Refusal.BRIDGE: _(
            "“%(what)s” is a bridge that copies other people's accounts. It is not followed."
        ),
        Refusal.PERSON: _(
            "“%(what)s” looks like the page of one person. The desk follows publications, not people."
        ),
        Refusal.COMMENTS: _("“%(what)s” carries readers' comments. Comments are not followed."),
        Refusal.SEARCH: _(
            "“%(what)s” is a search, not a publication's own feed. It is not followed."
        ),
        Refusal.OTHER_HOST: _("“%(what)s” does not lie on a host of this publication."),
        Refusal.TAKEN: _("“%(what)s” belongs to a publication that is registered already."),
    }
    return sentences[refusal] % facts

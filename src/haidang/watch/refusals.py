"""Why an address cannot be followed, as a sentence for the person who asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from haidang.watch.rules import Refusal, TopicRefusal
from haidang.watch.troubles import tell_trouble

# Why a proposal is not borne out, besides the engine's troubles.
NOT_NAMED, NOT_LINKED, REGISTER_REFUSED = "not_named", "not_linked", "register_refused"


def tell_unproven(word: str, facts: Mapping[str, Any]) -> str:
    """Why the organisation's page does not bear a proposal out, and what the member can do."""
    sentences = {
        NOT_NAMED: _(
            "The page %(url)s does not hold the words “%(name)s”. Nothing is registered; name the page on which the organisation itself names the publication, or correct the name."
        ),
        NOT_LINKED: _(
            "The page %(url)s names the publication but has no link to the channel %(channel)s. Nothing is registered; name the organisation's page that links to it."
        ),
        REGISTER_REFUSED: _(
            "The page bears it out, but it cannot be registered any more: the host was registered meanwhile, or who proposed it no longer works here."
        ),
    }
    if word in sentences:
        known = {"url": "?", "name": "?", "channel": "?"}
        return sentences[word] % {**known, **facts}
    return tell_trouble(word, facts)


def sentence_of(refusal: Refusal, what: str) -> str:
    """The whole sentence: what is refused, and why."""
    facts = {"what": what[:200]}
    sentences = {
        Refusal.NOT_HTTP: _("“%(what)s” is not an address that begins with http:// or https://."),
        Refusal.PLATFORM: _(
            "“%(what)s” is a shared platform where anyone may publish. The desk follows the registered publications of organisations, not accounts; an organisation's own channel can be proposed as one."
        ),
        Refusal.NO_CHANNEL: _(
            "“%(what)s” is not the feed of a channel on a shared platform that offers one, such as YouTube (feeds/videos.xml?channel_id=…) or WordPress.com."
        ),
        Refusal.GROUP: _(
            "“%(what)s” is a closed group. What is said among its members is not followed."
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
        Refusal.PROPOSED: _(
            "“%(what)s” is proposed already and waits; see the proposals on the page of sources."
        ),
        Refusal.TAKEN: _("“%(what)s” belongs to a publication that is registered already."),
    }
    return sentences[refusal] % facts


def sentence_of_topic(refusal: TopicRefusal) -> str:
    """Why a rule cannot stand as a topic's, and what would do."""
    sentences = {
        TopicRefusal.NO_WORDS: _("A rule needs words."),
        TopicRefusal.FILTERS: _(
            "A rule is made of words only; languages and levels are chosen below it."
        ),
        TopicRefusal.NAME: _(
            "This looks like a rule on a person's name alone. The desk follows subjects, not people: add a word that says what about. (Names are recognised by a heuristic; a word of the subject also helps where it is mistaken.)"
        ),
        TopicRefusal.OFFICE_HOLDER: _(
            "This looks like an office with the name of its holder. Such a rule needs a purpose, a last day, and a second member who confirms it. The office without the name needs none of that."
        ),
    }
    return sentences[refusal]

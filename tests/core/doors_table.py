"""Every address of the desk × who may go through it: the table that a new address breaks until it has its row.

A row tells the route, who is let in, an address of something that exists, and one of something that does
not. "Own and other" are told apart where that matters: the account of another, the passkey of another.
"""

from __future__ import annotations

from dataclasses import dataclass

from haidang.core.enums import Role, SitePage
from haidang.core.roles import Act, roles_for

OUTSIDER, LEFT, NO_ROLE = "outsider", "left", "no role"
MEMBERS = frozenset({NO_ROLE, *Role.values})
EVERYONE = frozenset({OUTSIDER, LEFT, *MEMBERS})
NOBODY: frozenset[str] = frozenset()


def those_who(act: Act) -> frozenset[str]:
    """The roles that the table of roles lets do this."""
    return frozenset(role.value for role in roles_for(act))


READERS = those_who(Act.READ_DESK)
EDITORS = those_who(Act.EDIT_WATCH)
KEEPERS = those_who(Act.MANAGE_PEOPLE)
WRITERS = those_who(Act.PROPOSE)
AT_GATE = WRITERS | those_who(Act.PUBLISH)
OPENERS = those_who(Act.READ_LOG)
EXPORTERS = those_who(Act.EXPORT_ALL)
IMPRINTERS = those_who(Act.SAY_WHO_PUBLISHES)
RUNNERS = those_who(Act.RUN_DESK)


@dataclass(frozen=True)
class Row:
    """One address. `there` and `missing` are formatted with the rows of the test."""

    route: str
    let_in: frozenset[str]
    there: str = ""
    missing: str = ""
    method: str = "get"
    # Outsiders are asked to sign in, but a list to take away just refuses them.
    refusal_of_outsiders: int = 302
    # Who may learn that something is not there: those who are let in, unless more may read it anyway.
    may_know: frozenset[str] = NOBODY


LIST_KIND = "<list_format:kind>"
BEFORE = ("", "vi/", "en/")  # a page in the reader's language, and always in one

TABLE = (
    # of no room
    Row("", EVERYONE, "/"),
    Row("vi/", EVERYONE, "/vi/"),
    Row("en/", EVERYONE, "/en/"),
    *(Row(f"{before}{page}", EVERYONE, f"/{before}{page}") for before in BEFORE for page in ("promises", "vocabulary", "audit", "verify", "subscribe", "sources/public")),
    Row("vocabulary.json", EVERYONE, "/vocabulary.json"),
    Row("vocabulary.csv", EVERYONE, "/vocabulary.csv"),
    Row("help/keys", EVERYONE, "/help/keys"),
    Row("healthz", EVERYONE, "/healthz"),
    Row("readyz", EVERYONE, "/readyz"),
    Row("metrics", EVERYONE, "/metrics"),  # asked from this machine; from elsewhere it wants its token
    Row("language", EVERYONE, "/language", method="post"),
    Row("appearance", EVERYONE, "/appearance", method="post"),
    Row("sources/packs", EDITORS, "/sources/packs"),
    # signing in
    Row("sign-in", EVERYONE, "/sign-in"),
    Row("sign-out", EVERYONE, "/sign-out", method="post"),
    Row("setup/<str:token>", EVERYONE, "/setup/{token}", "/setup/none"),
    Row("sign-in/code", EVERYONE, "/sign-in/code"),
    Row("sign-in/passkey", EVERYONE, "/sign-in/passkey"),
    Row("sign-in/elsewhere/<slug:provider_id>", EVERYONE, missing="/sign-in/elsewhere/oidc"),
    Row("sign-in/elsewhere/<slug:provider_id>/back", EVERYONE, missing="/sign-in/elsewhere/oidc/back"),
    # one's own account
    Row("account/", MEMBERS, "/account/"),
    Row("account/inbox-mail", MEMBERS, "/account/inbox-mail", method="post"),
    Row("account/password", MEMBERS, "/account/password"),
    Row("account/sessions/end", MEMBERS, "/account/sessions/end", method="post"),
    Row("account/factors", EVERYONE, "/account/factors"),
    Row("account/code-app", MEMBERS, "/account/code-app"),
    Row("account/code-app/drop", MEMBERS, missing="/account/code-app/drop"),
    Row("account/recovery-codes", MEMBERS, missing="/account/recovery-codes"),
    Row("account/recovery-codes/new", MEMBERS, "/account/recovery-codes/new"),
    Row("account/passkeys/add", MEMBERS, "/account/passkeys/add"),
    Row("account/passkeys/<number:pk>/drop", MEMBERS, "/account/passkeys/9/drop"),
    Row("account/elsewhere/<number:account_id>/unlink", MEMBERS, method="post", missing="/account/elsewhere/9/unlink"),
    Row("account/tokens/", MEMBERS, "/account/tokens/"),
    Row("account/tokens/<number:number>/end", RUNNERS, "/account/tokens/{access_token}/end", method="post"),
    Row("account/feeds/", MEMBERS, "/account/feeds/"),
    Row("account/feeds/<row:number>/end", NOBODY, "/account/feeds/{private_feed}/end", method="post"),  # its own member's alone
    Row("account/confirm", MEMBERS, "/account/confirm"),
    Row("account/confirm/code", MEMBERS, "/account/confirm/code"),
    Row("account/confirm/passkey", MEMBERS, "/account/confirm/passkey"),
    # people and units
    Row("people/", READERS, "/people/"),
    Row("people/invite", KEEPERS, "/people/invite"),
    Row("people/organisation", KEEPERS, "/people/organisation"),
    Row("people/units/", READERS, "/people/units/"),
    Row("people/units/add", KEEPERS, "/people/units/add"),
    Row("people/units/<number:unit_id>", READERS, "/people/units/{unit}", "/people/units/999"),
    Row("people/<number:member_id>", READERS, "/people/{member}", "/people/999"),
    Row("people/<number:member_id>/<slug:act>", KEEPERS, "/people/{member}/end-sessions", method="post"),
    # one's own inbox
    Row("desk/", MEMBERS, "/desk/"),
    Row("desk/inbox/read", MEMBERS, "/desk/inbox/read", method="post"),
    # the line that exists is An's, so to all others it is not there
    Row("desk/inbox/<number:number>", MEMBERS, missing="/desk/inbox/{line}", method="post"),
    # the whole desk taken away
    Row("desk/export", EXPORTERS, "/desk/export"),
    Row("desk/export/<number:number>/<slug:act>", EXPORTERS, "/desk/export/999/drop", "/desk/export/999/eat", method="post"),
    # the log of acts
    Row("desk/log/", READERS, "/desk/log/"),
    Row("desk/log/mine", READERS, "/desk/log/mine"),
    Row("desk/log/open", OPENERS, "/desk/log/open", method="post"),
    Row("desk/log/opened/<number:number>", OPENERS, missing="/desk/log/opened/999"),
    # what goes out
    Row("desk/outgoing/", RUNNERS, "/desk/outgoing/"),
    Row("desk/tokens/", RUNNERS, "/desk/tokens/"),
    Row("desk/webhooks/", RUNNERS, "/desk/webhooks/"),
    Row("desk/webhooks/<number:number>", RUNNERS, "/desk/webhooks/{webhook}", "/desk/webhooks/999"),
    Row("desk/webhooks/<number:number>/<slug:act>", RUNNERS, "/desk/webhooks/{webhook}/pause", "/desk/webhooks/999/pause", method="post"),
    # the notices by mail: whoever has a link was sent it
    Row("subscribe/<mail_token:token>", EVERYONE, "/subscribe/{yes}", "/subscribe/9-" + "a" * 43, method="post"),
    Row("unsubscribe/<mail_token:token>", EVERYONE, "/unsubscribe/{no}", method="post"),
    # private feeds: the address is the key, whoever has a cookie or none
    Row(f"f/<hub_token:token>.{LIST_KIND}", EVERYONE, "/f/{feed_key}.json", "/f/" + "a" * 43 + ".atom"),
    # the API: anyone, or a token, and never a cookie
    Row("api/v1/", EVERYONE, "/api/v1/"),
    Row("api/v1/openapi.json", EVERYONE, "/api/v1/openapi.json"),
    Row("api/v1/notices", EVERYONE, "/api/v1/notices"),
    Row("api/v1/notices/<int:number>", EVERYONE, "/api/v1/notices/{item}", "/api/v1/notices/999"),
    Row("api/v1/register", EVERYONE, "/api/v1/register"),
    Row("api/v1/stories", NOBODY, "/api/v1/stories", refusal_of_outsiders=401),
    Row("api/v1/stories/<int:number>", NOBODY, "/api/v1/stories/{story}", "/api/v1/stories/999", refusal_of_outsiders=401),
    Row("api/v1/articles", NOBODY, "/api/v1/articles", refusal_of_outsiders=401),
    Row("api/v1/articles/<int:number>", NOBODY, "/api/v1/articles/{article}", "/api/v1/articles/999", refusal_of_outsiders=401),
    Row("api/v1/search", NOBODY, "/api/v1/search?q=x", refusal_of_outsiders=401),
    Row("api/v1/sources", NOBODY, "/api/v1/sources", refusal_of_outsiders=401),
    Row("api/v1/<path:_rest>", EVERYONE, missing="/api/v1/nowhere"),
    # the publishing gate
    Row("desk/notices/", AT_GATE, "/desk/notices/"),
    Row("desk/notices/new", WRITERS, "/desk/notices/new"),
    Row("desk/notices/imprint", IMPRINTERS, "/desk/notices/imprint"),
    Row("desk/notices/<number:number>", AT_GATE, "/desk/notices/{passage}", "/desk/notices/999"),
    Row("desk/notices/<number:number>/<slug:act>", AT_GATE, "/desk/notices/{passage}/drop", "/desk/notices/999/drop", method="post"),
    Row("desk/notices/change/<number:number>", WRITERS, "/desk/notices/change/{item}", "/desk/notices/change/999"),
    # what is public
    Row("vi/notices/<number:number>", EVERYONE, "/vi/notices/{item}", "/vi/notices/999"),
    Row("en/notices/<number:number>", EVERYONE, missing="/en/notices/999"),
    Row("vi/notices/<number:number>.json", EVERYONE, "/vi/notices/{item}.json", "/vi/notices/999.json"),
    Row("en/notices/<number:number>.json", EVERYONE, missing="/en/notices/{item}.json"),
    *(Row(f"{language}/pages/<number:number>{end}", EVERYONE, missing=f"/{language}/pages/{{item}}{end}") for language in ("vi", "en") for end in ("", ".json")),
    *(Row(f"{before}{page}", EVERYONE, f"/{before}{page}") for before in BEFORE for page in SitePage.values),
    *(Row(f"{before}corrections", EVERYONE, f"/{before}corrections") for before in BEFORE),
    *(Row(f"{before}find", EVERYONE, f"/{before}find?q=x") for before in BEFORE),
    *(Row(f"{before}{name}.<list_kind:kind>", EVERYONE, f"/{before}{name}.json?q=x") for before in BEFORE for name in ("notices", "corrections", "find", "audit")),
    Row("sitemap.xml", EVERYONE, "/sitemap.xml"),
    Row("sitemap-<number:part>.xml", EVERYONE, "/sitemap-1.xml", "/sitemap-999.xml"),
    Row("sitemap-news.xml", EVERYONE, "/sitemap-news.xml"),
    Row("robots.txt", EVERYONE, "/robots.txt"),
    Row(".well-known/security.txt", EVERYONE, missing="/.well-known/security.txt"),
    # WATCH: reading
    Row("watch/", READERS, "/watch/"),
    Row("watch/news", READERS, "/watch/news?since=2026-11-23T00:00:00Z"),
    Row(f"watch.{LIST_KIND}", READERS, "/watch.json", refusal_of_outsiders=403),
    Row("s/<row:story_id>", READERS, "/s/{story}", "/s/999"),
    Row(f"s/<row:story_id>.{LIST_KIND}", READERS, "/s/{story}.csv", "/s/999.csv", refusal_of_outsiders=403),
    Row("a/<row:article_id>", READERS, "/a/{article}", "/a/999"),
    Row("desk/search", READERS, "/desk/search?q=x"),
    Row("search", READERS, "/search?q=x"),
    Row(f"search.{LIST_KIND}", READERS, "/search.json?q=x", refusal_of_outsiders=403),
    Row("topics/", READERS, "/topics/"),
    Row("topics/<row:topic_id>", READERS, "/topics/{topic}", "/topics/999"),
    Row(f"topics.{LIST_KIND}", READERS, "/topics.rss", refusal_of_outsiders=403),
    Row(f"topics/<row:topic_id>.{LIST_KIND}", READERS, "/topics/{topic}.rss", "/topics/999.rss", refusal_of_outsiders=403),
    Row("sources/", READERS, "/sources/"),
    Row(f"sources.{LIST_KIND}", READERS, "/sources.atom", refusal_of_outsiders=403),
    Row("sources/<row:publication_id>", READERS, "/sources/{publication}", "/sources/999"),
    Row("sources/export.<str:kind>", READERS, "/sources/export.csv", "/sources/export.exe"),
    Row("articles/files/<sha256:name>", READERS, missing="/articles/files/" + "0" * 64),
    Row("desk/disk", EDITORS, "/desk/disk"),
    # WATCH: the register, for anyone
    Row(f"sources/public.{LIST_KIND}", EVERYONE, "/sources/public.json"),
    *(Row(f"{before}sources/public/<row:publication_id>/person", EVERYONE, method="post", missing=f"/{before}sources/public/999/person") for before in BEFORE),
    Row("websub/<hub_token:token>", EVERYONE, missing="/websub/" + "a" * 43),
    # WATCH: writing
    Row("s/<row:story_id>/edit", EDITORS, "/s/{story}/edit", "/s/999/edit"),
    Row("s/<row:story_id>/undo/<row:act_id>", EDITORS, method="post", missing="/s/{story}/undo/999"),
    Row("a/<row:article_id>/look", EDITORS, method="post", missing="/a/999/look"),
    Row("a/<row:article_id>/keep", EDITORS, method="post", missing="/a/999/keep"),
    Row("articles/add", EDITORS, "/articles/add"),
    Row("articles/drafts/<row:draft_id>", EDITORS, missing="/articles/drafts/999"),
    Row("topics/add", EDITORS, "/topics/add"),
    Row("topics/preview", EDITORS, "/topics/preview?rule=x"),
    Row("topics/<row:topic_id>/change", EDITORS, "/topics/{topic}/change", "/topics/999/change", may_know=READERS),
    Row("topics/<row:topic_id>/confirm", EDITORS, "/topics/{office}/confirm", "/topics/999/confirm", method="post", may_know=READERS),
    Row("topics/<row:topic_id>/close", EDITORS, "/topics/{topic}/close", "/topics/999/close", method="post", may_know=READERS),
    Row("sources/feeds/<row:feed_id>", READERS, "/sources/feeds/{feed}", "/sources/feeds/999"),
    Row("sources/add", EDITORS, "/sources/add"),
    Row("sources/proposals/<row:proposal_id>", EDITORS, missing="/sources/proposals/999"),
    Row("sources/proposals/<row:proposal_id>/<str:act>", EDITORS, method="post", missing="/sources/proposals/999/confirm"),
    Row("sources/import", EDITORS, "/sources/import"),
    Row("sources/<row:publication_id>/<str:act>", EDITORS, method="post", missing="/sources/999/pause"),
)  # fmt: skip

"""WebSub: asking a hub on loopback, its questions, its news; and everything that is not the hub."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.utils import timezone
from tests.listening import Listener
from tests.machines import run_jobs
from tests.watch.rows import NOW, make_feed, make_publication, make_visit

from haidang.core.models import LogEntry
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds import parse_feed
from haidang.watch import actions, hubs, jobs
from haidang.watch.models import Entry, Feed, Push, Subscription
from haidang.watch.troubles import tell_trouble

pytestmark = pytest.mark.django_db(transaction=True)
HOST = "baotinh.example"
TOPIC = f"https://{HOST}/tin.rss"
RSS = f"""<rss version="2.0"><channel><title>Báo tỉnh</title>
<item><link>https://{HOST}/cau.html</link><title>Khánh thành cầu Suối Mộc</title></item>
</channel></rss>""".encode()


class Hub(Listener):
    """A hub on loopback: the forms it was sent."""

    @property
    def forms(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(body.decode(), strict_parsing=True)) for _head, body in self.calls]


@pytest.fixture
def hub(settings, let_read) -> Iterator[Hub]:
    settings.BASE_URL = "https://desk.example.org"
    settings.ALLOWED_HOSTS = ["desk.example.org"]
    with Hub(status=202, name="hub.localhost") as running:
        let_read(running.host)
        yield running


@pytest.fixture
def feed(hub: Hub) -> Feed:
    """A followed feed that names the hub."""
    publication = make_publication(host=HOST)
    later = timezone.now() + timedelta(hours=1)
    return make_feed(
        publication, url=TOPIC, hub_url=hub.url, topic_url=TOPIC, next_visit_at=later, kind="rss"
    )


@pytest.fixture
def subscription(feed: Feed) -> Subscription:
    return actions.open_subscription(feed, now=timezone.now())


def ask(client, subscription, **told):
    asked = {"mode": "subscribe", "topic": TOPIC, "challenge": "bí mật 1", "lease_seconds": "86400"}
    query = {f"hub.{name}": value for name, value in {**asked, **told}.items() if value is not None}
    return client.get(f"/websub/{subscription.token}", query, headers={"host": "desk.example.org"})


def send(client, subscription, body=RSS, *, signature=None, method="sha256"):
    key = hubs.secret_of(subscription.token).encode()
    told = f"{method}={hmac.new(key, body, method).hexdigest()}" if signature is None else signature
    return client.post(
        f"/websub/{subscription.token}",
        body,
        content_type="application/rss+xml",
        headers={"host": "desk.example.org", "X-Hub-Signature": told},
    )


# ---------------------------------------------------------------- asking


def test_feed_tells_its_hub_and_the_desk_asks_it(hub: Hub, feed: Feed) -> None:
    assert jobs.renew_subscriptions(timezone.now())
    run_jobs()
    subscription = Subscription.objects.get()
    assert hub.forms == [
        {
            "hub.mode": "subscribe",
            "hub.topic": TOPIC,
            "hub.callback": f"https://desk.example.org/websub/{subscription.token}",
            "hub.secret": hubs.secret_of(subscription.token),
            "hub.lease_seconds": "864000",
        }
    ]
    assert (subscription.state, subscription.trouble) == ("asked", "")
    assert LogEntry.objects.get(act="ask_hubs").data == {"count": 1}
    assert not jobs.renew_subscriptions(timezone.now())


def test_visit_keeps_the_hub_that_the_feed_names() -> None:
    feed = make_feed()
    actions.store_visit(
        feed, make_visit(hub_url="https://hub.example/", topic_url="https://x.example/t"), now=NOW
    )
    feed.refresh_from_db()
    assert (feed.hub_url, feed.topic_url) == ("https://hub.example/", "https://x.example/t")
    actions.store_visit(feed, make_visit(), now=NOW)
    feed.refresh_from_db()
    assert (feed.hub_url, feed.topic_url) == ("", feed.url)


@pytest.mark.parametrize(
    ("address", "reachable"),
    [
        ("https://desk.example.org", True),
        ("https://203.0.114.5", True),
        ("", False),
        ("http://desk.example.org", False),
        ("https://desk", False),
        ("https://desk.lan", False),
        ("https://127.0.0.1:8000", False),
        ("https://10.1.2.3", False),
        ("https://[::1]", False),
    ],
)
def test_hubs_are_asked_only_by_a_desk_they_can_reach(
    hub: Hub, feed: Feed, settings, address: str, *, reachable: bool
) -> None:
    settings.BASE_URL = address
    assert jobs.renew_subscriptions(timezone.now()) is reachable


@pytest.mark.parametrize(("status", "days"), [(403, 7), (301, 7), (500, 0)])
def test_hub_that_says_no_is_asked_again_much_later(
    hub: Hub, feed: Feed, status: int, days: int
) -> None:
    hub.status = status
    jobs.ask_hubs.func()
    told = Subscription.objects.get()
    assert (told.state, told.trouble) == ("refused", "http_status")
    assert (told.next_ask_at - timezone.now()).days == max(0, days - 1)


def test_hub_inside_the_network_is_never_asked(hub: Hub, feed: Feed, let_read) -> None:
    let_read()
    jobs.ask_hubs.func()
    assert (hub.forms, Subscription.objects.get().state) == ([], "refused")


def test_topic_on_another_site_is_not_asked_for(hub: Hub, feed: Feed) -> None:
    """A feed may call itself anything; only an address of its own site is believed."""
    Feed.objects.update(topic_url="https://khac.example/tin.rss")
    jobs.ask_hubs.func()
    assert (hub.forms, Subscription.objects.get().trouble) == ([], "other_host")


def test_new_hub_gets_a_new_callback(hub: Hub, feed: Feed, subscription: Subscription) -> None:
    feed.hub_url = "https://other.example/"
    other = actions.open_subscription(feed, now=timezone.now())
    assert Subscription.objects.get() == other
    assert other.token != subscription.token


def test_paused_or_ended_feeds_are_not_asked_for(hub: Hub, feed: Feed) -> None:
    Feed.objects.update(next_visit_at=None)
    assert not jobs.renew_subscriptions(timezone.now())
    Feed.objects.update(next_visit_at=timezone.now())
    feed.publication.paused_at = timezone.now()
    feed.publication.save()
    assert not jobs.renew_subscriptions(timezone.now())


# ---------------------------------------------------------------- the hub's question


def test_question_for_what_was_asked_is_answered_with_its_challenge(client, subscription) -> None:
    answer = ask(client, subscription)
    assert (answer.status_code, answer.content.decode()) == (200, "bí mật 1")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    subscription.refresh_from_db()
    assert subscription.state == "on"
    lease = subscription.lease_until - timezone.now()
    assert timedelta(hours=23) < lease <= timedelta(days=1)
    assert subscription.next_ask_at < subscription.lease_until


@pytest.mark.parametrize(
    "told",
    [
        {"topic": "https://khac.example/"},
        {"topic": None},
        {"mode": "unsubscribe"},
        {"mode": None},
        {"challenge": ""},
        {"challenge": "x" * 2_001},
    ],
    ids=str,
)
def test_question_for_anything_else_is_answered_no(client, subscription, told) -> None:
    assert ask(client, subscription, **told).status_code == 404
    subscription.refresh_from_db()
    assert subscription.state == "asked"


@pytest.mark.parametrize(
    ("told", "wanted"), [("99999999", 30 * 24), ("5", 1), ("-5", 1), ("không", 1), (None, 1)]
)
def test_lease_lies_between_an_hour_and_a_month(client, subscription, told, wanted) -> None:
    ask(client, subscription, lease_seconds=told)
    subscription.refresh_from_db()
    hours = (subscription.lease_until - timezone.now()).total_seconds() / 3600
    assert round(hours) == wanted


def test_denial_is_told_to_the_editor(client, subscription) -> None:
    assert ask(client, subscription, mode="denied").status_code == 200
    subscription.refresh_from_db()
    assert (subscription.state, subscription.trouble) == ("refused", "hub_denied")
    assert "trạm" in tell_trouble(subscription.trouble)


def test_nobody_learns_whether_an_address_is_a_callback(client, hub, subscription) -> None:
    for token in ("x" * 43, subscription.token[:-1] + "_"):
        if token != subscription.token:
            assert (
                client.get(f"/websub/{token}", headers={"host": "desk.example.org"}).status_code
                == 404
            )
    feed = subscription.feed
    feed.publication.paused_at = timezone.now()
    feed.publication.save()
    assert ask(client, subscription).status_code == 404
    assert send(client, subscription).status_code == 404


# ---------------------------------------------------------------- the hub's news


def test_signed_news_becomes_entries_at_once(client, subscription) -> None:
    answer = send(client, subscription)
    assert (answer.status_code, answer.cookies) == (202, {})
    run_jobs()
    entry = Entry.objects.get()
    assert (entry.url, entry.state) == (f"https://{HOST}/cau.html", "waiting")
    assert Push.objects.count() == 0
    feed = Feed.objects.get()
    assert feed.last_new_at is not None
    assert feed.last_visit_at is None


@pytest.mark.parametrize("method", ["sha384", "sha512"])
def test_stronger_signatures_count_too(client, subscription, method: str) -> None:
    send(client, subscription, method=method)
    assert Push.objects.count() == 1


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha1=" + hmac.new(b"x", RSS, hashlib.sha1).hexdigest(),
        "md5=" + "0" * 32,
        "sha256=" + "é" * 64,
    ],
)
def test_news_without_the_right_signature_is_passed_over(client, subscription, signature) -> None:
    assert send(client, subscription, signature=signature).status_code == 202
    assert (Push.objects.count(), Entry.objects.count()) == (0, 0)


def test_news_of_another_subscription_does_not_count_here(client, subscription, hub) -> None:
    other = actions.open_subscription(
        make_feed(hub_url=hub.url, topic_url="https://x.example/"), now=timezone.now()
    )
    key = hubs.secret_of(other.token).encode()
    told = f"sha256={hmac.new(key, RSS, 'sha256').hexdigest()}"
    send(client, subscription, signature=told)
    assert Push.objects.count() == 0


def test_news_about_another_host_is_refused_as_from_any_feed(client, subscription) -> None:
    send(client, subscription, RSS.replace(HOST.encode(), b"evil.example"))
    run_jobs()
    assert Entry.objects.get().trouble == "other_host"


@pytest.mark.parametrize("body", [b"<html>x</html>", b"", b"\x00" * 100, RSS[:-60] + b"<<<"])
def test_news_that_cannot_be_read_only_hastens_the_visit(client, subscription, body) -> None:
    send(client, subscription, body)
    run_jobs()
    assert Push.objects.count() == 0
    readable = True
    try:
        parse_feed(body, url=TOPIC, content_type=None, now=NOW)
    except EngineError:
        readable = False
    assert (Feed.objects.get().next_visit_at <= timezone.now()) is not readable


def test_news_too_large_is_not_read(client, subscription) -> None:
    assert send(client, subscription, b"x" * (hubs.BODY_MAX + 1)).status_code == 413
    assert Push.objects.count() == 0


def test_hub_that_never_stops_fills_nothing(client, subscription) -> None:
    for _ in range(actions.hubs.PUSHES_WAITING + 3):
        send(client, subscription)
    assert Push.objects.count() == actions.hubs.PUSHES_WAITING
    assert Feed.objects.get().next_visit_at <= timezone.now()


def test_secret_is_stored_nowhere(subscription) -> None:
    row = Subscription.objects.filter(id=subscription.id).values().get()
    secret = hubs.secret_of(subscription.token)
    assert all(secret not in str(value) for value in row.values())
    assert len(secret) == 64


def test_gate_sends_a_secret_over_https_only(hub: Hub, let_read) -> None:
    from haidang.core.machines import find_machines
    from haidang.engine.net import HubRequest

    request = HubRequest(topic=TOPIC, callback="https://desk.example.org/", secret="s", lease_s=60)
    with pytest.raises(EngineError) as caught:
        find_machines().http.ask_hub("http://hub.example/", request)
    assert caught.value.trouble is Trouble.BAD_ADDRESS

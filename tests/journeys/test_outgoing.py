"""Tokens, private feeds, webhooks and the notices by mail in a real browser: they work, they fit, nothing else is loaded."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from tests.cast import PASSWORD, give_roles

from haidang.core import actions
from haidang.core.models import Letter, Member

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("OUTGOING_PICTURES", "")  # a folder: what is seen is drawn into it


@pytest.fixture
def keeper(live_server: LiveServer) -> Member:
    """Someone who runs the desk and edits, as the first member of a desk does."""
    cache.clear()
    member = Member(username="an", name="Nguyễn Thị An", joined_at=timezone.now())
    member.set_password(PASSWORD)
    member.arrived_at = timezone.now()
    member.save()
    return give_roles(member, ["editor", "administrator"])


def sign_in(page: Any) -> None:
    page.goto("/sign-in")
    page.fill("#id_username", "an")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/watch/")


def look(page: Any, name: str) -> None:
    """axe finds nothing and nothing scrolls sideways."""
    from axe_playwright_python.sync_playwright import Axe

    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
    faults = [fault["id"] for fault in Axe().run(page).response["violations"]]
    assert (name, faults) == (name, [])
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert (name, wide) == (name, False)


@pytest.mark.parametrize(
    ("language", "appearance", "width"), [("vi", "light", 1280), ("en", "dark", 360)]
)
def test_members_keys_and_the_desks_webhooks_are_made_and_fit(
    keeper: Member, open_browser: Callable[..., Any], language: str, appearance: str, width: int
) -> None:
    page = open_browser(language=language, appearance=appearance, width=width)
    spoken, elsewhere = [], []
    page.on("console", lambda message: spoken.append(message.text))
    sign_in(page)
    here = page.url.split("/watch/")[0]
    page.on("request", lambda one: one.url.startswith(here) or elsewhere.append(one.url))
    end = f"-{language}-{width}"
    page.goto("/account/")
    look(page, "account" + end)
    page.goto("/account/tokens/")
    page.fill("#id_name", "Bảng tin của phòng họp")
    page.check("input[value='read:stories']")
    page.check("input[value='read:search']")
    look(page, "tokens" + end)
    page.click("main .primary")
    assert page.locator(".one-time").inner_text().startswith("hd_")
    look(page, "token-made" + end)
    page.goto("/account/tokens/")
    look(page, "tokens-one" + end)
    page.goto("/account/feeds/")
    look(page, "feeds" + end)
    page.click("main .primary")
    assert page.locator(".one-time").count() == 4
    look(page, "feed-made" + end)
    page.goto("/desk/webhooks/")
    page.fill("#id_name", "Cổng thông tin tỉnh")
    page.fill("#id_url", "https://cong.example/" + "hook" * 12)
    look(page, "webhooks" + end)
    page.click("main .primary")
    assert page.locator(".one-time").inner_text().startswith("whsec_")
    look(page, "webhook-made" + end)
    page.click("main .primary")
    look(page, "webhook" + end)
    for path in ("/desk/webhooks/", "/desk/outgoing/", "/desk/tokens/"):
        page.goto(path)
        look(page, path.strip("/").replace("/", "-") + end)
    assert elsewhere == []
    assert [text for text in spoken if "Content Security Policy" in text] == []


@pytest.mark.parametrize(
    ("language", "appearance", "width"), [("en", "light", 1280), ("vi", "dark", 360)]
)
def test_reader_asks_for_notices_says_yes_and_stops_without_a_cookie_or_a_script(
    keeper: Member, open_browser: Callable[..., Any], settings: Any, live_server: LiveServer,
    language: str, appearance: str, width: int,
) -> None:  # fmt: skip
    from dataclasses import replace

    from haidang.core.links import make_link_token
    from haidang.core.models import Subscriber
    from haidang.core.views import subscribing

    subscribing.pace.forget()
    told = {"MAIL_URL": "smtp://127.0.0.1:9", "MAIL_FROM": "desk@lamha.example"}
    settings.OPTIONS = replace(settings.OPTIONS, values={**settings.OPTIONS.values, **told})
    settings.BASE_URL = live_server.url
    page = open_browser(
        language=language, appearance=appearance, width=width, java_script_enabled=True
    )
    end = f"-{language}-{width}"
    page.goto("/api/v1/")
    look(page, "api" + end)
    page.goto("/subscribe")
    page.fill("#id_address", "ban-doc@example.org")
    look(page, "subscribe" + end)
    page.click("main .primary")
    look(page, "subscribe-asked" + end)
    assert Letter.objects.count() == 1
    one = Subscriber.objects.get()
    page.goto(f"/subscribe/{make_link_token(one, 'confirm')}")
    look(page, "yes" + end)
    page.click("main .primary")
    look(page, "yes-done" + end)
    one.refresh_from_db()
    assert one.confirmed_on is not None
    page.goto(f"/unsubscribe/{make_link_token(one, 'unsubscribe')}")
    look(page, "stop" + end)
    page.click("main .primary")
    look(page, "stop-done" + end)
    assert Subscriber.objects.count() == 0
    kept = {cookie["name"] for cookie in page.context.cookies()}
    assert kept == {"language", "appearance"}  # those of this test


def test_outbox_in_trouble_is_told(
    keeper: Member, open_browser: Callable[..., Any], settings: Any
) -> None:
    from dataclasses import replace

    from haidang.engine.net import MailFault

    told = {"MAIL_URL": "smtps://mail.example", "MAIL_FROM": "desk@lamha.example"}
    settings.OPTIONS = replace(settings.OPTIONS, values={**settings.OPTIONS.values, **told})
    now = timezone.now()
    keeper.email = "an@lamha.example"
    for number, end in enumerate(("later", "unsure")):
        actions.queue_member_letter(keeper, subject="A", plain="B", once=str(number), now=now)
        [letter] = actions.take_letters(now=now, limit=1)
        actions.note_letter_fault(letter, MailFault(end, "letter", 452), now=now)  # type: ignore[arg-type]  # one of three
    page = open_browser(language="vi", width=360)
    sign_in(page)
    page.goto("/desk/outgoing/")
    look(page, "outgoing-trouble")
    assert "452" in page.locator("main").inner_text()

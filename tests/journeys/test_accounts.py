"""Signing in with a passkey in a real browser, inviting, and what the pages of people look like."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from tests.cast import PASSWORD, give_roles

from haidang.core import actions
from haidang.core.enums import LinkPurpose, UnitKind
from haidang.core.models import Member

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)
FRESH = "ngọn đèn mới trên đảo xa"


@pytest.fixture
def keeper(live_server: LiveServer) -> Member:
    """Someone who keeps people and edits, as the first member of a desk does."""
    cache.clear()
    member = Member(username="an", name="Nguyễn Thị An", joined_at=timezone.now())
    member.set_password(PASSWORD)
    member.arrived_at = timezone.now()
    member.save()
    return give_roles(member, ["editor", "administrator"])


@pytest.fixture
def at_localhost(live_server: LiveServer, open_browser: Callable[..., Any]) -> Callable[..., Any]:
    """A window at the desk under a name: browsers give passkeys to names only."""
    url = live_server.url.replace("127.0.0.1", "localhost")

    def open_window(*, language: str, appearance: str = "light", **more: Any) -> Any:
        page = open_browser(language=language, appearance=appearance, **more)
        chosen = {"language": language, "appearance": appearance}
        page.context.add_cookies(
            [{"name": name, "value": value, "url": url} for name, value in chosen.items()]
        )
        page.desk = url
        return page

    return open_window


def sign_in(page: Any) -> None:
    page.goto(f"{page.desk}/sign-in")
    page.fill("#id_username", "an")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/watch/")


def give_virtual_key(page: Any) -> None:
    """A key in this browser that always says yes, as its user would."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    told = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    line.send("WebAuthn.addVirtualAuthenticator", {"options": told})


def faults_of(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    return [fault["id"] for fault in Axe().run(page).response["violations"]]


def test_passkey_is_added_and_then_signs_in_alone(keeper: Member, at_localhost: Any) -> None:
    page = at_localhost(language="en")
    spoken: list[str] = []
    page.on("console", lambda message: spoken.append(message.text))
    give_virtual_key(page)
    sign_in(page)
    page.goto(f"{page.desk}/account/passkeys/add")
    page.fill("#id_password", PASSWORD)
    page.click("main .primary")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/account/recovery-codes")
    assert page.locator(".codes li").count() == 10
    page.goto(f"{page.desk}/account/")
    page.click(".who button")
    page.goto(f"{page.desk}/sign-in")
    page.click("#passkey_login")
    page.wait_for_url("**/watch/")
    # and it confirms, before what counts
    page.goto(f"{page.desk}/account/recovery-codes/new")
    page.wait_for_url("**/account/confirm/**")
    if "passkey" not in page.url:
        page.click("text=Use a passkey instead")
    page.click("#mfa_webauthn_reauthenticate")
    page.wait_for_url("**/account/recovery-codes/new")
    assert [text for text in spoken if "Content Security Policy" in text] == []


def test_refused_passkey_is_told_and_leaves_the_password(keeper: Member, at_localhost: Any) -> None:
    page = at_localhost(language="en")
    page.goto(f"{page.desk}/sign-in")
    page.evaluate(
        "() => { navigator.credentials.get = async () => { throw new Error('refused'); }; }"
    )
    page.click("#passkey_login")
    page.wait_for_selector("[data-passkey-failed]:not([hidden])")
    sign_in(page)


def test_first_run_and_invitation_without_scripts(
    live_server: LiveServer, open_browser: Callable[..., Any]
) -> None:
    """A new desk: three steps, then a second person by a link that is handed over."""
    cache.clear()
    actions.open_desk(now=timezone.now())
    token = actions.make_link(LinkPurpose.FIRST_MEMBER, now=timezone.now())
    first = open_browser(language="en", java_script_enabled=False)
    first.goto(f"/setup/{token}")
    first.fill("#id_username", "an")
    first.fill("#id_name", "Nguyễn Thị An")
    first.fill("#id_password1", FRESH)
    first.fill("#id_password2", FRESH)
    first.click("main .primary")
    first.wait_for_url("**/people/organisation")
    first.fill("#id_name", "Sở Ví dụ")
    first.click("main .primary")
    first.wait_for_url("**/sources/packs")
    first.goto("/people/invite")
    first.fill("#id_username", "binh")
    first.fill("#id_name", "Trần Văn Bình")
    first.check("text=publisher")
    first.click("main .primary")
    address = first.locator(".one-time").inner_text()
    second = open_browser(language="vi", java_script_enabled=False)
    second.goto(address)
    assert "Nguyễn Thị An" in second.locator(".deck").inner_text()
    second.fill("#id_password1", FRESH)
    second.fill("#id_password2", FRESH)
    second.click("main .primary")
    second.wait_for_url("**/watch/")
    assert Member.objects.get(username="binh").invited_by == Member.objects.get(username="an")


PAGES = (
    "/people/", "/people/invite", "/people/organisation", "/people/units/", "/people/units/add",
    "/people/units/{unit}", "/people/{member}", "/account/", "/account/password", "/account/confirm",
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "appearance", "width"),
    [("vi", "light", 1280), ("en", "dark", 1280), ("vi", "dark", 320), ("en", "light", 320)],
)
def test_pages_of_people_are_accessible_and_fit(
    keeper: Member, at_localhost: Any, language: str, appearance: str, width: int
) -> None:
    now = timezone.now()
    unit = actions.open_unit(
        "Phường Vĩnh An",
        kind=UnitKind.COMMUNE,
        under=actions.open_root(),
        on=now.date(),
        by=keeper,
        now=now,
        basis="Nghị quyết 12/NQ-HĐND",
    )
    other = actions.add_member(
        "bình", now=now, by=keeper, name="Trần Văn Bình", roles=["reviewer"], unit=unit
    )
    page = at_localhost(language=language, appearance=appearance, width=width)
    sign_in(page)
    told = {}
    for path in PAGES:
        page.goto(page.desk + path.format(unit=unit.pk, member=other.pk))
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        primary = page.locator("main .primary:visible").count()
        told[path] = (faults_of(page), wide, primary <= 1)
    assert told == dict.fromkeys(PAGES, ([], False, True))

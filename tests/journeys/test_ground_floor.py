"""The public site as strangers see it, and what a member is told: both languages, light and dark, also on a telephone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from tests.cast import PASSWORD, code_now, give_code_app, give_roles
from tests.core.publishing import Newsroom

from haidang.core import actions
from haidang.core.enums import DeskMode
from haidang.core.models import Member

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("GROUND_PICTURES", "")  # a folder: what is seen is drawn into it
LOOKS = [("vi", "light", 1280), ("en", "dark", 360)]
BRIDGE = (
    "Sáng 23/11, cầu Suối Mộc thông xe sau mười bốn tháng thi công.\n\n"
    "Cầu dài 186 mét, vốn đầu tư 92 tỷ đồng từ ngân sách tỉnh. Xe trên 10 tấn đi đường cũ đến hết tháng 12."
)


@pytest.fixture
def newsroom(live_server: LiveServer) -> Newsroom:
    """A real desk that has published a notice in both languages, corrected one, and tells how it works."""
    cache.clear()
    now = timezone.now()
    actions.open_desk(now=now)
    actions.set_mode(DeskMode.REAL, now=now)
    people = []
    for username, name, roles in (
        ("an", "Nguyễn Thị An", ["editor", "administrator", "publisher"]),
        ("binh", "Trần Văn Bình", ["publisher", "administrator"]),
    ):
        member = Member(username=username, name=name, joined_at=now, arrived_at=now)
        member.set_password(PASSWORD)
        member.save()
        give_code_app(member)
        people.append(give_roles(member, roles))
    room = Newsroom(*people, now=now)
    original = room.publish("Thông xe cầu Suối Mộc", BRIDGE)
    room.publish(
        "Suối Mộc bridge opens", "The bridge is 186 metres long.", language="en", translation_of=original
    )  # fmt: skip
    room.publish(
        "Thông xe cầu Suối Mộc", BRIDGE.replace("186", "188"), item=original,
        why="Số đo chiều dài ghi nhầm, xin cáo lỗi bạn đọc.",
    )  # fmt: skip
    room.publish(
        "Chúng tôi làm việc thế nào", "Phòng gồm năm người, làm việc theo ca.", page="method"
    )
    return room


def look(page: Any, name: str) -> None:
    """axe finds nothing and nothing scrolls sideways."""
    from axe_playwright_python.sync_playwright import Axe

    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
    faults = [fault["id"] for fault in Axe().run(page).response["violations"]]
    assert (name, faults) == (name, [])
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert (name, wide) == (name, False)


@pytest.mark.parametrize(("language", "appearance", "width"), LOOKS)
def test_stranger_reads_and_searches_without_a_cookie(
    newsroom: Newsroom, open_browser: Callable[..., Any], language: str, appearance: str, width: int
) -> None:
    page = open_browser(language=language, appearance=appearance, width=width)
    elsewhere: list[str] = []
    page.goto("/")
    here = page.url.split("/", 3)[:3]
    page.on("request", lambda one: one.url.split("/", 3)[:3] == here or elsewhere.append(one.url))
    end = f"-{language}-{width}"
    for path in ("", "method", "team", "funding", "complaints", "corrections", "vocabulary"):
        page.goto(f"/{language}/{path}")
        look(page, (path or "front") + end)
    page.goto(f"/{language}/")
    page.fill("#find", "thong xe cau" if language == "vi" else "bridge metres")
    page.press("#find", "Enter")
    page.wait_for_url("**/find?q=*")
    look(page, "find" + end)
    page.click("main li a >> nth=0")
    look(page, "item" + end)
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert (names, elsewhere) == ({"language", "appearance"}, [])


def test_public_site_works_without_scripts(
    newsroom: Newsroom, open_browser: Callable[..., Any]
) -> None:
    page = open_browser(language="vi", java_script_enabled=False)
    page.goto("/")
    page.fill("#find", "thong xe cau")
    page.press("#find", "Enter")
    page.wait_for_url("**/vi/find?q=*")
    page.click("main li a >> nth=0")
    assert page.locator("h1").inner_text() == "Thông xe cầu Suối Mộc"
    page.click("text=English >> nth=0")
    page.wait_for_url("**/en/notices/*")


@pytest.mark.parametrize(("language", "appearance", "width"), LOOKS)
def test_member_sees_what_waits_and_asks_for_an_export(
    newsroom: Newsroom, open_browser: Callable[..., Any], language: str, appearance: str, width: int
) -> None:
    from haidang.core.actions.publishing import Intent

    intent = Intent(title="Lịch tiếp dân tháng 12", body="Tiếp dân vào sáng thứ Năm hằng tuần.")
    actions.propose(intent, by=newsroom.an, now=newsroom.now)
    page = open_browser(language=language, appearance=appearance, width=width)
    sign_in(page)
    end = f"-{language}-{width}"
    page.goto("/desk/")
    assert page.locator("main li", has_text=intent.title).count() == 1
    look(page, "inbox" + end)
    page.goto("/desk/search?q=suoi+moc")
    assert page.locator("main a", has_text="Thông xe cầu Suối Mộc").count() == 1
    look(page, "search" + end)
    page.goto("/desk/export")
    look(page, "export" + end)
    page.goto("/audit")
    look(page, "audit" + end)


def sign_in(page: Any) -> None:
    """Bình signs in with password and code."""
    page.goto("/sign-in")
    page.fill("#id_username", "binh")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/sign-in/code**")
    page.fill("#id_code", code_now())
    page.press("#id_code", "Enter")
    page.wait_for_url("**/watch/")

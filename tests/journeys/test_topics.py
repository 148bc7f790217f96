"""Topics and starter packs in a real browser: opened with a live count, refused for a person, chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.cast import PASSWORD, give_roles
from tests.sheet import Sheet

from haidang.core.models import Member
from haidang.watch import actions


@pytest.fixture
def desk(sheet: Sheet, open_browser: Callable[..., Any]) -> Callable[..., Any]:
    """A window in which a member is signed in: `desk(width=…, java_script_enabled=…)`."""
    from django.utils import timezone

    member = Member(username="an", joined_at=timezone.now())
    member.set_password(PASSWORD)
    member.save()
    give_roles(member)

    def sign_in(**more: Any) -> Any:
        page = open_browser(**more)
        page.goto("/sign-in")
        page.fill("[name=username]", "an")
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        return page

    return sign_in


def test_topic_is_counted_while_one_writes_and_gathers_what_is_there(
    desk: Callable[..., Any], sheet: Sheet
) -> None:
    from django.utils import timezone

    page = desk()
    page.goto("/topics/")
    page.click("text=Mở đề tài")
    page.type("#id_rule", "Nguyễn Văn An")
    page.wait_for_selector("#met strong, #met .strong")
    page.fill("#id_rule", "")
    page.type("#id_rule", '"cầu Vĩnh An"')
    page.wait_for_selector(f'#met a[href="/a/{sheet.original}"]')
    page.fill("#id_title_vi", "Cầu Vĩnh An")
    page.click("main button.primary")
    assert page.inner_text("h1") == "Cầu Vĩnh An"
    actions.sort_topics(now=timezone.now())
    page.reload()
    page.click(f'.river a[href="/s/{sheet.story}"]')
    assert page.inner_text(".story-head .kick a") == "Cầu Vĩnh An"


def test_topic_can_be_written_without_scripts(desk: Callable[..., Any], sheet: Sheet) -> None:
    page = desk(java_script_enabled=False)
    page.goto("/topics/add")
    page.fill("#id_title_vi", "Cầu")
    page.fill("#id_rule", "Nguyễn Văn An")
    page.click("main button.primary")
    assert page.locator("#id_rule_error").count() == 1
    page.fill("#id_rule", "cầu")
    page.click("text=Đếm thử")
    assert page.locator(f'#met a[href="/a/{sheet.original}"]').count() == 1
    page.click("main button.primary")
    assert page.inner_text("h1") == "Cầu"


@pytest.mark.parametrize(
    ("language", "appearance", "width"), [("vi", "light", 1280), ("en", "dark", 320)]
)
def test_pages_are_open_to_all_readers(
    desk: Callable[..., Any], language: str, appearance: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from django.utils import timezone

    new = actions.NewTopic(title_vi="Cầu Vĩnh An", rule="cầu", medtop="medtop:20000756")
    topic = actions.open_topic(new, by=Member.objects.get(), now=timezone.now())
    actions.sort_topics(now=timezone.now())
    page = desk(language=language, appearance=appearance, width=width)
    found = {}
    for path in ("/topics/", f"/topics/{topic.id}", "/topics/add", "/sources/packs", "/watch/"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        for fault in Axe().run(page).response["violations"]:
            found[path, fault["id"]] = fault["nodes"][0]["html"]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found[path, "wide"] = ""
    assert found == {}


def test_packs_are_chosen_by_list_and_by_feed(desk: Callable[..., Any]) -> None:
    from haidang.project.packs import load_packs
    from haidang.watch.models import Feed

    page = desk()
    before = Feed.objects.count()
    page.goto("/sources/packs")
    page.check("#pack-fact-checks")
    page.locator("details").nth(1).locator("summary").click()
    page.check("#feed-vietnam-provinces-4")
    page.click("main form.packs button.primary")
    assert page.url.endswith("/sources/")
    assert Feed.objects.count() == before + len(load_packs()["fact-checks"].feeds) + 1

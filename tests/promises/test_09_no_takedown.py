"""9. No takedown, no punishing: no such form, word or state; and an article cannot be taken away."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import polib
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from tests.promises.doors import find_doors
from tests.watch.rows import NOW, make_article

import haidang
from haidang.core import actions as core_actions
from haidang.core.enums import DeskMode
from haidang.core.models import Desk, Member
from haidang.project.promises import PROMISES
from haidang.watch import actions
from haidang.watch.models import Article

PACKAGE = Path(haidang.__file__).parent
WORDS = (
    "takedown removal remove delete report complaint denounce punish sanction block ban censor"
    " suppress violation offender fine summon task"
).split()


def test_nothing_is_named_after_removing_or_punishing() -> None:
    """But for the page that tells where to complain of our own texts; it takes nothing in."""
    ours = [
        f"address {before}complaints complaints{end}"
        for before, end in (("", ""), ("en/", "_en"), ("vi/", "_vi"))
    ]
    assert find_doors(*WORDS) == ours


def test_no_sentence_offers_to_remove_report_or_punish() -> None:
    """In Vietnamese, the language of most desks; the page of promises says that there is no such tool."""
    words = re.compile(
        r"gỡ bài|gỡ bỏ|yêu cầu gỡ|tố cáo|xử phạt|xử lý vi phạm|báo cáo vi phạm|chặn bài"
    )
    po = polib.pofile(str(PACKAGE / "locale" / "vi" / "LC_MESSAGES" / "django.po"))
    told = [entry.msgid for entry in po if words.search(entry.msgstr)]
    refusing = {words._args[0] for one in PROMISES for words in (one.name, one.sentence)}
    assert set(told) - refusing == set()


def test_one_function_alone_takes_articles_away() -> None:
    """Every call of `.delete()` in the program, and what it is for."""
    callers = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                calls = sum(
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and call.func.attr in {"delete", "_raw_delete"}
                    for call in ast.walk(node)
                )
                if calls:
                    callers[f"{path.relative_to(PACKAGE)}:{node.name}"] = calls
    assert (
        callers
        == {
            "core/actions/log.py:erase_words": 1,  # our own words on an act; the act stays, and why they went
            "core/actions/people.py:make_link": 1,  # older links for the same member
            "core/actions/people.py:use_link": 1,  # second factors of a member who starts anew
            "core/actions/members.py:let_go": 1,  # links of a member who left
            "core/actions/inbox.py:prune_inbox": 1,  # what members were told, once read or old
            "core/actions/forgetting.py:forget_spent": 2,  # one-time links and sessions that are over
            "core/actions/keys.py:forget_keys": 2,  # tokens and private feeds of members, long ended
            "core/actions/letters.py:erase_subscriber": 1,  # an address outside that wants no more notices
            "core/actions/letters.py:forget_letters": 1,  # what is known of a letter, a month after it left
            "core/actions/webhooks.py:forget_deliveries": 2,  # the same of calls to webhooks
            "core/jobs/lease.py:reap": 1,  # signs of life of workers long gone
            "core/jobs/rhythm.py:prune_done_jobs": 2,  # jobs that are done
            "watch/actions/credentials.py:drop_credential": 1,  # what was sealed for a host
            "watch/actions/repair.py:leave_publication": 1,  # the same, when a publication is left
            "watch/actions/hubs.py:open_subscription": 1,  # a subscription at a hub that the feed left
            "watch/actions/feeds.py:forget_untaken": 1,  # entries that never became an article, and are told no more
            "watch/actions/hosts.py:forget_idle_hosts": 1,  # when a host was last asked
            "watch/actions/disk.py:store_sizes": 1,  # how full the disk was a year ago
            "watch/actions/hubs.py:store_push": 1,  # bytes of a hub once they are read; their entries stay
            "watch/actions/drafts.py:drop_draft": 1,  # an article not placed yet, by who entered it
            "watch/actions/drafts.py:forget_drafts": 2,  # the same after a week, and files of no article
            "watch/actions/forgetting.py:forget_demo": 3,  # the demo, whole
            "watch/actions/sketches.py:keep_sketch": 1,  # hashes by which the grouper compares a text
            "watch/actions/sketches.py:drop_sketches": 1,  # the same, of articles out of its window
            "watch/actions/undoing.py:undo_regrouping": 1,  # "these two are apart", when it is undone
            "watch/actions/topics.py:change_topic": 1,  # which articles a rule met; the articles stay
            "watch/actions/topics.py:sort_article": 1,  # the same
            "watch/actions/topics.py:sort_topic": 1,  # the same
        }
    )


@pytest.mark.django_db
@pytest.mark.parametrize("mode", [None, DeskMode.NEW, DeskMode.REAL])
def test_real_desk_forgets_nothing(mode: DeskMode | None) -> None:
    make_article()
    if mode is not None:
        core_actions.set_mode(mode, now=NOW)
    with pytest.raises(PermissionDenied):
        actions.forget_demo()
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_demo_can_be_forgotten_whole_and_only_whole() -> None:
    make_article()
    core_actions.set_mode(DeskMode.DEMO, now=NOW, demo_port=8701)
    assert list(inspect.signature(actions.forget_demo).parameters) == []
    actions.forget_demo()
    assert Article.objects.count() == 0
    assert Desk.objects.get().mode == DeskMode.DEMO


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_page_of_an_article_or_story_takes_anything_but_reading(
    client_of, an: Member, method: str
) -> None:
    article = make_article()
    browser: Client = client_of(an)
    for page in (f"/a/{article.id}", f"/s/{article.story_id}", "/watch/", "/search", "/sources/"):
        assert getattr(browser, method)(page).status_code == 405, page
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_article_shows_no_act_against_it(client_of, an: Member) -> None:
    """Its forms are the desk's own (search, language, light, signing out), and asking to look again."""
    article = make_article()
    page = client_of(an).get(f"/a/{article.id}").content.decode()
    actions_shown = set(re.findall(r'<form[^>]*\baction="([^"]*)"', page))
    assert actions_shown == {
        "/desk/search",
        "/language",
        "/appearance",
        "/sign-out",
        f"/a/{article.id}/look",
    }

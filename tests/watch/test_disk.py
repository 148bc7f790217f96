"""The disk's page and verb: what fills it, how fast, what goes when; and what happens when it is full."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.watch.rows import NOW, make_article, make_publication

from haidang.core.machines import find_machines
from haidang.project.cli.main import main
from haidang.watch import actions
from haidang.watch.models import Article, DiskReading
from haidang.watch.queries.disk import Sizes, disk_state, find_disk
from haidang.watch.tending import find_store

pytestmark = pytest.mark.django_db
GB = 1_000_000_000


def measured(gb: float, *, days_ago: int = 0, free: float = 80) -> None:
    sizes = Sizes(
        database=round(gb * GB), search=0, archive=2 * GB, files=0, logs=0, kept=GB, total=100 * GB,
        free=round(free * GB), days={"2026-10-30": GB, "2026-11-02": GB // 2, "2026-11-20": GB // 2},
    )  # fmt: skip
    actions.store_sizes(sizes, now=NOW - timedelta(days=days_ago))


def test_growth_tells_when_the_disk_will_be_full() -> None:
    measured(1, days_ago=10)
    measured(6)
    page = find_disk()
    assert page is not None
    assert {part.name: part.a_day for part in page.parts} == {
        "articles": GB // 2, "search": 0, "archive": 0, "files": 0, "logs": 0,
    }  # fmt: skip
    assert (page.ours, page.others) == (8 * GB, 12 * GB)
    assert page.full_on == date(2026, 11, 23) + timedelta(days=150)


def test_growth_is_not_known_on_the_first_day_and_nothing_before_it() -> None:
    assert find_disk() is None
    measured(1)
    measured(2)
    page = find_disk()
    assert page is not None
    assert (DiskReading.objects.count(), page.a_day, page.full_on) == (1, None, None)


def test_archive_is_told_by_month_with_the_days_on_which_it_goes() -> None:
    measured(1)
    page = find_disk()
    assert page is not None
    told = [(one.month, one.bytes, one.goes_from, one.goes_until) for one in page.months]
    assert told == [
        (date(2026, 11, 1), GB, date(2026, 12, 3), date(2026, 12, 21)),
        (date(2026, 10, 1), GB, date(2026, 11, 30), date(2026, 11, 30)),
    ]


@pytest.mark.parametrize(
    ("share", "state"),
    [(0.0, "fine"), (0.799, "fine"), (0.8, "warn"), (0.949, "warn"), (0.95, "stop"), (1.0, "stop")],
)
def test_disk_warns_at_80_percent_and_stops_the_archive_at_95(share: float, state: str) -> None:
    assert disk_state(share) == state


def test_machines_archive_is_used_while_there_is_room(let_read) -> None:
    machines = find_machines()
    assert find_store(machines) in {machines.store, None}


def test_page_is_for_members_and_tells_all_in_both_languages(everyone, client_of) -> None:
    told = {name: client_of(who).get("/desk/disk").status_code for name, who in everyone.items()}
    assert told == {"An": 200, "Bình": 200, "Cúc": 302, "Dũng": 302}
    client = client_of(everyone["An"])
    assert "Chưa đo" in client.get("/desk/disk").content.decode()
    measured(1, days_ago=10)
    measured(6)
    page = client.get("/desk/disk").content.decode()
    for words in (
        "500,0 MB",
        "11/2026",
        "03/12/2026 đến 21/12/2026",
        "Lưu vĩnh viễn làm bằng chứng: 1,0 GB.",
    ):
        assert words in page
    client.cookies["language"] = "en"
    assert "Archive of fetched pages" in client.get("/desk/disk").content.decode()


def test_verb_measures_and_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["disk", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {part["name"] for part in told["parts"]} == {
        "articles",
        "search",
        "archive",
        "files",
        "logs",
    }
    assert told["keeps_days"] == 30
    assert main(["disk"]) == 0
    assert "Kho bản lưu các trang đã tải" in capsys.readouterr().out
    assert DiskReading.objects.count() == 1


def test_walls_of_a_publication_are_told_on_its_page(an, client_of) -> None:
    publication = make_publication()
    client = client_of(an)
    address = f"/sources/{publication.id}"
    assert "sau tường phí" not in client.get(address).content.decode()
    article = make_article(publication)
    article.page_kind, article.noarchive = "paywall", True
    article.save()
    Article.objects.update(first_seen=timezone.now())
    page = client.get(address).content.decode()
    assert "sau tường phí: 1" in page
    assert "không lưu trang, theo ý ấn phẩm: 1" in page
    assert "Sau tường phí: chỉ đọc được phần" in client.get(f"/a/{article.id}").content.decode()

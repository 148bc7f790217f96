"""15. The way out is open: the whole export is not here yet; each list can be taken away already."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.watch.rows import make_article, make_feed

from haidang.core.models import Member
from haidang.project.cli.main import main
from haidang.project.promises import PROMISES

pytestmark = pytest.mark.django_db


def test_whole_export_is_not_promised_yet() -> None:
    assert [promise.kept for promise in PROMISES if promise.number == 15] == [False]


@pytest.mark.parametrize("list_", ["/watch", "/sources", "/search", "/s/{story}"])
def test_each_list_can_be_taken_away_in_four_open_forms(client_of, an: Member, list_: str) -> None:
    article = make_article(at=timezone.now() - timedelta(hours=1))
    browser = client_of(an)
    path = list_.format(story=article.story_id)
    got = {kind: browser.get(f"{path}.{kind}?q=lua") for kind in ("atom", "rss", "json", "csv")}
    assert {kind: answer.status_code for kind, answer in got.items()} == dict.fromkeys(got, 200)
    for kind in ("atom", "rss"):
        assert len(list(ET.fromstring(got[kind].content))) > 0
    assert json.loads(got["json"].content)["version"] == "https://jsonfeed.org/version/1.1"
    assert len(list(csv.reader(io.StringIO(got["csv"].content.decode("utf-8-sig"))))) == 2


def test_followed_feeds_leave_as_opml_and_come_back(tmp_path, capsys, let_read) -> None:
    feed = make_feed()
    assert main(["source", "export-opml"]) == 0
    told = capsys.readouterr().out
    assert feed.url in told
    path = tmp_path / "feeds.opml"
    path.write_text(told, encoding="utf-8")
    url = feed.url
    feed.delete()
    assert main(["source", "import-opml", str(path)]) == 0
    assert list(feed.publication.feeds.values_list("url", flat=True)) == [url]

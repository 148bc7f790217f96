"""The public site: pages of the organisation, two languages, lists, maps, vocabulary."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from tests.core.publishing import Newsroom

from haidang.core import actions
from haidang.core.actions.publishing import Intent
from haidang.core.enums import SitePage, WithdrawWhy
from haidang.core.models import Member, PublicItem
from haidang.project.vocabulary import VOCABULARIES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factors")]
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
BOTH = ("vi", "en")
VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


@pytest.fixture
def room(an: Member, binh: Member) -> Newsroom:
    return Newsroom(an, binh, now=NOW)


@pytest.fixture
def stranger(client_of: Callable[..., Client]) -> Client:
    return client_of(None)


def read(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert (answer.status_code, answer.cookies) == (200, {}), path
    return str(answer.content.decode())


def text_of(page: str) -> str:
    """The words of a page's own part."""
    main = page.split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


# ---------------------------------------------------------------- pages of the organisation


@pytest.mark.parametrize("page", SitePage.values)
def test_page_is_whole_in_both_languages_even_before_anything_was_said(
    stranger: Client, page: str
) -> None:
    vi, en = (text_of(read(stranger, f"/{language}/{page}")) for language in BOTH)
    assert len(VIETNAMESE.findall(vi)) > 20
    assert VIETNAMESE.findall(en) == []
    assert len(en.split()) > 40


@pytest.mark.parametrize("page", SitePage.values)
def test_address_without_language_leads_to_the_readers(stranger: Client, page: str) -> None:
    assert stranger.get(f"/{page}").headers["Location"] == f"/vi/{page}"
    stranger.cookies["language"] = "en"
    answer = stranger.get(f"/{page}")
    assert (answer.headers["Location"], answer.cookies) == (f"/en/{page}", {})


def test_language_of_the_address_counts_more_than_the_readers(stranger: Client) -> None:
    stranger.cookies["language"] = "en"
    answer = stranger.get("/vi/method")
    assert answer.headers["Content-Language"] == "vi"
    assert '<html lang="vi"' in answer.content.decode()


def test_own_text_of_a_page_passes_the_gate_and_is_corrected_in_sight(
    room: Newsroom, stranger: Client
) -> None:
    own = room.publish("Chúng tôi ở đâu", "Tổ tin của xã.", page="team")
    assert (own.kind, own.page, own.address) == ("page", "team", f"/vi/pages/{own.pk}")
    assert "page: team\n" in own.text
    page = read(stranger, "/vi/team")
    assert "Tổ tin của xã." in page
    assert own.address + ".json" in page
    assert "Tổ tin của xã." not in read(stranger, "/en/team")
    room.publish("Chúng tôi ở đâu", "Tổ tin xã, tầng hai.", item=own, why="Thiếu tầng của phòng")
    page = read(stranger, "/vi/team")
    assert all(
        told in page for told in ("tầng hai", "Thiếu tầng của phòng", "\n\nTổ tin của xã.\n")
    )
    assert "Thiếu tầng của phòng" in read(stranger, "/vi/corrections")
    room.withdraw(PublicItem.objects.get(pk=own.pk))
    assert "tầng hai" not in read(stranger, "/vi/team")
    assert stranger.get(own.address).status_code == 410


def test_page_has_one_text_at_a_time(room: Newsroom, an: Member) -> None:
    intent = Intent(title="A", body="B", page="method")
    first = actions.propose(intent, by=an, now=NOW)
    with pytest.raises(ValidationError):
        actions.propose(intent, by=room.binh, now=NOW)
    actions.drop_passage(first.pk, by=an, now=NOW)
    own = room.publish("A", "B", page="method")
    with pytest.raises(ValidationError, match=r"."):
        actions.propose(intent, by=an, now=NOW)
    room.publish("A", "B", page="method", language="en")
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicItem.objects.filter(language="en").update(language="vi")
    room.withdraw(own)
    assert room.publish("C", "D", page="method").pk != own.pk


def test_page_that_does_not_exist_is_refused(room: Newsroom, an: Member) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.propose(Intent(title="A", body="B", page="staff"), by=an, now=NOW)
    assert list(refused.value.message_dict) == ["page"]


def test_texts_of_pages_stand_on_their_pages_and_in_no_list(
    room: Newsroom, stranger: Client
) -> None:
    room.publish("Tự giới thiệu", page="team")
    room.publish("Lịch cấp nước")
    for path in ("/vi/", "/notices.json", "/vi/notices.csv", "/sitemap-news.xml"):
        assert "Tự giới thiệu" not in stranger.get(path).content.decode(), path


def test_complaints_page_tells_where_to_write_and_by_when(room: Newsroom, stranger: Client) -> None:
    page = read(stranger, "/en/complaints")
    assert "Trụ sở xã, 12 đường Đê" in page
    assert "within 10 days" in page
    room.say_who_publishes(days=1)
    assert "within 1 day," in read(stranger, "/en/complaints")
    assert "<textarea" not in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
    for wrong in (0, 61):
        with pytest.raises(ValidationError):
            room.say_who_publishes(days=wrong)


def test_funding_page_tells_owner_and_payer(room: Newsroom, stranger: Client) -> None:
    page = text_of(read(stranger, "/vi/funding"))
    assert all(told in page for told in ("Ủy ban xã Lam Hạ", "Ngân sách xã", "cơ quan nhà nước"))


def test_no_page_of_the_site_names_a_member(room: Newsroom, stranger: Client) -> None:
    Member.objects.filter(pk__in=[room.an.pk, room.binh.pk]).update(name="Đặng Hải Yến")
    room.publish("Lịch cấp nước")
    pages = [f"/{language}/{page}" for language in BOTH for page in ("", *SitePage.values)]
    assert [page for page in pages if "Hải Yến" in read(stranger, page)] == []


# ---------------------------------------------------------------- two languages


def test_translation_is_told_through_the_gate_and_leads_both_ways(
    room: Newsroom, stranger: Client
) -> None:
    vi = room.publish("Lịch cấp nước")
    en = room.publish("Water schedule", language="en", translation_of=vi)
    assert f"translation-of: {vi.address}\n" in en.text
    assert en.json_ld["translationOfWork"]["url"] == vi.address
    links = {
        f'<link rel="alternate" hreflang="{item.language}" href="http://localhost{item.address}">'
        for item in (vi, en)
    }
    for item, other in ((vi, en), (en, vi)):
        page = read(stranger, item.address)
        assert links <= set(page.splitlines())
        assert f'<a class="choice-link" href="{other.address}"' in page
    room.withdraw(en)
    assert "hreflang=" not in read(stranger, vi.address).split("</head>")[0]


@pytest.mark.parametrize("wrong", ["same language", "of a translation", "second", "withdrawn"])
def test_wrong_translation_is_refused(room: Newsroom, an: Member, wrong: str) -> None:
    vi = room.publish("Một")
    en = room.publish("One", language="en", translation_of=vi)
    told: dict[str, Any] = {
        "same language": {"language": "vi", "translation_of": vi},
        "of a translation": {"language": "vi", "translation_of": en},
        "second": {"language": "en", "translation_of": vi},
        "withdrawn": {"language": "vi", "translation_of": room.withdraw(room.publish("Two", language="en"))},
    }[wrong]  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        actions.propose(Intent(title="A", body="B", **told), by=an, now=NOW)
    assert list(refused.value.message_dict) == ["translation_of"]


def test_text_that_was_published_first_may_be_called_a_translation_later(room: Newsroom) -> None:
    vi, en = room.publish("Một"), room.publish("One", language="en")
    room.publish(
        "One", item=en, language="en", translation_of=vi, why="It is a translation of the other"
    )
    assert PublicItem.objects.get(pk=en.pk).translation_of == vi
    with pytest.raises(ValidationError):
        room.publish("Một", item=vi, translation_of=en, why="Vòng tròn không được phép")


def test_front_page_tells_what_stands_in_the_other_language_only(
    room: Newsroom, stranger: Client
) -> None:
    vi = room.publish("Lịch cấp nước")
    room.publish("Water schedule", language="en", translation_of=vi)
    room.publish("Chỉ tiếng Việt")
    english = text_of(read(stranger, "/en/"))
    own, _heading, other = english.partition("In Vietnamese only")
    assert ("Water schedule" in own, "Lịch cấp nước" in english) == (True, False)
    assert "Chỉ tiếng Việt" in other
    assert "Chỉ có bản tiếng Anh" not in text_of(read(stranger, "/vi/"))


def test_front_page_leads_to_older_texts(room: Newsroom, stranger: Client) -> None:
    from haidang.core.queries import public as queries

    first = room.publish("Văn bản đầu tiên")
    rows = [
        PublicItem(
            kind="notice", language="vi", title=f"Số {number}", json_ld={},
            published_at=NOW + timedelta(minutes=number), changed_at=NOW,
        )
        for number in range(1, queries.PAGE + 1)
    ]  # fmt: skip
    PublicItem.objects.bulk_create(rows)
    page = read(stranger, "/vi/")
    assert "Văn bản đầu tiên" not in page
    [older] = re.findall(r'href="(\?before=\d+)"', page)
    assert first.address in read(stranger, f"/vi/{older}")
    assert "?before=" not in text_of(read(stranger, f"/vi/{older}"))


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize(
    "path",
    [
        "", "method", "corrections", "find", "vocabulary", "promises", "audit", "verify",
        "subscribe", "sources/public",
    ],
)  # fmt: skip
def test_fixed_pages_name_both_languages(
    room: Newsroom, stranger: Client, language: str, path: str
) -> None:
    room.publish("Lịch cấp nước")
    head = read(stranger, f"/{language}/{path}").split("</head>")[0]
    assert f'rel="canonical" href="http://localhost/{language}/{path}"' in head
    told = dict(re.findall(r'hreflang="([a-z-]+)" href="http://localhost([^"]+)"', head))
    assert told == {"vi": f"/vi/{path}", "en": f"/en/{path}", "x-default": f"/{path}"}


def test_organisation_is_described_for_machines(room: Newsroom, stranger: Client) -> None:
    room.publish("Lịch cấp nước")
    for path in ("/en/", "/en/funding"):
        page = read(stranger, path)
        told = json.loads(
            page.split('<script type="application/ld+json">')[1].split("</script>")[0]
        )
        assert (told["@type"], told["name"]) == ("GovernmentOrganization", "Ủy ban xã Lam Hạ")
        for name in ("publishingPrinciples", "correctionsPolicy", "ownershipFundingInfo"):
            read(stranger, told[name].removeprefix("http://localhost"))


# ---------------------------------------------------------------- lists and maps


@pytest.mark.parametrize("kind", ["atom", "rss", "json", "csv"])
def test_lists_come_in_four_forms_for_all_or_one_language(
    room: Newsroom, stranger: Client, kind: str
) -> None:
    room.publish("Lịch cấp nước", "Từ thứ <Hai>.")
    room.publish("Water schedule", language="en")
    told = {
        path: {
            title in stranger.get(f"{path}notices.{kind}").content.decode() and title
            for title in ("Lịch cấp nước", "Water schedule")
        }
        - {False}
        for path in ("/", "/vi/", "/en/")
    }
    assert told == {
        "/": {"Lịch cấp nước", "Water schedule"},
        "/vi/": {"Lịch cấp nước"},
        "/en/": {"Water schedule"},
    }


def test_feeds_say_when_whose_and_what(room: Newsroom, stranger: Client) -> None:
    item = room.publish("Lịch <cấp> nước", "Từ thứ Hai.")
    atom = ET.fromstring(read(stranger, "/vi/notices.atom"))
    space = {"a": "http://www.w3.org/2005/Atom"}
    entry = atom.find("a:entry", space)
    assert entry is not None
    assert entry.findtext("a:title", "", space) == "Lịch <cấp> nước"
    assert entry.findtext("a:id", "", space) == f"http://localhost{item.address}"
    assert atom.findtext("a:author/a:name", "", space) == "Ủy ban xã Lam Hạ"
    feed = json.loads(read(stranger, "/vi/notices.json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    [line] = feed["items"]
    assert (line["content_text"], line["language"]) == ("Từ thứ Hai.", "vi")
    assert line["date_published"] == "2026-11-23T02:30:00+00:00"
    rss = ET.fromstring(read(stranger, "/vi/notices.rss"))
    assert rss.findtext("channel/item/link") == f"http://localhost{item.address}"


def test_every_page_of_the_site_announces_the_feeds(room: Newsroom, stranger: Client) -> None:
    item = room.publish("Lịch cấp nước")
    for path in ("/vi/", "/vi/method", "/vi/corrections", item.address):
        page = read(stranger, path)
        for kind in ("atom", "rss", "json", "csv"):
            assert f'href="/vi/notices.{kind}"' in page.split("</head>")[0], (path, kind)
    head = read(stranger, "/vi/corrections").split("</head>")[0]
    assert 'href="/vi/corrections.rss"' in head


def test_corrections_are_a_list_too(room: Newsroom, stranger: Client) -> None:
    item = room.publish("Lịch cấp nước", "Thứ Hai.")
    room.publish("Lịch cấp nước", "Thứ Ba.", item=item, why="=Đăng sai ngày cấp")
    gone = room.withdraw(room.publish("Sai hẳn"), WithdrawWhy.WRONG)
    feed = json.loads(read(stranger, "/en/corrections.json"))
    assert [(line["title"], line["content_text"]) for line in feed["items"]] == [
        ("Sai hẳn: withdrawn", "What it said was wrong."),
        ("Lịch cấp nước: corrected", "=Đăng sai ngày cấp"),
    ]
    assert len({line["id"] for line in feed["items"]}) == 2
    rows = list(csv.reader(io.StringIO(read(stranger, "/corrections.csv").lstrip("\ufeff"))))
    assert [row[-1] for row in rows[1:]] == [
        f"http://localhost{one.address}" for one in (gone, item)
    ]
    assert rows[2][4] == "'=Đăng sai ngày cấp"


def test_sitemap_tells_each_text_once_with_its_other_language(
    room: Newsroom, stranger: Client
) -> None:
    vi = room.publish("Lịch cấp nước")
    en = room.publish("Water schedule", language="en", translation_of=vi)
    alone = room.publish("Chỉ tiếng Việt")
    gone = room.withdraw(room.publish("Sai hẳn"))
    own = room.publish("Tự giới thiệu", page="team")
    tree = ET.fromstring(read(stranger, "/sitemap.xml"))
    space = {
        "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "x": "http://www.w3.org/1999/xhtml",
    }
    told = {
        url.findtext("s:loc", "", space).removeprefix("http://localhost"): {
            link.attrib["hreflang"]: link.attrib["href"].removeprefix("http://localhost")
            for link in url.findall("x:link", space)
        }
        for url in tree.findall("s:url", space)
    }
    both = {"vi": vi.address, "en": en.address}
    assert (told[vi.address], told[en.address], told[alone.address]) == (both, both, {})
    assert told["/en/team"] == {"vi": "/vi/team", "en": "/en/team"}
    assert {gone.address, own.address} & set(told) == set()
    assert len(told) == len(tree.findall("s:url", space))


def test_more_texts_than_a_sitemap_holds_stand_in_several(
    room: Newsroom, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("haidang.core.queries.public.SITEMAP_MAX", 2)
    vi = room.publish("Lịch cấp nước")
    others = [room.publish(f"Số {number}") for number in range(3)]
    en = room.publish("Water schedule", language="en", translation_of=vi)
    index = ET.fromstring(read(stranger, "/sitemap.xml"))
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    assert index.tag == "{http://www.sitemaps.org/schemas/sitemap/0.9}sitemapindex"
    maps = [one.text or "" for one in index.findall("s:sitemap/s:loc", space)]
    assert [one.removeprefix("http://localhost") for one in maps] == [
        f"/sitemap-{part}.xml" for part in (1, 2, 3)
    ]
    pages = [read(stranger, one.removeprefix("http://localhost")) for one in maps]
    told = [
        url.findtext("s:loc", "", space).removeprefix("http://localhost")
        for page in pages
        for url in ET.fromstring(page).findall("s:url", space)
    ]
    texts = [one for one in told if "/notices/" in one]
    assert texts == [one.address for one in (vi, *others, en)]
    assert len(told) == len(set(told))
    for page in (pages[0], pages[2]):  # each in another map, and each leads to the other
        assert f'hreflang="vi" href="http://localhost{vi.address}"' in page
        assert f'hreflang="en" href="http://localhost{en.address}"' in page
    assert stranger.get("/sitemap-4.xml").status_code == 404


def test_pages_of_a_language_lead_to_pages_of_that_language(
    room: Newsroom, stranger: Client
) -> None:
    room.publish("Lịch cấp nước")
    for path in ("", "method", "promises", "audit", "verify", "sources/public"):
        page = read(stranger, f"/en/{path}")
        for other in ("promises", "sources/public", "audit", "verify"):
            assert f'href="/en/{other}"' in page, (path, other)
            assert f'href="/{other}"' not in page.replace(
                f'hreflang="x-default" href="/{other}"', ""
            )


def test_news_sitemap_holds_the_last_two_days(
    an: Member, binh: Member, stranger: Client, settings: Any
) -> None:
    from django.utils import timezone

    now = timezone.now()
    Newsroom(an, binh, now=now - timedelta(days=3)).publish("Cũ rồi")
    Newsroom(an, binh, now=now - timedelta(days=1)).publish("Lịch & nước")
    page = read(stranger, "/sitemap-news.xml")
    assert "Cũ rồi" not in page
    tree = ET.fromstring(page)
    space = {"n": "http://www.google.com/schemas/sitemap-news/0.9"}
    [news] = tree.iter("{http://www.google.com/schemas/sitemap-news/0.9}news")
    assert news.findtext("n:title", "", space) == "Lịch & nước"
    assert news.findtext("n:publication/n:name", "", space) == "Ủy ban xã Lam Hạ"
    assert news.findtext("n:publication/n:language", "", space) == "vi"


def test_robots_are_led_to_the_maps_and_away_from_the_desk(stranger: Client) -> None:
    lines = read(stranger, "/robots.txt").splitlines()
    assert "Sitemap: http://localhost/sitemap-news.xml" in lines
    assert "Disallow: /desk/" in lines


# ---------------------------------------------------------------- vocabulary


def test_vocabulary_is_whole_in_both_languages(stranger: Client) -> None:
    told = json.loads(read(stranger, "/vocabulary.json"))["vocabularies"]
    assert [one["code"] for one in told] == [one.code for one in VOCABULARIES]
    empty = [
        (one["code"], term["code"])
        for one in told
        for term in one["terms"]
        if not (term["vi"] and term["en"])
    ]
    assert empty == []
    [withdrawn] = [one for one in told if one["code"] == "withdrawn_why"]
    assert [term["code"] for term in withdrawn["terms"]] == WithdrawWhy.values
    assert withdrawn["terms"][1]["en"] == "What it said was wrong."
    rows = list(csv.reader(io.StringIO(read(stranger, "/vocabulary.csv").lstrip("\ufeff"))))
    assert len(rows) - 1 == sum(len(one["terms"]) for one in told)
    page = read(stranger, "/vi/vocabulary")
    assert all(f'id="{one.code}"' in page for one in VOCABULARIES)

"""1. Publications, not people: by form, by command, by act, by file, by feed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.watch.rows import NOW, make_feed, make_publication, make_told, make_visit

from haidang.core.models import LogEntry, Member
from haidang.engine.extract.rows import read_rows
from haidang.project.cli.main import main
from haidang.watch import actions
from haidang.watch.enums import Level
from haidang.watch.models import Article, Entry, Feed, Publication, PublicationHost

pytestmark = pytest.mark.django_db

PEOPLE = [
    "https://www.facebook.com/mot.nguoi",
    "https://x.com/mot_nguoi",
    "https://t.me/s/mot_nhom_kin",
    "https://mot-nguoi.blogspot.com/feeds/posts/default",
    "https://baotinh.example/tac-gia/nguyen-van-a.rss",
    "https://baotinh.example/author/nguyen-van-a/feed/",
    "https://baotinh.example/%61uthor/nguyen-van-a/feed/",
    "https://baotinh.example/?author=7&feed=rss2",
    "https://baotinh.example/search/nguyen+van+a/feed/rss2/",
    "https://baotinh.example/comments/feed/",
    "https://rsshub.example/facebook/page/mot-nguoi",
    "https://nitter.example/mot_nguoi/rss",
]


def register(host: str, **told: str) -> Publication:
    """Register a publication as whoever runs the machine: the strongest there is."""
    return actions.register_publication(
        actions.NewPublication(
            **{
                "name": "Báo tỉnh",
                "organisation": "Tỉnh tưởng tượng",
                "organisation_page": "https://baotinh.example/gioi-thieu",
                "country": "VN",
                "language": "vi",
                "level": Level.PROVINCE,
                "hosts": (host,),
                **told,
            }
        ),
        by=None,
        now=NOW,
        from_command=True,
    )


def form(feed: str) -> dict[str, str]:
    return {
        "name": "Một trang",
        "organisation": "Một cơ quan",
        "organisation_page": "https://coquan.example/",
        "feed": feed,
        "country": "VN",
        "language": "vi",
        "level": "province",
    }


@pytest.mark.parametrize("url", PEOPLE)
def test_act_refuses_to_follow_people_even_on_a_registered_host(url: str) -> None:
    publication = make_publication(host="baotinh.example")
    for host in ("facebook.com", "x.com", "t.me", "blogspot.com", "rsshub.example"):
        PublicationHost.objects.create(publication=publication, host=host)
    PublicationHost.objects.create(publication=publication, host="nitter.example")
    with pytest.raises(ValidationError) as caught:
        actions.add_feed(publication, url, by=None, now=NOW, from_command=True)
    assert url in caught.value.messages[0]
    assert (Feed.objects.count(), LogEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("url", PEOPLE)
def test_form_refuses_to_follow_people_and_says_why(client_of, an: Member, url: str) -> None:
    answer = client_of(an).post("/sources/add", form(url))
    assert answer.status_code == 400
    assert len(answer.context["form"].non_field_errors()) == 1
    assert (Publication.objects.count(), Feed.objects.count()) == (0, 0)


def test_command_refuses_to_follow_people_and_says_why(capsys) -> None:
    told = ["--name", "A", "--organisation", "B", "--page", "https://coquan.example/"]
    for url in (PEOPLE[0], PEOPLE[4], PEOPLE[-1]):
        assert main(["source", "add", url, *told]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert (Publication.objects.count(), Feed.objects.count()) == (0, 0)


def test_publication_needs_an_organisation_and_its_page() -> None:
    for told in ({"organisation": "  "}, {"name": ""}, {"organisation_page": "mot-nguoi"}):
        with pytest.raises(ValidationError):
            register("baotinh.example", **told)
    with pytest.raises(ValidationError):
        register("baotinh.example", organisation_page="https://facebook.com/mot.nguoi")
    assert Publication.objects.count() == 0


def test_database_itself_refuses_a_publication_without_an_organisation() -> None:
    publication = make_publication()
    for change in ({"organisation": ""}, {"organisation_page": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Publication.objects.filter(id=publication.id).update(**change)


def test_host_belongs_to_one_publication() -> None:
    register("baotinh.example")
    with pytest.raises(ValidationError):
        register("baotinh.example", name="Báo khác")
    assert Publication.objects.count() == 1


def test_only_members_register(everyone) -> None:
    new = actions.NewPublication(
        name="Báo",
        organisation="Cơ quan",
        organisation_page="https://coquan.example/",
        country="VN",
        language="vi",
        level=Level.PROVINCE,
        hosts=("bao.example",),
    )
    for who in (everyone["Cúc"], everyone["Dũng"]):
        with pytest.raises(PermissionDenied):
            actions.register_publication(new, by=who, now=NOW)
    publication = actions.register_publication(new, by=everyone["An"], now=NOW)
    for who in (everyone["Cúc"], everyone["Dũng"]):
        with pytest.raises(PermissionDenied):
            actions.add_feed(publication, "https://bao.example/rss", by=who, now=NOW)
    assert list(LogEntry.objects.values_list("act", "member__username")) == [
        ("register_publication", "an")
    ]


def test_feed_outside_the_publications_hosts_is_refused() -> None:
    publication = register("baotinh.example")
    with pytest.raises(ValidationError):
        actions.add_feed(
            publication, "https://noikhac.example/rss", by=None, now=NOW, from_command=True
        )


def test_entry_leading_elsewhere_is_never_attributed() -> None:
    """A feed that mixes in people's posts: none of them is fetched, kept or shown."""
    feed = make_feed()
    urls = [url for url in PEOPLE if "baotinh" not in url]
    entries = [make_told(feed, str(n), url=url) for n, url in enumerate(urls)]
    actions.store_visit(feed, make_visit(*entries), now=NOW)
    assert set(Entry.objects.values_list("state", "trouble")) == {("refused", "other_host")}


def test_entry_of_a_persons_page_on_the_own_host_is_an_article_like_any_other() -> None:
    """The promise is about what is followed: an address of an article may hold any word."""
    feed = make_feed()
    host = feed.publication.hosts.get().host
    told = make_told(feed, "a", url=f"https://{host}/people/khanh-thanh-cau.html")
    actions.store_visit(feed, make_visit(told), now=NOW)
    assert Entry.objects.get().state == "waiting"


# ---------------------------------------------------------------- files


@pytest.mark.parametrize(
    "field",
    [
        *("author", "Authors", "byline", "user_name", "userId", "likes", "like_count"),
        *(
            "shareCount",
            "followers",
            "comments",
            "tác giả",
            "Người đăng",
            "Người dùng",
            "LƯỢT THÍCH",
        ),
    ],
)
def test_file_about_people_is_refused_whole(tmp_path: Path, capsys, let_read, field: str) -> None:
    """One such row among good ones is enough, and nothing of the file is kept."""
    make_publication(host="baotinh.example")
    row = {"url": "https://baotinh.example/1", "title": "Tin", "text": "Nước lũ đã rút."}
    lines = [row, {**row, "url": "https://baotinh.example/2", field: "x"}]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert main(["import", str(path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert (Article.objects.count(), Entry.objects.count(), Feed.objects.count()) == (0, 0, 0)


def test_file_with_people_in_a_nested_field_keeps_nothing_of_them() -> None:
    row = {"url": "https://a.example/1", "text": "Nước lũ đã rút.", "meta": {"author": "Người Nào"}}
    read = read_rows(json.dumps(row).encode(), first_line=1, now=timezone.now())
    assert (len(read.rows), read.fields_left_out) == (1, ("meta",))
    assert "Người Nào" not in repr(read.rows)


def test_rows_of_hosts_that_nobody_registered_are_left_out(
    tmp_path: Path, capsys, let_read
) -> None:
    path = tmp_path / "rows.jsonl"
    row = {"url": "https://noinao.example/1", "title": "Tin", "text": "Nước lũ đã rút."}
    path.write_text(json.dumps(row), encoding="utf-8")
    assert main(["import", str(path)]) == 1
    assert "noinao.example" in capsys.readouterr().out
    assert (Article.objects.count(), Publication.objects.count()) == (0, 0)


def test_import_registers_no_platform_of_people(tmp_path: Path, capsys, let_read) -> None:
    path = tmp_path / "rows.jsonl"
    row = {"url": "https://facebook.com/mot.nguoi/1", "title": "Tin", "text": "Nước lũ đã rút."}
    path.write_text(json.dumps(row), encoding="utf-8")
    assert main(["import", str(path), "--register", "--yes"]) == 1
    assert (Article.objects.count(), Publication.objects.count()) == (0, 0)

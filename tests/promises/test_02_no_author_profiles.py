"""2. No author profiles: a name that signs an article is nowhere to be found afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from tests.machines import run_jobs
from tests.promises.doors import columns, find_doors, words_of
from tests.watch.rows import make_feed, make_publication

import haidang
from haidang.core import actions as core_actions
from haidang.core.enums import DeskMode
from haidang.project.demo.press import PressServer, load_papers, serve_press
from haidang.watch import jobs
from haidang.watch.enums import FeedKind
from haidang.watch.models import Article
from haidang.watch.queries import SearchFilters, search_articles

SMELLS = (
    "author byline writer journalist reporter creator columnist contributor signature signed"
    " sentiment tone mood stance polarity emotion attitude"
).split()


def test_nothing_is_named_after_authors_or_sentiment() -> None:
    assert find_doors(*SMELLS) == []


def test_no_name_of_a_person_is_a_column_of_the_watching_room() -> None:
    """Of people, WATCH knows only which member registered, decided or set what."""
    about = {"person", "people", "user", "member", "by", "who", "owner", "name", "email"}
    told = {column for column in columns("watch") if words_of(column) & about}
    # That an entry was called a person, of which nothing but the day is kept, is no person's row.
    marks = {column for column in told if column.startswith("PersonMark.")}
    assert sorted(told - marks - {"Publication.person_marks"}) == [
        "Credential.set_by",
        "HostTurn.name",
        "Proposal.confirmed_by",
        "Proposal.name",
        "Proposal.proposed_by",
        "Publication.confirmed_by",
        "Publication.name",
        "Publication.registered_by",
        "Regrouping.undone_by",
        "Separation.made_by",
    ]
    assert {mark.partition(".")[2] for mark in marks} == set(
        "id publication marked_on proposed proposed_at proposed_by reason decided_at decided_by".split()
    )


def test_templates_have_no_place_for_an_author() -> None:
    words = re.compile(
        r"\b(author|byline|tác giả|rel=.author|dc:creator|sentiment)\b", re.IGNORECASE
    )
    root = Path(haidang.__file__).parent
    sentence = re.compile(r'\{% translate "[^"]*" %\}')  # one of them says what is refused
    odd = [
        path.name
        for path in root.rglob("*.html")
        if words.search(sentence.sub("", path.read_text(encoding="utf-8")))
    ]
    assert odd == []


# ---------------------------------------------------------------- the whole way


@pytest.fixture
def signed() -> Iterator[PressServer]:
    """The demo press, printing nothing but its signed articles."""
    papers = load_papers()
    events = tuple(
        replace(event, articles=tuple(one for one in event.articles if one.signed))
        for event in papers.events
    )
    with serve_press(
        0, opened_at=timezone.now(), slow_s=0.0, papers=replace(papers, events=events)
    ) as press:
        yield press


@pytest.fixture
def read_desk(transactional_db: None, signed: PressServer, let_read) -> PressServer:
    """A desk that has read them all, by the real way."""
    papers = [one for one in signed.papers.publications if signed.papers.find_articles(one.key)]
    hosts = [f"{one.host}.localhost:{signed.port}" for one in papers]
    for paper, host in zip(papers, hosts, strict=True):
        publication = make_publication(paper.name, host=host, language=paper.language)
        make_feed(
            publication,
            url=signed.feed_url_of(paper.key),
            kind=FeedKind.PAGE if paper.feed == "page" else FeedKind.UNKNOWN,
            next_visit_at=timezone.now(),
        )
    let_read(*hosts)
    core_actions.set_mode(DeskMode.DEMO, now=timezone.now(), demo_port=signed.port)
    jobs.sweep(timezone.now())
    run_jobs()
    return signed


def names_in(press: PressServer) -> set[str]:
    """Each name that signs, two of one line apart, without the word for "reporter"."""
    lines = [article.signed for article in press.papers.articles]
    names = {
        re.sub(r"\b(기자|記者|记者|By|By:)\b|\bPar\b", "", name).strip(" :（）()")
        for line in lines
        for name in re.split(r"\s+[-–,&]\s+|\s+(?:and|et|và)\s+", line)
    }
    return {name for name in names if len(name) > 1}


@pytest.mark.django_db(transaction=True)
def test_name_below_an_article_reaches_no_text_no_search_and_no_list(read_desk) -> None:
    names = names_in(read_desk)
    printed = {
        name
        for article in read_desk.papers.articles
        for name in names
        if name in f"{article.first.title} {article.first.lead} {article.first.text}"
    }
    names -= printed  # a name that the story itself tells is a word like any other
    assert (len(names) >= 10, Article.objects.count() >= 12) == (True, True)
    stored = "\n".join(
        "\n".join(map(str, row))
        for row in Article.objects.values_list("title", "lead", "text", "section", "why")
    )
    assert sorted(name for name in names if name in stored) == []
    found = {
        name: page.total
        for name in sorted(names)
        if (
            page := search_articles(
                f'"{name}"', filters=SearchFilters(fold_reprints=False), now=timezone.now()
            )
        ).total
    }
    assert found == {}
    assert shown_names(names) == {}


def shown_names(names: set[str]) -> dict[str, list[str]]:
    """Which of these names which page or list of the desk shows."""
    client = Client()
    pages = ["/watch/", "/watch.atom", "/watch.rss", "/watch.json", "/watch.csv", "/sources/"]
    for article in Article.objects.all():
        pages += [f"/a/{article.id}", f"/s/{article.story_id}", f"/s/{article.story_id}.json"]
    told = {}
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        if shown := sorted(name for name in names if name in text):
            told[page] = shown
    return told


@pytest.mark.django_db(transaction=True)
def test_name_in_the_feed_itself_is_never_read(let_read) -> None:
    """RSS has two places for it, and both are passed over."""
    from tests.watch.press import Press
    from tests.watch.rows import RICE

    with Press() as press:
        paper = press.paper("agency")
        url = paper.write("/lua", "An Khê gặt lúa sớm", RICE, foot="<p>Vàng Thị Lả</p>")
        paper.list(
            (url, "An Khê gặt lúa sớm", 1),
            extra="<author>la@bao.example (Vàng Thị Lả)</author><dc:creator>Vàng Thị Lả</dc:creator>",
        )
        make_feed(
            make_publication(host=paper.host),
            url=f"http://{paper.host}/feed.xml",
            next_visit_at=timezone.now(),
        )
        let_read(*press.hosts())
        jobs.sweep(timezone.now())
        run_jobs()
    assert Article.objects.get().text == RICE
    assert "Vàng Thị Lả" not in dump_of_tables()


def dump_of_tables() -> str:
    """All tables of WATCH as Django itself would export them."""
    from io import StringIO

    out = StringIO()
    call_command("dumpdata", "watch", stdout=out)
    return out.getvalue().encode().decode("unicode_escape", errors="ignore") + out.getvalue()


# ---------------------------------------------------------------- standing rules


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rule", ['"Nguyễn Văn An"', "nguyễn văn an", "ông Trần Bình OR lũ", '"Jane Finchley" -cầu']
)
def test_standing_rule_on_a_name_alone_is_refused_by_every_door(client_of, an, rule: str) -> None:
    """By the act and by the form; a search for the same words stays free."""
    from django.core.exceptions import ValidationError
    from tests.watch.rows import NOW

    from haidang.watch import actions
    from haidang.watch.models import Topic

    with pytest.raises(ValidationError):
        actions.open_topic(actions.NewTopic(title_vi="Đề tài", rule=rule), by=an, now=NOW)
    browser = client_of(an)
    answer = browser.post("/topics/add", {"title_vi": "Đề tài", "rule": rule})
    assert (answer.status_code, Topic.objects.count()) == (400, 0)
    assert browser.get("/search", {"q": rule}).status_code == 200

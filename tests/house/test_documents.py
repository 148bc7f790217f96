"""Documents and code say the same: settings, verbs, promises, dependencies, decisions, links."""

from __future__ import annotations

import argparse
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from haidang.project.cli.main import build_parser
from haidang.project.demo.press import load_papers
from haidang.project.options import FOREIGN, OPTIONS, PREFIX
from haidang.project.promises import PROMISES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
HEADINGS = ["Context", "Decision", "Refused alternatives", "Revisit when"]
PICTURES_BY_HAND = {"docs/pictures/today.png"}  # a screenshot: taken on a machine with a browser

ROW = re.compile(r"^\| `([^`]+)`", re.MULTILINE)
LINK = re.compile(r"(?<!`)\]\(([^)\s]+)\)")
# Names of machines and registries have no place in a document that travels.
# (Spelt so that this file does not hold them either; no registry's host is written out here.)
FOREIGN_PLACES = re.compile(
    r"(?<![\w.:])/(?:wor[k]|roo[t]|tm[p]|hom[e]/\w+)/|\bpyp[i]\.org|pythonhoste[d]\.|\bregistry\.np[m]js",
    re.IGNORECASE,
)


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """The part of a page under a heading of the second rank."""
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


# ---------------------------------------------------------------- running a desk


def test_settings_table_is_the_options_table() -> None:
    table = section(read("docs/operate/running.md"), "Settings")
    assert ROW.findall(table) == [PREFIX + option.name for option in OPTIONS]


def test_settings_table_tells_the_defaults_in_force() -> None:
    table = section(read("docs/operate/running.md"), "Settings")
    told = dict(re.findall(r"^\| `HAIDANG_(\w+)` \| (?:`([^`]*)`|empty) \|", table, re.MULTILINE))
    assert told == {option.name: option.default for option in OPTIONS}


def test_variables_of_the_shell_script_are_named() -> None:
    told = ROW.findall(section(read("docs/operate/running.md"), "Install and start"))
    assert set(told) == FOREIGN


def _verbs() -> dict[str, argparse.ArgumentParser]:
    verbs = next(
        action
        for action in build_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    return dict(verbs.choices)


def _told_verbs() -> dict[str, str]:
    """Verb → its whole row."""
    rows = section(read("docs/operate/running.md"), "Verbs").splitlines()
    return {found[1]: row for row in rows if (found := re.match(r"\| `([a-z]+)", row))}


def test_verbs_table_is_the_command_line() -> None:
    assert list(_told_verbs()) != []
    assert set(_told_verbs()) == {*_verbs(), "test", "prove"}  # the last two are the shell script's


def test_verbs_table_names_every_act_of_a_verb() -> None:
    missing = [
        f"{verb} {act}"
        for verb, parser in _verbs().items()
        for action in parser._actions
        if action.dest == "act"
        for act in action.choices or ()
        if act not in _told_verbs()[verb]
    ]
    assert missing == []


def test_options_in_the_verbs_table_exist() -> None:
    known = {verb: set(parser._option_string_actions) for verb, parser in _verbs().items()}
    told = {
        verb: set(re.findall(r"(?<![\w-])--[a-z]+", row)) for verb, row in _told_verbs().items()
    }
    unknown = {verb: told[verb] - options for verb, options in known.items()}
    assert {verb: options for verb, options in unknown.items() if options} == {}


# ---------------------------------------------------------------- promises


def test_promises_page_is_the_promises_table() -> None:
    heads = [
        line for line in read("docs/promises.md").splitlines() if re.match(r"\d+\. \*\*", line)
    ]
    with translation.override("en"):
        wanted = [f"{one.number}. **{one.name}.** {one.sentence}" for one in PROMISES]
    assert [one.number for one in PROMISES] == list(range(1, 17))
    assert heads == wanted


def test_promises_page_tells_which_are_kept() -> None:
    text = read("docs/promises.md")
    parts = re.split(r"^\d+\. \*\*", text, flags=re.MULTILINE)[1:]
    states = [re.findall(r"\*Today: ([^.*]+)\.\*", part) for part in parts]
    words = {True: ["kept"], False: ["its room is not in this version yet"]}
    assert states == [words[one.kept] for one in PROMISES]


def test_kept_promises_name_the_code_that_keeps_them() -> None:
    parts = re.split(r"^\d+\. \*\*", read("docs/promises.md"), flags=re.MULTILINE)[1:]
    missing, lost = [], []
    for promise, part in zip(PROMISES, parts, strict=True):
        today = part.split("*Today:", 1)[1]
        paths = re.findall(r"`((?:engine|core|watch|project)/[\w/.]+)`", today)
        if promise.kept and not paths:
            missing.append(promise.number)
        lost += [path for path in paths if not (ROOT / "src/haidang" / path).exists()]
    assert missing == []
    assert lost == []


# ---------------------------------------------------------------- decisions, dependencies


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_decision_has_number_and_four_headings(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.name[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert all(section(text, heading).strip() for heading in HEADINGS)


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    assert [page.name[:4] for page in DECISIONS] == [
        f"{number:04}" for number in range(1, len(DECISIONS) + 1)
    ]
    listed = re.findall(r"^\| \[\d{4}\]\(([^)]+)\)", read("docs/decisions/README.md"), re.MULTILINE)
    assert listed == [page.name for page in DECISIONS]


def _wanted_dependencies() -> tuple[list[str], list[str]]:
    """What running needs, and what working on it and measuring it need."""
    project = tomllib.loads(read("pyproject.toml"))
    groups = project["dependency-groups"]
    lists = project["project"]["dependencies"], [*groups["dev"], *groups["bench"]]
    run, dev = ([re.split(r"[\[<>=~! ]", one)[0] for one in wanted] for wanted in lists)
    return run, dev


def test_each_dependency_has_its_line_of_why() -> None:
    run, dev = _wanted_dependencies()
    assert ROW.findall(read("docs/decisions/0003-dependencies.md")) == [*run, *dev]


def test_each_dependency_has_its_licence_told() -> None:
    run, dev = _wanted_dependencies()
    rows = re.findall(r"^\| ([^|]+) \|", read("docs/third-party.md"), re.MULTILINE)
    told = {re.sub(r"\(.*?\)", "", name).strip() for row in rows for name in row.split(",")}
    assert sorted({*run, *dev} - told) == []


def test_each_locked_library_has_its_licence_told() -> None:
    locked = re.findall(r"^([a-z0-9-]+)==", read("requirements.lock"), re.MULTILINE)
    text = read("docs/third-party.md")
    missing = {name for name in locked if not re.search(rf"(?<![\w-]){name}(?![\w-])", text)}
    assert missing == set()


# ---------------------------------------------------------------- words, files, links


def _glossary(heading: str) -> list[list[str]]:
    rows = section(read("docs/glossary.md"), heading).splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows if "|" in row]
    return cells[2:]  # after the head and its rule


def test_glossary_words_stand_once_and_in_order() -> None:
    now = [row[0] for row in _glossary("Words of this version")]
    to_come = [row[0] for row in _glossary("Words kept for rooms to come")]
    assert now == sorted(now, key=str.lower)
    assert to_come == sorted(to_come, key=str.lower)
    assert len({*now, *to_come}) == len(now) + len(to_come)


def test_glossary_words_are_told_in_both_languages_and_placed() -> None:
    rows = _glossary("Words of this version")
    assert [row for row in rows if len(row) != 4 or not all(row)] == []
    assert [row[0] for row in rows if not re.search(r"\(\.\./src/haidang/[\w/.]+\)", row[3])] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _hash, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if str(there.relative_to(ROOT)) in PICTURES_BY_HAND:
            continue
        if not there.exists() or (anchor and anchor not in _anchors(there)):
            lost.append(target)
    assert lost == []


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_paths_in_documents_exist(page: Path) -> None:
    """A path in backquotes that begins like one of ours is a file or a folder of ours."""
    text = page.read_text(encoding="utf-8")
    ours = re.findall(r"`((?:src|tests|docs|engine|core|watch|project)/[\w./-]*\w)/?`", text)
    roots = (ROOT, ROOT / "src/haidang")
    lost = [path for path in ours if not any((root / path).exists() for root in roots)]
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_documents_name_no_machine_and_no_registry(page: Path) -> None:
    assert FOREIGN_PLACES.findall(page.read_text(encoding="utf-8")) == []


def test_house_draws_the_folders_that_are_there() -> None:
    drawn = re.search(r"^src/haidang/\n(.*?)^```", read("docs/house.md"), re.MULTILINE | re.DOTALL)
    assert drawn is not None
    names = re.findall(r"^ {2,4}([\w]+)/ ", drawn[1], re.MULTILINE)
    package = ROOT / "src/haidang"
    rooms = [path.name for path in package.iterdir() if (path / "__init__.py").exists()]
    steps = [
        path.name for path in (package / "engine").iterdir() if (path / "__init__.py").exists()
    ]
    assert sorted(names) == sorted([*rooms, *steps, "locale"])


def test_house_names_every_address() -> None:
    told = section(read("docs/house.md"), "Addresses")
    literals = [route.partition("<")[0] for route in _routes(get_resolver().url_patterns)]
    assert [literal for literal in literals if f"`/{literal}" not in told] == []


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    """Every address as it is written, whole."""
    found: list[str] = []
    for one in patterns:
        told = before + str(one.pattern)
        found += _routes(one.url_patterns, told) if isinstance(one, URLResolver) else [told]
    return found


def test_house_picture_is_drawn_by_hand_and_loads_nothing() -> None:
    source = read("docs/pictures/house.svg")
    picture = ET.fromstring(source)
    outside = [value for part in picture.iter() for key, value in part.items() if "href" in key]
    assert outside == []
    assert "url(" not in source


def test_readmes_are_short_and_lead_to_each_other() -> None:
    english, vietnamese = read("README.md"), read("README.vi.md")
    assert len(english.splitlines()) < 150
    assert len(vietnamese.splitlines()) < 150
    assert "README.vi.md" in english.splitlines()[0]
    assert "README.md" in vietnamese.splitlines()[0]
    assert english.count("\n## ") == vietnamese.count("\n## ")


def test_readmes_count_the_demo_press_rightly() -> None:
    papers = load_papers()
    languages = {paper.language for paper in papers.publications}
    counted = (len(papers.publications), len(languages), round(len(papers.articles), -2))
    assert counted == (15, 6, 300)
    assert "fifteen\nnewspapers and agencies in six languages, some three hundred" in read(
        "README.md"
    )
    assert "mười lăm tờ báo và hãng tin bằng sáu thứ tiếng, khoảng ba trăm" in read("README.vi.md")


def test_licence_is_the_apache_license_whole() -> None:
    text = read("LICENSE")
    assert text.splitlines()[0].strip() == "Apache License"
    assert "END OF TERMS AND CONDITIONS" in text
    assert re.findall(r"^ {3}(\d)\. ", text, re.MULTILINE) == [str(n) for n in range(1, 10)]


def test_changelog_begins_with_this_version() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    first = next(line for line in read("CHANGELOG.md").splitlines() if line.startswith("## "))
    assert re.match(
        rf"## {re.escape(version)}(?: \(unreleased\)|, \d{{4}}-\d{{2}}-\d{{2}})$", first
    )

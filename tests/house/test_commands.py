"""The command line, as a person meets it: one clear line for what is wrong, never a traceback.

Each case is a process of its own, as it would be; they run beside each other.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

import haidang
from haidang.project.cli.main import build_parser, main

SOURCE = Path(haidang.__file__).parent.parent
VERBS = sorted(build_parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr]


@dataclass(frozen=True)
class Told:
    """What a command said."""

    code: int
    out: str
    err: str


def run(*arguments: str, home: Path, **settings: str) -> Told:
    """Run `haidang` as a person would, with these settings and no others."""
    done = subprocess.run(
        [sys.executable, "-m", "haidang", *arguments],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SOURCE),
            "HAIDANG_HOME": str(home),
            **settings,
        },
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Told(done.returncode, done.stdout, done.stderr)


def run_all(
    cases: dict[str, tuple[tuple[str, ...], dict[str, str]]], home: Path
) -> dict[str, Told]:
    with ThreadPoolExecutor(3) as pool:
        started = {
            name: pool.submit(run, *arguments, home=home, **settings)
            for name, (arguments, settings) in cases.items()
        }
        return {name: one.result() for name, one in started.items()}


def test_verbs_are_those_of_the_manual() -> None:
    assert (
        sorted(
            "up init worker health demo user source article config disk evidence fetch digest import backfill search doctor"
            " manage backup restore export db upgrade".split()
        )
        == VERBS
    )


@pytest.mark.parametrize("verb", VERBS)
def test_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    if verb == "manage":
        pytest.skip("Django's own help, which needs no test of ours")
    with pytest.raises(SystemExit) as left:
        main([verb, "--help"])
    told = capsys.readouterr()
    assert (left.value.code, told.err) == (0, "")
    assert f"haidang {verb}" in told.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["up", "--port", "many"],
        ["up", "--port", "70000"],
        ["--prot", "8000"],
        ["demo"],
        ["demo", "burn"],
        ["user", "add"],
        ["import"],
        ["search"],
        ["digest", "--since", "soon"],
        ["digest", "--since", "0h"],
        ["digest", "--format", "docx"],
        ["evidence", "forget"],
        ["config", "dump", "--jsn"],
        ["doctor", "now"],
        ["restore"],
        ["export"],
        ["db", "move"],
        ["db", "shift", "sqlite"],
    ],
)
def test_wrong_command_is_one_line_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    told = capsys.readouterr()
    assert (left.value.code, told.out) == (2, "")
    assert told.err.startswith("haidang: ")
    assert told.err.count("\n") == 1


def test_wrong_file_or_setting_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    people = tmp_path / "people.jsonl"
    people.write_text('{"url": "https://a.example/1", "text": "x", "author": "A"}\n', "utf-8")
    (tmp_path / "broken.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00torn")
    (tmp_path / "not.opml").write_bytes(b"<html><body>no outline</body>")
    cases: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
        "no file": (("import", "nowhere.jsonl"), {}),
        "about people": (("import", "people.jsonl"), {}),
        "damaged": (("import", "broken.jsonl.gz"), {}),
        "not opml": (("source", "import-opml", "not.opml"), {}),
        "no address": (("source", "add"), {}),
        "no day": (("backfill", "https://x.example/sitemap.xml", "--since", "x"), {}),
        "no such publication": (("backfill", "https://x.example/sitemap.xml"), {}),
        "no article": (("article", "add"), {}),
        "no draft": (("article", "place", "7"), {}),
        "not a scan": (("article", "add", "--file", "broken.jsonl.gz", "--publication", "x"), {}),
        "a person": (
            (
                *("source", "add", "https://facebook.com/a", "--name", "A"),
                *("--organisation", "B", "--page", "https://b.example/"),
            ),
            {},
        ),
        "no backup": (("restore", "nowhere.zip"), {}),
        "unreadable query": (("search", "NOT", "lũ"), {}),
        "digest of nothing": (("digest",), {}),
        "unknown setting": (("doctor",), {"HAIDANG_PROT": "1"}),
        "bad setting": (("init",), {"HAIDANG_PORT": "many"}),
        "bad database": (("init",), {"HAIDANG_DATABASE_URL": "mysql://a:hunter7@b/c"}),
        "bad setting of a light verb": (("config", "dump"), {"HAIDANG_LANGUAGE": "fr"}),
    }
    told = run_all(cases, tmp_path)
    assert {name: one.code for name, one in told.items()} == dict.fromkeys(cases, 2)
    assert {name: one.err.count("\n") for name, one in told.items()} == dict.fromkeys(cases, 1)
    assert {name: one.out for name, one in told.items()} == dict.fromkeys(cases, "")
    assert [name for name, one in told.items() if not one.err.startswith("haidang: ")] == []
    assert "hunter7" not in told["bad database"].err


def test_failing_command_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "odd.zip").write_bytes(b"PK odd")
    cases: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
        "nobody answers": (("health", "--port", "9"), {}),
        "no such member": (("user", "passwd", "nobody"), {}),
        "not a backup": (("restore", "odd.zip"), {}),
        "not a demo": (("demo", "leave"), {}),
        "no such source": (("fetch", "--source", "https://a.example/feed"), {}),
        "database away": (
            ("init",),
            {"HAIDANG_DATABASE_URL": "postgres://a:hunter7@127.0.0.1:9/none"},
        ),
    }
    told = {"no desk to back up": run("backup", home=tmp_path)} | run_all(cases, tmp_path)
    assert {name: one.code for name, one in told.items()} == dict.fromkeys(told, 1)
    assert {name: one.err.count("\n") for name, one in told.items()} == dict.fromkeys(told, 1)
    assert "hunter7" not in told["database away"].err


def test_command_speaks_the_operators_language(capsys: pytest.CaptureFixture[str]) -> None:
    """Vietnamese unless told otherwise."""
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert "cách dùng" in told.lower()
    assert "show this help" not in told


def test_secret_settings_are_masked(tmp_path: Path) -> None:
    told = run(
        "config", "dump", home=tmp_path, HAIDANG_DATABASE_URL="postgres://a:hunter7@b.example/c"
    )
    assert told.code == 0
    assert "hunter7" not in told.out + told.err

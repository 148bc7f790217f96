"""The shape of the house: files and functions of a size to be read, nothing left unfinished."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import haidang

PACKAGE = Path(haidang.__file__).parent
ROOT = PACKAGE.parent.parent
FILE_LINES, FUNCTION_LINES = 400, 60
REFUSED_FOLDERS = {"utils", "util", "common", "helpers", "helper", "misc"}
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b")
EXCEPTION = re.compile(r"#\s*(noqa|type:\s*ignore)\b(?P<rest>.*)$")
NAMED = re.compile(r"^(:\s*[A-Z]+[0-9]+|\[[a-z-]+)")  # the rule that is excepted
WORDS = re.compile(r"(-|#)\s+\S+\s+\S+")  # the reason, at least two words
MACHINE = re.compile(r"(?<![\w.:])/(wor[k]|roo[t]|hom[e]/\w+)/")


@cache
def python_files() -> tuple[Path, ...]:
    """Our own Python files: the program, its tests and its measuring scripts."""
    folders = ("src", "tests", "bench")
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


def program_files() -> tuple[Path, ...]:
    return tuple(path for path in python_files() if PACKAGE in path.parents)


def lines_of(paths: tuple[Path, ...]) -> Iterator[tuple[str, str]]:
    """(place, line) of each line of these files."""
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def test_files_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in program_files()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES
        and "migrations" not in path.parts
    }
    assert long == {}


def test_functions_are_short() -> None:
    long = []
    for path in program_files():
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > FUNCTION_LINES:
                    long.append((f"{path.relative_to(ROOT)}:{node.lineno}", node.name, size))
    assert long == []


def test_folders_say_what_they_are_for() -> None:
    vague = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if REFUSED_FOLDERS & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
    ]
    assert vague == []


def test_nothing_is_left_unfinished() -> None:
    left = [place for place, line in lines_of(python_files()) if UNFINISHED.search(line)]
    assert left == []


def test_exceptions_carry_their_reason() -> None:
    """What excepts a line names its rule and says why, on the line or in the comment above it."""
    bare, before = [], ""
    for place, line in lines_of(python_files()):
        found = EXCEPTION.search(line)
        counts = found is not None and (found[1] == "noqa" or place.startswith("src/"))
        if found is not None and counts:
            told = WORDS.search(found["rest"]) or before.lstrip().startswith("# ")
            if not (NAMED.match(found["rest"]) and told):
                bare.append(place)
        before = line
    assert bare == []


def test_no_path_of_a_machine_is_told() -> None:
    told = [place for place, line in lines_of(python_files()) if MACHINE.search(line)]
    assert told == []


def test_packages_say_what_they_are_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in program_files()
        if "migrations" not in path.parts
        and path.parent.name != "templatetags"
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_front_doors_of_the_engine_tell_what_they_do() -> None:
    """What a step's `__all__` offers exists, and each function and class of ours has a docstring."""
    silent = []
    for folder in sorted((PACKAGE / "engine").iterdir()):
        if not (folder / "__init__.py").exists():
            continue
        door = importlib.import_module(f"haidang.engine.{folder.name}")
        for name in door.__all__:
            thing = getattr(door, name)
            is_ours = getattr(thing, "__module__", "").startswith("haidang.engine")
            if is_ours and (inspect.isfunction(thing) or inspect.isclass(thing)):
                told = inspect.getdoc(thing) or ""
                if not told or told.startswith(f"{name}("):
                    silent.append(f"{folder.name}.{name}")
    assert silent == []


def test_acts_queries_and_rules_tell_what_they_do() -> None:
    """Public functions of the rooms' `actions`: each act says its effect."""
    silent = []
    for path in program_files():
        if "actions" not in {part.removesuffix(".py") for part in path.parts}:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        silent += [
            f"{path.relative_to(ROOT)}:{node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert silent == []

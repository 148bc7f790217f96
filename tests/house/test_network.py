"""Only the gate speaks to the network: what import-linter cannot forbid, because it is part of a package."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "haidang"
CLIENTS = ("http.client", "urllib.request", "xmlrpc.client", "asyncio.open_connection")
# The sandbox talks to its children over socket pairs; the supervisor asks its own health page; the
# demo looks for a free port.
MAY_OPEN_SOCKETS = {"engine/net", "engine/sandbox", "project/supervisor.py", "project/demo/desk.py"}


def find_imports(path: Path) -> set[str]:
    """Every module that a file names in an import."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{name.name}" for name in node.names)
    return found


def test_no_file_but_the_gate_imports_an_http_client():
    guilty = {
        (str(path.relative_to(SOURCE)), name)
        for path in SOURCE.rglob("*.py")
        for name in find_imports(path)
        if name.startswith(CLIENTS) and not path.is_relative_to(SOURCE / "engine" / "net")
    }
    assert guilty == set()


def test_only_named_files_open_sockets():
    guilty = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "socket" in find_imports(path)
        and not any(str(path.relative_to(SOURCE)).startswith(one) for one in MAY_OPEN_SOCKETS)
    }
    assert guilty == {"core/processes.py"}  # asks for this machine's name only

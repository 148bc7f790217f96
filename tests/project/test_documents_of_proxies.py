"""What docs/operate/https.md tells to put before the desk is read by the program that it is for."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operate" / "https.md"


@pytest.mark.skipif(shutil.which("caddy") is None, reason="no Caddy on this machine")
def test_caddy_reads_the_file_that_is_told(tmp_path: Path) -> None:
    told = re.search(r"## Caddy\n.*?```\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert told is not None
    file = tmp_path / "Caddyfile"
    file.write_text(told[1], encoding="utf-8")
    done = subprocess.run(
        ["caddy", "adapt", "--config", str(file), "--adapter", "caddyfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"dial":"127.0.0.1:8000"' in done.stdout

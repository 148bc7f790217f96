"""`haidang test`: lint, types, walls, then the tests; each step is one line when all is well.

python -m tests            everything
python -m tests quick      everything but the browser
python -m tests -- ARGS    pytest with these arguments only
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS = (
    ("lint", ["-m", "ruff", "check", "-q", "."]),
    ("format", ["-m", "ruff", "format", "-q", "--check", "."]),
    ("types", ["-m", "mypy"]),
    ("walls", ["-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.argv=['lint-imports']; c()"]),
)  # fmt: skip
UNIT = ["-m", "pytest", "-q", "-n", "2", "-m", "not browser", "--dist", "loadfile"]
BROWSER = ["-m", "pytest", "-q", "-m", "browser"]


def main() -> int:
    """Run the steps; the exit code is 1 if any failed."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--"]:
        return _run("pytest", ["-m", "pytest", *arguments[1:]], quiet=False)
    steps = [_run(name, command, quiet=True) for name, command in CHECKS]
    steps.append(_run("tests", UNIT, quiet=False))
    if arguments != ["quick"]:
        if not find_chromium():
            print("BROWSER TESTS SKIPPED: no Chromium here (apt install chromium)", flush=True)
        else:
            steps.append(_run("browser", BROWSER, quiet=False))
    return 1 if any(steps) else 0


def find_chromium() -> str | None:
    """Debian's browser, or another of its family."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def _run(name: str, command: list[str], *, quiet: bool) -> int:
    began = time.monotonic()
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE / "src"), str(HERE)])}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=HERE,
        env=env,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        check=False,
    )
    took = time.monotonic() - began
    if done.returncode and quiet:
        sys.stdout.buffer.write(done.stdout)
    print(f"{'ok' if done.returncode == 0 else 'FAILED'}  {name}  {took:.1f} s", flush=True)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())

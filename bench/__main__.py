"""`haidang bench TASK [arguments]`: run one task; `haidang bench TASK --help` tells its arguments."""

from __future__ import annotations

import importlib
import sys

TASKS = (
    "pages",
    "public",
    "ingest",
    "audit",
    "claims",
    "checkworthy",
    "reprints",
    "stories",
    "extract",
    "language",
    "search",
    "pipeline",
    "all",
    "plots",
)


def main() -> int:
    """Hand over to the task's own `main(arguments)`."""
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        print(f"haidang bench: one of {', '.join(TASKS)}", file=sys.stderr)
        return 2
    return int(importlib.import_module(f"bench.{sys.argv[1]}").main(sys.argv[2:]))


if __name__ == "__main__":
    sys.exit(main())

"""The command line: `haidang VERB`. Exit codes: 0 ok, 1 failed, 2 usage, 3 something is missing."""

from haidang.project.cli.main import main

__all__ = ["main"]

"""`haidang prove NAME [--rounds N]`: run one campaign; exit code 1 if its promise did not hold."""

from __future__ import annotations

import argparse
import importlib
import sys

from tests.prove import SkippedError

CAMPAIGNS = {  # name -> rounds by default; what a round is, each campaign's own text says
    "copies": 100,
    "dates": 20_000,
    "feeds": 10_000,
    "flood": 10_000,
    "http": 1,
    "kill": 20,
    "pages": 300,
    "script": 1_000,
    "ssrf": 1_000,
    "unicode": 20_000,
}


def main() -> int:
    """Read the command line and run the campaign's `run(rounds)`."""
    parser = argparse.ArgumentParser(prog="haidang prove", description=__doc__)
    parser.add_argument("name", choices=sorted(CAMPAIGNS))
    parser.add_argument("--rounds", type=int)
    arguments = parser.parse_args()
    campaign = importlib.import_module(f"tests.prove.{arguments.name}")
    try:
        faults = campaign.run(arguments.rounds or CAMPAIGNS[arguments.name])
    except SkippedError as reason:
        print(f"skipped: {reason}")
        return 0
    for fault in faults:
        print(f"✗ {fault}")
    print("held" if not faults else "BROKEN")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

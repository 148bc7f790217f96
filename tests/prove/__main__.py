"""`haidang prove NAME [--rounds N]`: run one campaign; exit code 1 if its promise did not hold."""

from __future__ import annotations

import argparse
import importlib
import sys

CAMPAIGNS = {"kill": 20}  # name -> rounds by default


def main() -> int:
    """Read the command line and run the campaign's `run(rounds)`."""
    parser = argparse.ArgumentParser(prog="haidang prove", description=__doc__)
    parser.add_argument("name", choices=sorted(CAMPAIGNS))
    parser.add_argument("--rounds", type=int)
    arguments = parser.parse_args()
    campaign = importlib.import_module(f"tests.prove.{arguments.name}")
    faults = campaign.run(arguments.rounds or CAMPAIGNS[arguments.name])
    for fault in faults:
        print(f"✗ {fault}")
    print("held" if not faults else "BROKEN")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

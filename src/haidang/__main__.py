"""`python -m haidang` is the command `haidang`."""

import sys

from haidang.project.cli import main

if __name__ == "__main__":
    sys.exit(main())

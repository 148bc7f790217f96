"""The web server process: granian, one worker, four threads."""

from __future__ import annotations

import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

THREADS = 4
STOP_S = 2  # an open connection does not hold up the end for longer


def main() -> None:
    """Serve on the host and port given; both are told by the supervisor."""
    host, port = sys.argv[1].strip("[]"), int(sys.argv[2])
    # The server's own worker process dies with it too (it runs wsgi.py, which sees this).
    os.environ["_HAIDANG_DIE_WITH_PARENT"] = "1"
    Granian(
        "haidang.project.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_access=False,
        log_level=LogLevels.error,
        websockets=False,
        workers_kill_timeout=STOP_S,
    ).serve()


if __name__ == "__main__":
    main()

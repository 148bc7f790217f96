"""`python -m haidang.project.demo.press --port N --opened-at ISO`: the press alone, until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from threading import Event

from haidang.project.demo.press.papers import PapersError
from haidang.project.demo.press.server import serve_press


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted. Exit codes: 0 ended by the keyboard, 1 failed, 2 wrong command."""
    parser = argparse.ArgumentParser(prog="python -m haidang.project.demo.press")
    parser.add_argument("--port", type=int, default=8940, help="0 takes a free port")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--opened-at", help="ISO time from which the articles' ages count")
    options = parser.parse_args(arguments)
    try:
        opened_at = (
            datetime.fromisoformat(options.opened_at) if options.opened_at else datetime.now(UTC)
        )
        press = serve_press(options.port, opened_at=opened_at, host=options.host)
    except PapersError as error:
        print(error, file=sys.stderr)
        return 1
    except (ValueError, OverflowError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    with press:
        print(f"http://localhost:{press.port}/", flush=True)
        try:
            Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())

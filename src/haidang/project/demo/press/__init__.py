"""The invented press of the demo: its papers, and one small loopback server for all of them.

`load_papers()` reads and checks the hand-written files; `serve_press(port, opened_at=...)` serves
them at `http://<host>.localhost:<port>/`. Refuses: any address that is not loopback, real names,
and to fetch anything itself.
"""

from haidang.project.demo.press.papers import (
    Article,
    Event,
    Papers,
    PapersError,
    Publication,
    load_papers,
)
from haidang.project.demo.press.server import SLOW_S, PressServer, serve_press

__all__ = [
    "SLOW_S",
    "Article",
    "Event",
    "Papers",
    "PapersError",
    "PressServer",
    "Publication",
    "load_papers",
    "serve_press",
]

"""When to come back to a feed: from what it did, never sooner than it or its host asked.

Pure judgement. A fetch that failed doubles the pause each time in a row; one that worked moves the
pause towards the feed's own pace, at most twofold a visit, so that one odd day upsets nothing.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from haidang.engine.types import FeedPast, VisitDecision

# Why the next visit is when it is. Stored and translated, so a word never changes its meaning.
VISIT_REASONS = ("steady", "busy", "quiet", "max_age", "failed", "retry_after", "gone")

_DAY_S = 86_400.0
_DOUBLINGS_MAX = 20
_STEP = 2.0
# With so many visits to each new entry, it waits a twelfth of the feed's own pace on average, a sixth at
# most; a visit that finds nothing new costs one conditional request.
_VISITS_AN_ENTRY = 6
# Where the pace is not known, a visit that finds something halves the pause and one that does not lengthens it
# so much that both are even at one find in six visits.
_LONGER = _STEP ** (1 / (_VISITS_AN_ENTRY - 1))


def choose_next_visit(
    past: FeedPast, *, now: datetime, shortest_s: float = 900, longest_s: float = 86_400
) -> VisitDecision:
    """The next visit, `shortest_s` to `longest_s` seconds after `now`; never if the feed is gone.

    More failures, a longer Retry-After, a longer max-age or a slower feed never bring it closer.
    """
    if past.gone:
        return VisitDecision(at=None, interval_s=0.0, why="gone")
    if past.failures > 0:
        pause = shortest_s * 2.0 ** min(past.failures, _DOUBLINGS_MAX)
        why = "failed"
    else:
        pause, why = _follow(past, before=_sound(past.interval_s, least=shortest_s))
    pause = min(max(pause, shortest_s), longest_s)
    for asked, reason in ((past.max_age_s, "max_age"), (past.retry_after_s, "retry_after")):
        bounded = min(_sound(asked, least=0.0), longest_s)
        if bounded > pause:
            pause, why = bounded, reason
    return VisitDecision(at=now + timedelta(seconds=pause), interval_s=pause, why=why)


def _follow(past: FeedPast, *, before: float) -> tuple[float, str]:
    """The pause after a fetch that worked: about six visits a new entry, and why it changed."""
    if past.entries_per_day is not None and past.entries_per_day >= 0:
        entries = past.entries_per_day
        pace = _DAY_S / entries / _VISITS_AN_ENTRY if entries > 0 else math.inf
        pause = min(max(pace, before / _STEP), before * _STEP)
    else:
        pause = before / _STEP if past.new_entries > 0 else before * _LONGER
    if math.isclose(pause, before, rel_tol=0.1):
        return pause, "steady"
    return pause, "busy" if pause < before else "quiet"


def _sound(seconds: float | None, *, least: float) -> float:
    """A number of seconds as told by others: not less than `least`, and a number at all."""
    if seconds is None or math.isnan(seconds):
        return least
    return max(seconds, least)

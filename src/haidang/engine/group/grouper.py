"""The grouper: one article at a time, in memory, in the order in which articles arrive.

`place` decides and changes nothing; `accept` takes the article in under the story number that the
caller gives. Single-threaded: the caller holds the lease. What is left out: merging stories, which
is a person's act.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from haidang.engine.group import crossing, reprints, stories, weights
from haidang.engine.group.evidence import Display, read_evidence
from haidang.engine.group.explain import explain, explain_crossing
from haidang.engine.group.window import Held, Window, held_from
from haidang.engine.types import (
    ArticleForGrouping,
    GroupedArticle,
    Placement,
    ReprintDecision,
    StoryDecision,
)

WINDOW_DAYS = 14.0
_DAY_S = 86_400.0


class Grouper:
    """Folds reprints and chooses stories among the articles of the last `window_days` days."""

    def __init__(self, *, window_days: float = WINDOW_DAYS) -> None:
        self._days = window_days
        self._window = Window()
        self._read: tuple[ArticleForGrouping, Held, Display] | None = None

    def __len__(self) -> int:
        """How many articles the window holds."""
        return len(self._window)

    def load(self, rows: Iterable[GroupedArticle]) -> None:
        """Rebuild the window from what was decided before, oldest first; about a millisecond each."""
        for row in rows:
            held, _ = self._held(row.article, story=row.story)
            held.original, held.kind = row.original, row.kind
            root = self._window.slot_of.get(row.original) if row.original is not None else None
            if root is not None:
                original = self._window.held[root]
                held.share = reprints.measure_share(held, original)
            self._window.add(held)

    def place(self, article: ArticleForGrouping) -> Placement:
        """Decide what an article is: reprint or original, of which story, and why.

        Pure: the state stays as it is, the same call gives the same answer. An article that is
        already held is placed as if it were new; `accept` refuses it.
        """
        new, display = self._held(article, story=0)
        self._read = (article, new, display)
        matches = [
            one
            for one in reprints.find_matches(self._window, new, days=self._days)
            if one.id != article.id
        ]
        chosen = reprints.choose_original(matches, new)
        root = chosen[0].held if chosen else None
        reparented = reprints.find_late_copies(self._window, matches, new, root=root)
        if chosen is not None:
            reprint = reprints.decide_reprint(article.id, *chosen)
            return Placement(
                story=_story_of_copy(chosen[0].held, reprint),
                reprint=reprint,
                reparented=reparented,
            )
        if reparented:
            return Placement(story=self._story_of_late(reparented), reparented=reparented)
        return self._place_original(new, display)

    def accept(self, article: ArticleForGrouping, placement: Placement, *, story: int) -> None:
        """Take the article in under `story`, and carry out what `placement` says of earlier ones.

        Errors: ValueError if an article of that id is held already.
        """
        if article.id in self._window.slot_of:
            raise ValueError(f"article {article.id} is in the window already")
        if self._read is not None and self._read[0] is article:
            new = self._read[1]
        else:
            new, _ = self._held(article, story=story)
        self._read = None
        new.story = story
        if placement.reprint is not None:
            new.original = placement.reprint.original
            new.share, new.kind = placement.reprint.share, placement.reprint.kind
        self._window.add(new)
        for decision in placement.reparented:
            if decision.copy in self._window.slot_of:
                self._window.make_copy(
                    decision.copy,
                    original=decision.original,
                    share=decision.share,
                    kind=decision.kind,
                )

    def drop_before(self, moment: datetime) -> int:
        """Forget articles published before `moment`; how many were forgotten.

        An original stays as long as one of its reprints does.
        """
        limit = moment.timestamp() / _DAY_S
        young = [held for held in self._window.held if held.published >= limit]
        needed = {held.original for held in young}
        keep = [held for held in self._window.held if held.published >= limit or held.id in needed]
        gone = len(self._window) - len(keep)
        if gone:
            self._window = self._window.trimmed(keep)
        return gone

    def _held(self, article: ArticleForGrouping, *, story: int) -> tuple[Held, Display]:
        evidence, display = read_evidence(article)
        held = held_from(
            id_=article.id,
            story=story,
            published=article.published.timestamp() / _DAY_S,
            evidence=evidence,
            canonical_url=article.canonical_url,
        )
        return held, display

    def _story_of_late(self, reparented: tuple[ReprintDecision, ...]) -> StoryDecision:
        first = min(reparented, key=lambda one: (-one.share, one.copy))
        return StoryDecision(
            story=self._window.of(first.copy).story,
            score=first.share,
            nearest=first.copy,
            why=(("has_copies", str(len(reparented))), *first.why[:1]),
        )

    def _place_original(self, new: Held, display: Display) -> Placement:
        found = stories.find_candidates(self._window, new, days=self._days)
        best = found[0] if found and found[0].odds >= weights.THRESHOLD else None
        link = crossing.find_link(self._window, new, days=self._days)
        translated = link.held.id if link is not None and link.is_translation else None
        if best is not None:
            decision = StoryDecision(
                story=best.story,
                score=round(best.probability, 4),
                nearest=self._window.held[best.nearest].id,
                why=explain(self._window, new, best, display),
            )
        elif link is not None:
            decision = StoryDecision(
                story=link.held.story,
                score=round(link.score, 4),
                nearest=link.held.id,
                why=explain_crossing(new, link, display),
            )
        else:
            decision = StoryDecision(story=None)
        return Placement(story=decision, translated_from=translated)


def _story_of_copy(original: Held, reprint: ReprintDecision) -> StoryDecision:
    return StoryDecision(
        story=original.story, score=reprint.share, nearest=original.id, why=reprint.why
    )

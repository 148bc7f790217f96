"""The grouper: one article at a time, in memory, in the order in which articles arrive.

`place` decides and changes nothing; `accept` takes the article in under the story number that the
caller gives. Single-threaded: the caller holds the lease. What is left out: merging stories, which
is a person's act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from haidang.engine.group import crossing, mending, reprints, stories, weights
from haidang.engine.group.evidence import TITLE, Evidence, primary
from haidang.engine.group.explain import explain, explain_crossing
from haidang.engine.group.keeping import pack_evidence, unpack_evidence
from haidang.engine.group.looking import Looker, Prepared
from haidang.engine.group.reading import read_evidence
from haidang.engine.group.reasons import Why
from haidang.engine.group.window import Held, Window, days_of, held_from
from haidang.engine.types import (
    ArticleForGrouping,
    GroupedArticle,
    Placement,
    ReprintDecision,
    ReprintKind,
    StoryCall,
    StoryDecision,
    StoryMend,
)

WINDOW_DAYS = 14.0
_LINKED = timedelta(days=crossing.LINK_DAYS)
_REVIEWED_AFTER, _GROWTH = 64, 1.25
"""A story is looked at again when its language has grown by a quarter and by so many articles in the window
since it last changed: what came since tells what its words are worth."""
_DOUBTFUL_ODDS = -4.0
"""Log-odds under which even the same canonical address does not join two articles."""


class Grouper:
    """Folds reprints and chooses stories among the articles of the last `window_days` days."""

    def __init__(self, *, window_days: float = WINDOW_DAYS) -> None:
        self._days = window_days
        self._window = Window()
        self._looker = Looker()
        self._comparer = stories.Comparer()
        self._prepared: dict[int, Prepared] = {}  # by id of the article
        self._compared: tuple[int, stories.Compared] | None = None  # with the id of the article
        # Of each language: story → how many articles were counted when it last changed, the oldest first.
        self._changed: dict[str, dict[int, int]] = {}

    def __len__(self) -> int:
        """How many articles the window holds."""
        return len(self._window)

    def load(self, rows: Iterable[GroupedArticle]) -> None:
        """Rebuild the window from what was decided before; the order of the rows does not matter.

        About half a millisecond for 400 words, a fifth of that where the evidence was kept, with the
        odds of its pairs. Errors: ValueError for an id that is held already, or for what
        `can_unpack` denies.
        """
        self._prepared.clear()
        known = sorted(rows, key=lambda row: row.article.id)
        latest = max((row.article.published for row in known), default=None)
        # What is older can no longer be linked across languages.
        young = [latest is not None and latest - row.article.published <= _LINKED for row in known]
        read: dict[int, Evidence] = {}
        for near in (True, False):
            some = [
                row.article
                for row, is_young in zip(known, young, strict=True)
                if not row.kept and is_young is near
            ]
            told = read_evidence(some, with_facts=near)
            read |= {one.id: evidence for one, (evidence, _) in zip(some, told, strict=True)}
        loaded = []
        for row in known:
            evidence, odds = unpack_evidence(row.kept) if row.kept else (read[row.article.id], {})
            held = held_from(row.article, evidence, story=row.story)
            held.original, held.kind, held.pinned = row.original, row.kind, row.pinned
            held.near = odds
            loaded.append(held)
        self._window.add_all(loaded)
        for held in loaded:
            if held.original in self._window.slot_of:
                held.share = reprints.measure_share(
                    self._window, held, self._window.of(held.original)
                )

    def prepare(self, articles: Sequence[ArticleForGrouping]) -> None:
        """Read and look up what is about to be placed: some dozens together take a third of the time.

        Decides nothing. What was prepared before and not placed is forgotten.
        """
        prepared = self._looker.prepare(self._window, articles)
        self._prepared = {one.article.id: one for one in prepared}

    def place(self, article: ArticleForGrouping) -> Placement:
        """Decide what an article is: reprint or original, of which story, and why.

        Pure: the same call gives the same answer. An article that is already held is placed as if it
        were new; `accept` refuses it.
        """
        placement = self._place(article)
        due = self._find_due(placement, primary(article.language))
        mend = None if due is None or placement.mend else mending.review(self._window, due)
        if mend is None or self._window.held[mend.slots[0]].story == placement.story.story:
            return placement  # nothing leaves a story just as another article comes into it
        return replace(placement, mend=self._mend(mend))

    def _place(self, article: ArticleForGrouping) -> Placement:
        known = self._find_prepared(article)
        new = known.held
        matches = reprints.find_matches(self._window, new, known.copies, days=self._days)
        chosen = reprints.choose_original(self._window, matches, new)
        root = chosen[0].held if chosen else None
        late = reprints.find_late_copies(self._window, matches, new, root=root)
        reparented = reprints.find_free(self._window, late)
        if chosen is not None:
            reprint = reprints.decide_reprint(self._window, new, *chosen)
            return Placement(
                story=_story_of_copy(chosen[0].held, reprint),
                reprint=reprint,
                reparented=reparented,
            )
        if late:
            return Placement(story=self._story_of_late(reparented or late), reparented=reparented)
        return self._place_original(known)

    def accept(
        self,
        article: ArticleForGrouping,
        placement: Placement,
        *,
        story: int,
        opened: int | None = None,
    ) -> None:
        """Take the article in under `story`, and carry out what `placement` says of earlier ones.

        `opened`: the new story for what leaves its own, if anything does (`Placement.moves`). Errors:
        ValueError if an article of that id is held already.
        """
        known = self._find_prepared(article)
        new = known.held
        if self._compared is not None and self._compared[0] == article.id:
            new.near = self._compared[1].near
        new.story = story
        if placement.reprint is not None:
            new.original = placement.reprint.original
            new.share, new.kind = placement.reprint.share, placement.reprint.kind
        language = new.evidence.language
        due = self._find_due(placement, language)
        if due is not None and placement.mend is None:  # it was looked at, and is well
            del self._changed[language][due]
        self._window.add(new)
        self._window.note_measured(new.slot, known.norms, known.usual, count=known.counted)
        del self._prepared[article.id]
        self._compared = None
        changed = {story}
        for id_, home in placement.moves(story=story, opened=opened):
            if id_ in self._window.slot_of:
                changed |= {self._window.of(id_).story, home}
                self._window.move(id_, story=home)
        self._note_changed(sorted(changed), language)
        for decision in placement.reparented:
            if decision.copy in self._window.slot_of:
                self._window.make_copy(
                    decision.copy,
                    story=story,
                    original=decision.original,
                    share=decision.share,
                    kind=decision.kind,
                )

    def keep(self, article: ArticleForGrouping) -> bytes:
        """What `load` needs of an article so that its text need not be read again; see `keeping`.

        To be asked between `place` and `accept`: the odds of its pairs are known then.
        """
        near = {}
        if self._compared is not None and self._compared[0] == article.id:
            near = self._compared[1].near
        return pack_evidence(self._find_prepared(article).held.evidence, near)

    def regroup(
        self,
        article: int,
        *,
        story: int,
        original: int | None = None,
        kind: ReprintKind | None = None,
        pinned: bool = True,
    ) -> bool:
        """A person placed this article: it stands there from now on. False if it is not held."""
        window = self._window
        if article not in window.slot_of:
            return False
        window.regroup(article, story=story, original=original, kind=kind)
        held = window.of(article)
        held.pinned = pinned
        if held.original in window.slot_of:
            held.share = reprints.measure_share(window, held, window.of(held.original))
        return True

    def respect(self, *, closed: Iterable[int], apart: Iterable[tuple[int, int]]) -> None:
        """What people decided beyond single articles, in place of what was said before.

        `closed`: stories that take in only reprints of their own articles. `apart`: pairs of
        articles of which the machine never makes one a reprint of the other.
        """
        self._window.closed = frozenset(closed)
        self._window.apart = frozenset(frozenset(pair) for pair in apart)

    def drop_before(self, moment: datetime) -> int:
        """Forget articles published before `moment`; how many were forgotten.

        An original stays as long as one of its reprints does.
        """
        limit = days_of(moment)
        young = [held for held in self._window.held if held.published >= limit]
        needed = {held.original for held in young}
        keep = [held for held in self._window.held if held.published >= limit or held.id in needed]
        gone = len(self._window) - len(keep)
        if gone:
            self._window = self._window.trimmed(keep)
            self._prepared.clear()
        return gone

    def _find_prepared(self, article: ArticleForGrouping) -> Prepared:
        known = self._prepared.get(article.id)
        if known is None or known.article is not article:
            # What others were looked up among would not hold this one: they are looked up again.
            self.prepare([article])
            known = self._prepared[article.id]
        return known

    def _story_of_late(self, reparented: tuple[ReprintDecision, ...]) -> StoryDecision:
        first = min(reparented, key=lambda one: (-one.share, one.copy))
        return StoryDecision(
            story=self._window.of(first.copy).story,
            score=first.share,
            nearest=first.copy,
            why=(("has_copies", str(len(reparented))), *first.why[:1]),
        )

    def _same_address(self, new: Held, found: tuple[stories.Candidate, ...]) -> Held | None:
        """The held article that names the same canonical address, if the texts do not deny it.

        Many sites name their front page in every article, so an address alone proves nothing.
        """
        held = self._window.same_address(new)
        if held is None or abs(held.published - new.published) > self._days:
            return None
        if held.evidence.language == new.evidence.language:
            alike = any(one.story == held.story and one.odds >= _DOUBTFUL_ODDS for one in found)
        else:
            alike = bool(np.isin(new.evidence.facts, held.evidence.facts).any())
        return held if alike else None

    def _place_original(self, known: Prepared) -> Placement:
        new, wording = known.held, known.wording
        closed = self._window.closed
        compared = self._comparer.compare(self._window, known, days=self._days)
        self._compared = (new.id, compared)
        found = tuple(one for one in compared.candidates if one.story not in closed)
        best = found[0] if found and found[0].odds >= weights.THRESHOLD else None
        same = self._same_address(new, found)
        same = None if same is not None and same.story in closed else same
        link = crossing.find_link(self._window, known, days=self._days)
        translated = link.held.id if link is not None and link.is_translation else None
        if same is not None:
            decision = StoryDecision(
                story=same.story,
                score=1.0,
                nearest=same.id,
                why=(("same_canonical", str(same.id)),),
            )
        elif best is not None:
            decision = StoryDecision(
                story=best.story,
                score=round(best.probability, 4),
                nearest=self._window.held[best.nearest].id,
                why=self._explain(known, self._window.held[best.nearest], compared),
            )
        elif link is not None and link.held.story not in closed:
            decision = StoryDecision(
                story=link.held.story,
                score=round(link.score, 4),
                nearest=link.held.id,
                why=explain_crossing(new, link, wording),
            )
        else:
            decision = StoryDecision(story=None)
        called = self._find_called(known, compared, decision.story)
        placement = Placement(story=decision, translated_from=translated, called=called)
        return placement if called else self._part(known, compared, placement)

    def _explain(self, new: Prepared, other: Held, compared: stories.Compared) -> Why:
        cosines = compared.cosines.get(other.id)
        title = float(cosines[TITLE]) if cosines is not None else 0.0
        return explain(self._window, new.held, other, title, new.wording)

    def _find_called(
        self, new: Prepared, compared: stories.Compared, story: int | None
    ) -> tuple[StoryCall, ...]:
        slots = mending.find_called(self._window, new.held, compared, story)
        return self._calls(new, compared, slots)

    def _part(self, new: Prepared, compared: stories.Compared, placement: Placement) -> Placement:
        """The same, or with what follows if the article shows that its story is two."""
        found = mending.find_parting(self._window, new.held, compared, placement.story.story)
        if found is None:
            return placement
        if found.is_led:
            called = self._calls(new, compared, found.leaving)
            return replace(placement, story=StoryDecision(story=None), called=called)
        return replace(placement, mend=self._mend(mending.Mend(found.leaving, None)))

    def _mend(self, mend: mending.Mend) -> StoryMend:
        articles = tuple(self._window.held[slot].id for slot in mend.slots)
        why = "told_apart" if mend.story is None else "brought_together"
        return StoryMend(articles=articles, story=mend.story, why=((why, ""),))

    def _find_due(self, placement: Placement, language: str) -> int | None:
        """The story that has changed longest ago, if it is to be looked at again beside that placement."""
        if placement.called or placement.reparented:
            return None
        story, since = next(iter(self._changed.get(language, {}).items()), (None, 0))
        is_due = self._window.totals.get(language, 0) >= _GROWTH * since + _REVIEWED_AFTER
        return story if is_due and story != placement.story.story else None

    def _note_changed(self, stories: Iterable[int], language: str) -> None:
        changed = self._changed.setdefault(language, {})
        for story in stories:
            changed.pop(story, None)
            changed[story] = self._window.totals.get(language, 0)

    def _calls(
        self, new: Prepared, compared: stories.Compared, slots: Iterable[int]
    ) -> tuple[StoryCall, ...]:
        others = (self._window.held[slot] for slot in slots)
        return tuple(
            StoryCall(article=other.id, why=self._explain(new, other, compared)) for other in others
        )


def _story_of_copy(original: Held, reprint: ReprintDecision) -> StoryDecision:
    return StoryDecision(
        story=original.story, score=reprint.share, nearest=original.id, why=reprint.why
    )

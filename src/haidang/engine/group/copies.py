"""Folding reprints alone, without stories: what an archive needs that is read from end to end.

The same finding and the same rules as in `Grouper`, over texts in the order in which they appeared.
It holds two bytes a word and some hundred bytes a text; of a copy that adds nothing to its original, only
what it is found by. It refuses to know about people's decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from haidang.engine.group import reprints
from haidang.engine.group.fingerprint import Shorts
from haidang.engine.group.looking import Looker
from haidang.engine.group.reading import read_for_copies
from haidang.engine.group.window import Held, Window
from haidang.engine.types import ReprintDecision, ReprintKind

_NO_SHORTS: Shorts = np.zeros(0, np.uint16)


class Copies:
    """Texts seen so far, each with the first text that it reprints."""

    def __init__(self) -> None:
        self._window = Window(with_stories=False)
        self._looker = Looker()

    def __len__(self) -> int:
        return len(self._window)

    def fold(self, id_: int, text: str) -> ReprintDecision | None:
        """Take a text in; of which earlier one it is a reprint. Errors: ValueError for a known id."""
        return self.fold_all([(id_, text)])[0]

    def fold_all(self, texts: Sequence[tuple[int, str]]) -> list[ReprintDecision | None]:
        """The same for some texts in their order; a hundred at a time take a third of the time."""
        read = read_for_copies([text for _, text in texts])
        first = len(self._window)
        some = [
            Held(id_, id_, float(first + place), evidence, None, sample)
            for place, ((id_, _), (evidence, sample)) in enumerate(zip(texts, read, strict=True))
        ]
        self._window.catch_up()
        found = self._looker.find_copies(self._window, some)
        return [self._fold(new, near) for new, near in zip(some, found, strict=True)]

    def _fold(self, new: Held, near: Sequence[tuple[Held, int]]) -> ReprintDecision | None:
        matches = reprints.find_matches(self._window, new, near, days=np.inf)
        chosen = reprints.choose_original(self._window, matches, new) if matches else None
        decision = reprints.decide_reprint(self._window, new, *chosen) if chosen else None
        if decision is not None:
            new.original, new.share, new.kind = decision.original, decision.share, decision.kind
            if decision.kind is ReprintKind.VERBATIM or decision.share >= 1.0:
                # Whatever copies it copies its original, which is always compared.
                new.evidence = replace(new.evidence, shingles=_NO_SHORTS, digits=_NO_SHORTS)
        self._window.add(new)
        return decision

    @property
    def held_bytes(self) -> int:
        """What the texts and their index take up in arrays."""
        self._window.catch_up()
        texts = sum(
            held.evidence.shingles.nbytes + held.evidence.digits.nbytes
            for held in self._window.held
        )
        return texts + self._window.shingle_index.held_bytes

"""Folding reprints alone, without stories: what an archive needs that is read from end to end.

The same finding and the same rules as in `Grouper`, over texts in the order in which they appeared.
It holds two bytes a word and some hundred bytes a text. It refuses to know about people's decisions.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from haidang.engine.group import reprints
from haidang.engine.group.evidence import read_for_copies
from haidang.engine.group.window import Held, Window
from haidang.engine.types import ReprintDecision

_NO_SAMPLE = np.zeros(0, np.uint32)


class Copies:
    """Texts seen so far, each with the first text that it reprints."""

    def __init__(self) -> None:
        self._window = Window(with_stories=False)

    def __len__(self) -> int:
        return len(self._window)

    def fold(self, id_: int, text: str) -> ReprintDecision | None:
        """Take a text in; of which earlier one it is a reprint. Errors: ValueError for a known id."""
        if id_ in self._window.slot_of:
            raise ValueError(f"text {id_} is held already")
        new = Held(id_, id_, float(len(self._window)), read_for_copies(text), None)
        matches = reprints.find_matches(self._window, new, days=np.inf)
        chosen = reprints.choose_original(matches, new) if matches else None
        decision = reprints.decide_reprint(new, *chosen) if chosen else None
        if decision is not None:
            new.original, new.share, new.kind = decision.original, decision.share, decision.kind
        self._window.add(new)
        # The index knows the sample, and nothing is forgotten here: it need not be held twice.
        new.evidence = replace(new.evidence, sample=_NO_SAMPLE)
        return decision

    @property
    def held_bytes(self) -> int:
        """What the texts and their index take up in arrays."""
        texts = sum(
            held.evidence.shingles.nbytes + held.evidence.digits.nbytes
            for held in self._window.held
        )
        return texts + self._window.shingle_index.held_bytes

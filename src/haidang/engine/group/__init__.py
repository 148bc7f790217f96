"""Fingerprints, reprints and stories: what was copied from where, and what tells of one event.

    article -> evidence -> reprint of which original? -> yes: the original's story
                                                      -> no:  which story, with reasons; else a new one

Learns as articles arrive: no dictionary, one set of thresholds for all languages.
What people placed it leaves where it is (`Grouper.regroup`, `respect`).
A later article can call over articles placed before it (`Placement.called`): what people placed stays.
It refuses to keep names beyond its window in memory and to touch a database: the caller stores what is
decided and gives it back with `load`.

A late article that was published before articles already placed becomes their original
(`Placement.reparented`) and joins the story that they are in.
"""

from haidang.engine.group.copies import Copies
from haidang.engine.group.fingerprint import SKETCH_MAX, Fingerprint, fingerprint
from haidang.engine.group.grouper import WINDOW_DAYS, Grouper
from haidang.engine.group.keeping import can_unpack
from haidang.engine.group.reasons import REASON_WORDS, REASONS
from haidang.engine.group.reprints import SHARE_MIN

__all__ = [
    "REASONS",
    "REASON_WORDS",
    "SHARE_MIN",
    "SKETCH_MAX",
    "WINDOW_DAYS",
    "Copies",
    "Fingerprint",
    "Grouper",
    "can_unpack",
    "fingerprint",
]

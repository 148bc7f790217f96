"""Checkable sentences; claim → published checks, with reasons.

    text     -> CheckIndex.find     -> published checks that may speak of it, each with why
    sentence -> suggest_checkable   -> which sentences state what can be checked, each with why

Both suggest and neither decides (promise 12). It refuses opinions, questions, forecasts and wishes
(promise 3), keeps nothing, rates nobody, and needs no model; one may be handed in (`TextModel`).
"""

from haidang.engine.match.checkable import CheckableSentence, suggest_checkable, weigh_sentences
from haidang.engine.match.index import PublishedCheck
from haidang.engine.match.matching import CheckIndex, CheckMatch
from haidang.engine.match.models import EndpointModel, TextModel, WordVectors
from haidang.engine.match.posts import read_day
from haidang.engine.match.trained import TrainedChecker, learn_checkable

__all__ = [
    "CheckIndex",
    "CheckMatch",
    "CheckableSentence",
    "EndpointModel",
    "PublishedCheck",
    "TextModel",
    "TrainedChecker",
    "WordVectors",
    "learn_checkable",
    "read_day",
    "suggest_checkable",
    "weigh_sentences",
]

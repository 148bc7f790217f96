"""Text: one form at the door, forms for searching, words, sentences, numbers, language, differences.

Works on any script; knows Vietnamese best (tone places, đ, texts without marks). Refuses models,
dictionaries and guessing at spelling: what a person reads is never changed, only what is invisible
is dropped, and folded forms live in indexes and comparisons alone. Everything is pure, linear in
its input and never raises on a string.
"""

from haidang.engine.text.clean import nfc
from haidang.engine.text.differences import differences
from haidang.engine.text.fold import exact, fold, has_marks
from haidang.engine.text.language import identify_language
from haidang.engine.text.names import names
from haidang.engine.text.numbers import numbers
from haidang.engine.text.persons import WordKind, kinds_of
from haidang.engine.text.sentences import sentences
from haidang.engine.text.words import words

__all__ = [
    "WordKind",
    "differences",
    "exact",
    "fold",
    "has_marks",
    "identify_language",
    "kinds_of",
    "names",
    "nfc",
    "numbers",
    "sentences",
    "words",
]

"""The closed list of words with which a grouping explains itself.

A page prints them in people's language; the details beside them are words of the texts, numbers
or counts, never sentences.
"""

from __future__ import annotations

REASONS: tuple[tuple[str, str], ...] = (
    ("same_text", "percent of the copy's text that stands in the original"),
    ("same_length", "percent of the original's text that stands in the copy"),
    ("through_copy", "id of the copy through which the original was found"),
    ("earlier", "the original arrived after its copy but was published before it"),
    ("same_canonical", "id of an article that names the same canonical address"),
    ("shared_words", "rare words that both hold"),
    ("shared_names", "names that both hold; a heuristic"),
    ("shared_numbers", "numbers and dates that both hold"),
    ("same_title", "percent of the weight of the titles' words that agrees"),
    ("same_day", "hours between the two"),
    ("far_in_time", "days between the two"),
    ("other_language", "the languages of the two"),
    ("translated", "names and numbers agree, the lengths too"),
    ("by_person", "nothing: a person placed it (the caller's word)"),
    ("told_apart", "nothing: with others it proved to be another event than its story"),
    (
        "brought_together",
        "nothing: its story proved to be one with the story in which it stands now",
    ),
    ("has_copies", "articles that arrived before copy this one, and it joins their story"),
)
"""Pairs of reason word and what its detail holds."""

REASON_WORDS = frozenset(word for word, _ in REASONS)

Why = tuple[tuple[str, str], ...]

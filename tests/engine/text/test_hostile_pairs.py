import json
from pathlib import Path

import pytest

from haidang.engine.text import exact, fold, nfc, words

PAIRS = Path(__file__).parents[3].parent / "shared" / "hostile" / "unicode.jsonl"


def _pairs() -> list[dict[str, str]]:
    if not PAIRS.exists():
        pytest.skip("the list of hostile text pairs lies beside the checkout and is absent here")
    return [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


def _search_form(text: str) -> list[str]:
    return words(fold(nfc(text)))


def test_pairs_that_must_match_match() -> None:
    # An HTML entity is undone by the readers of pages and feeds, never in plain text.
    wanted = [
        pair
        for pair in _pairs()
        if pair["expect"].startswith("match")
        and "optional" not in pair["expect"]
        and pair["id"] != "html-ent"
    ]
    assert [
        pair["id"] for pair in wanted if _search_form(pair["a"]) != _search_form(pair["b"])
    ] == []


def test_pairs_of_different_words_stay_apart_with_their_marks() -> None:
    wanted = [pair for pair in _pairs() if pair["expect"].startswith("must-not-fold")]
    assert [pair["id"] for pair in wanted if exact(pair["a"]) == exact(pair["b"])] == []
    assert len(wanted) == 2


def test_pairs_to_be_stripped_are_stripped_at_the_door() -> None:
    wanted = [pair for pair in _pairs() if pair["expect"].startswith("strip")]
    assert [pair["id"] for pair in wanted if nfc(pair["a"]) != pair["b"]] == []
    assert len(wanted) == 4


def test_pairs_to_be_kept_are_kept() -> None:
    wanted = [pair for pair in _pairs() if pair["expect"].startswith("keep")]
    assert [pair["id"] for pair in wanted if nfc(pair["a"]) != pair["a"]] == []


def test_every_pair_passes_every_form_without_a_crash() -> None:
    for pair in _pairs():
        for text in (pair["a"], pair["b"]):
            assert nfc(nfc(text)) == nfc(text)
            assert fold(fold(text)) == fold(text)
            assert exact(exact(text)) == exact(text)

"""What a text is cut into: each character by its own properties, whatever was met before; and what is sampled."""

import re
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.group.press import prose

from haidang.engine.group.fingerprint import SAMPLE_MIN, SAMPLED, shingle_hashes
from haidang.engine.group.reading import read_for_copies
from haidang.engine.group.tokens import read_tokens
from haidang.engine.text import fold, words
from haidang.engine.text.words import UNSPACED_CLASS

EVERY = [chr(code) for code in (*range(0x80, 0x3400), *range(0xD800, 0x10000))]
SPACED = [char for char in EVERY if char.isalnum() and not re.match(f"[{UNSPACED_CLASS}]", char)]
SPACED_OR_ASCII = {*SPACED, *string.ascii_lowercase, *string.digits}


def test_every_letter_of_the_first_plane_is_hashed_by_its_folded_form():
    """Three letters of a folded form count at most, so longer ones ("ﷺ") are left out."""
    plain = [char for char in SPACED if len(fold(char)) == 1 and fold(char) in SPACED_OR_ASCII]
    typed, folded = (read_tokens([" ".join(some)]) for some in (plain, map(fold, plain)))
    assert np.array_equal(typed.folded, folded.folded)
    assert not np.array_equal(typed.exact, folded.exact)


@given(st.text("aÂđ7٣.- 岚\uac00カ\U0001f600", max_size=40))
def test_words_are_those_of_the_index(text):
    tokens = read_tokens([text])
    assert [tokens.word(place) for place in range(len(tokens))] == words(tokens.text)


@pytest.mark.parametrize(
    "text",
    [
        prose(1, 30),
        prose(2, 60),
        prose(3, 400),
        prose(4, 3_000),
        f"{prose(5, 12)} " * 60,  # it repeats itself: few of many are distinct
        "một hai ba",
        "",
    ],
)
def test_sample_is_the_shingles_of_small_hash(text):
    every = np.unique(shingle_hashes(read_tokens([text]).folded))
    wanted = every[: max(SAMPLE_MIN, int((every <= SAMPLED).sum()))]
    for neighbours in ([], [prose(6), prose(7, 1_000)]):
        (*_, (_, sample)) = read_for_copies([*neighbours, text])
        assert np.array_equal(sample, wanted)

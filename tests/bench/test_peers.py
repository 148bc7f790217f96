"""What the benches tell of pairs and of peers is counted rightly."""

import numpy as np
import numpy.typing as npt
import pytest
from bench.reprints import _measured, run_ours
from bench.stories import bcubed
from bench.story_peers import LINKAGES, choose_setting, group
from tests.engine.group.press import cut, prose


def test_head_of_a_chain_that_shares_too_little_is_counted_apart():
    kept, added = prose(12, 70), prose(13, 40)
    first, second = f"{prose(11, 40)} {kept}", f"{kept} {added}"
    texts = [("a", first), ("b", second), ("c", f"{added} {cut(kept, 0.5)}"), ("d", second)]
    told = _measured(run_ours, "haidang.engine.group", texts, {frozenset("cd"): "pair"}, 1)
    assert (told["precision"], told["precision_nearest"], told["recall_pair"]) == (1.0, 1.0, 1.0)
    assert told["precision_with_heads"] < 1.0


@pytest.mark.parametrize("linkage", LINKAGES)
def test_peers_of_stories_are_grouped_by_their_nearness(linkage: str) -> None:
    assert group(near, 6, linkage, 0.5) == [0, 1, 2] * 2
    assert len(set(group(near, 6, linkage, 0.0))) == 1


def test_peers_of_stories_get_the_setting_that_serves_them_best() -> None:
    gold = ["1", "2", "3"] * 2
    linkage, threshold = choose_setting(near, 6, lambda told: bcubed(gold, told)[0])
    assert group(near, 6, linkage, threshold) == [0, 1, 2] * 2


def near(place: int) -> npt.NDArray[np.float32]:
    """Six articles of three events, every third of the same: cosines with those before."""
    return np.where(np.arange(place) % 3 == place % 3, 0.7, 0.2).astype(np.float32)

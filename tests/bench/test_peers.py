"""What the benches tell of pairs and of peers is counted rightly."""

from bench.reprints import _measured, run_ours
from bench.stories import bcubed
from bench.story_peers import PEERS, choose_setting, run_peer
from tests.engine.group.press import cut, prose


def test_head_of_a_chain_that_shares_too_little_is_counted_apart():
    kept, added = prose(12, 70), prose(13, 40)
    first, second = f"{prose(11, 40)} {kept}", f"{kept} {added}"
    texts = [("a", first), ("b", second), ("c", f"{added} {cut(kept, 0.5)}"), ("d", second)]
    told = _measured(run_ours, "haidang.engine.group", texts, {frozenset("cd"): "pair"}, 1)
    assert (told["precision"], told["precision_nearest"], told["recall_pair"]) == (1.0, 1.0, 1.0)
    assert told["precision_with_heads"] < 1.0


def test_peers_of_stories_get_the_setting_that_serves_them_best():
    texts = [f"{prose(event, 40)} {prose(9, 20)} {prose(50 + event, 30)}" for event in (1, 2, 3)]
    items = [{"title": "", "lead": "", "text": text} for text in (*texts, *texts)]
    gold = ["1", "2", "3"] * 2
    for name in PEERS:
        linkage, threshold = choose_setting(items, name, lambda told: bcubed(gold, told)[0])
        assert run_peer(items, name, linkage, threshold) == [0, 1, 2] * 2
        assert len(set(run_peer(items, name, linkage, 0.0))) == 1

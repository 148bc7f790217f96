"""Reprints found among articles, in one pass: recall by kind, precision, speed and memory.

    ./haidang bench reprints --data JSONL (--pairs JSON | --plant N)

`--pairs` names pairs of ids that are copies of each other. `--plant N` copies N articles of the data in
six ways (verbatim, 3 % and 8 % of the words edited, cut by 30 %, paragraphs in another order, other
boilerplate around) and streams them behind the originals; a pair that was found and not planted
counts against precision unless the two texts share 60 % of their words in runs. `precision` is over every pair
of which an engine tells that the two share text. Ours: a copy with its original and with the copy that showed it; an
original that is told as the head of a chain only, with its lesser share and the copy through which
the text came, is no such pair, but counts in `precision_with_heads` (and for recall). `precision_nearest` is over the one
of each text's pairs that shares most. Peers get the same texts as sets of three words each, 128
hashes, bands for a threshold of .5, query then insert; all they tell are pairs. `start_cpu_s` is what an
engine needs to be imported, once in a process; speed is counted behind it.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import json
import random
import re
from pathlib import Path
from typing import Any

from bench.measuring import measure, parser_of, progress, read_lines, tell

KINDS = ("verbatim", "edit3", "edit8", "cut30", "reordered", "boilerplate")
_HASHES, _BANDS = 128, 32
_SHARED = 0.6
BATCH = 64
"""Texts that are folded at a time, as an archive comes."""


def main(arguments: list[str]) -> int:
    """Measure and tell."""
    parser = parser_of("reprints", __doc__)
    parser.add_argument("--data", required=True)
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--pairs")
    given.add_argument("--plant", type=int)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args(arguments)
    texts = [(str(row["id"]), row["text"]) for row in read_lines(Path(told.data))]
    if told.pairs:
        planted = {frozenset(pair): "pairs" for pair in json.loads(Path(told.pairs).read_text())}
    else:
        texts, planted = plant(texts, told.plant, seed=told.seed)
    ours = _measured(run_ours, "haidang.engine.group", texts, planted, told.repeats)
    peers: dict[str, Any] = {}
    if not told.no_peers:
        for name, run in (
            ("rensa", run_rensa),
            ("gaoya", run_gaoya),
            ("datasketch", run_datasketch),
        ):
            peers[name] = _measured(run, name, texts, planted, told.repeats)
        best = max(peers.values(), key=lambda one: one["docs_per_cpu_s"])
        ours["ratio_to_best_peer"] = round(ours["docs_per_cpu_s"] / best["docs_per_cpu_s"], 2)
    return tell("reprints", ours, peers, as_json=told.json)


def plant(
    texts: list[tuple[str, str]], count: int, *, seed: int
) -> tuple[list[tuple[str, str]], dict[frozenset[str], str]]:
    """The texts with copies behind them, and which pair is a copy of which kind."""
    chance = random.Random(seed)
    long = [one for one in texts if len(one[1].split()) >= 60]
    planted, copies = {}, []
    for place, (id_, text) in enumerate(chance.sample(long, min(count, len(long)))):
        kind = KINDS[place % len(KINDS)]
        copies.append((f"{id_}~{kind}", _copy(text, kind, chance)))
        planted[frozenset((id_, f"{id_}~{kind}"))] = kind
    return texts + copies, planted


def _copy(text: str, kind: str, chance: random.Random) -> str:
    words = text.split(" ")
    if kind in ("edit3", "edit8"):
        share = 0.03 if kind == "edit3" else 0.08
        for place in chance.sample(range(len(words)), max(1, round(len(words) * share))):
            words[place] = f"khac{chance.randrange(10_000)}"
    elif kind == "cut30":
        words = words[: round(len(words) * 0.7)]
    elif kind == "reordered":
        sentences = re.split(r"(?<=[.!?])\s+", text)
        size = max(1, len(sentences) // 5)
        parts = [sentences[at : at + size] for at in range(0, len(sentences), size)]
        chance.shuffle(parts)
        return "\n".join(" ".join(part) for part in parts)
    elif kind == "boilerplate":
        more = "Mời bạn đọc theo dõi thêm tin tức mới nhất trên trang của chúng tôi mỗi ngày"
        return f"(Tin {chance.randrange(99)}) {text}\n{more}. Bản quyền {chance.randrange(9999)}."
    return " ".join(words)


def _started(module: str, texts: list[str]) -> list[str]:
    importlib.import_module(module)
    return texts


def _measured(
    run: Any,
    module: str,
    texts: list[tuple[str, str]],
    planted: dict[frozenset[str], str],
    repeats: int,
) -> dict[str, Any]:
    progress(f"reprints: {run.__name__}, {len(texts)} texts")
    start = measure(_started, module, [], repeats=1)
    ready = functools.partial(_started, module)
    measured = measure(run, [text for _, text in texts], prepare=ready, repeats=repeats)
    groups, held = measured.value
    found = {place: {*others, *heads} for place, others, heads in groups}
    place_of = {id_: place for place, (id_, _) in enumerate(texts)}
    right: dict[str, list[bool]] = {}
    expected = {
        tuple(sorted(place_of[id_] for id_ in pair)): kind for pair, kind in planted.items()
    }
    for (first, second), kind in expected.items():
        roots = {first, *found.get(first, ())}
        right.setdefault(kind, []).append(bool(roots & found.get(second, set())))

    def shares(place: int, others: list[int]) -> list[float]:
        return [
            1.0 if (other, place) in expected else shared_text(texts[place][1], texts[other][1])
            for other in dict.fromkeys(others)
        ]

    told = [shares(place, others) for place, others, _ in groups]
    of_heads = [shares(place, heads) for place, _, heads in groups]
    every = list(itertools.chain.from_iterable(told))
    figures: dict[str, Any] = {
        f"recall_{kind}": round(sum(hits) / len(hits), 4) for kind, hits in sorted(right.items())
    }
    return figures | {
        "precision": _right(every),
        "precision_with_heads": _right([*every, *itertools.chain.from_iterable(of_heads)]),
        "precision_nearest": _right([max(few) for few in told if few]),
        "docs_per_cpu_s": round(len(texts) / measured.cpu_s),
        "start_cpu_s": round(start.cpu_s, 3),
        "bytes_per_document": round(held / len(texts)) if held else None,
        "peak_mb": measured.peak_mb,
    }


def _right(shares: list[float]) -> float:
    return round(sum(share >= _SHARED for share in shares) / max(1, len(shares)), 4)


def shared_text(copy: str, other: str) -> float:
    """The part of a text's words that stand in a run of four words of the other, plainly counted."""
    mine, theirs = (re.findall(r"\w+", text.lower()) for text in (copy, other))
    runs = {tuple(theirs[at : at + 4]) for at in range(len(theirs) - 3)}
    covered: set[int] = set()
    for at in range(len(mine) - 3):
        if tuple(mine[at : at + 4]) in runs:
            covered |= {at, at + 1, at + 2, at + 3}
    return len(covered) / max(1, len(mine))


Found = tuple[list[tuple[int, list[int], list[int]]], int]
"""Place of each text, those that share text with it, heads of chains that share less; bytes held."""


def run_ours(texts: list[str]) -> Found:
    """Copies by their original and, last, the copy that showed it."""
    from haidang.engine.group import Copies

    copies = Copies()
    found = []
    for start in range(0, len(texts), BATCH):
        some = list(enumerate(texts[start : start + BATCH], start))
        for (place, _), decision in zip(some, copies.fold_all(some), strict=True):
            if decision is not None:
                shown = dict(decision.why).get("through_copy")
                told, heads = [int(shown)] if shown else [], []
                (told if decision.through is None else heads).insert(0, decision.original)
                found.append((place, told, heads))
    return found, copies.held_bytes


def _shingles(text: str) -> list[str]:
    words = re.findall(r"\w+", text.lower())
    return [" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))]


def run_rensa(texts: list[str]) -> Found:
    """MinHash in Rust, LSH, query then insert."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(0.5, _HASHES, _BANDS)
    found = []
    for place, text in enumerate(texts):
        hashes = RMinHash(_HASHES, 42)
        hashes.update(_shingles(text))
        found.append((place, list(index.query(hashes)), []))
        index.insert(place, hashes)
    return found, 0


def run_gaoya(texts: list[str]) -> Found:
    """MinHash in Rust with its own check of the Jaccard similarity, query then insert."""
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32, jaccard_threshold=0.5, num_bands=_BANDS, band_size=_HASHES // _BANDS,
        analyzer="word", ngram_range=(3, 3), lowercase=True,
    )  # fmt: skip
    found = []
    for place, text in enumerate(texts):
        found.append((place, list(index.query(text)), []))
        index.insert_document(place, text)
    return found, 0


def run_datasketch(texts: list[str]) -> Found:
    """MinHash in Python and numpy, query then insert."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=_HASHES, params=(_BANDS, _HASHES // _BANDS))
    found = []
    for place, text in enumerate(texts):
        hashes = MinHash(num_perm=_HASHES)
        hashes.update_batch([shingle.encode() for shingle in _shingles(text)])
        found.append((place, list(index.query(hashes)), []))
        index.insert(place, hashes)
    return found, 0

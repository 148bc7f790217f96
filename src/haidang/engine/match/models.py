"""Language models that may help to match, if the desk has one: numbers for texts, nothing else.

The engine brings no model, needs none and speaks to no network. What is handed in gets public text
only and gives a vector for each; it ranks, it never writes (promise 12).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from haidang.engine.text import exact, words

BATCH = 64
"""Texts sent to an endpoint at once."""

Vectors = NDArray[np.float32]


class TextModel(Protocol):
    """Whatever turns texts into vectors whose cosine tells how near their meanings are."""

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """One row of floats for each text, in order; all rows of one length."""
        ...


class EndpointModel:
    """An endpoint of the OpenAI form (`POST …/embeddings`), by a sender that is handed in.

    `send` takes the JSON body of a request and gives that of the answer; it belongs to whoever may speak
    to the network. Raises ValueError if the answer is not of that form.
    """

    def __init__(self, name: str, *, send: Callable[[bytes], bytes]) -> None:
        self._name = name
        self._send = send

    def vectors(self, texts: Sequence[str]) -> Vectors:
        rows: list[list[float]] = []
        for first in range(0, len(texts), BATCH):
            part = list(texts[first : first + BATCH])
            body = json.dumps({"model": self._name, "input": part, "encoding_format": "float"})
            rows += _read_answer(self._send(body.encode()), len(part))
        return _table(rows)


def _read_answer(answer: bytes, count: int) -> list[list[float]]:
    try:
        data = json.loads(answer)["data"]
        told = {int(row["index"]): [float(one) for one in row["embedding"]] for row in data}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"the endpoint's answer holds no vectors: {error}") from None
    if sorted(told) != list(range(count)):
        raise ValueError(f"the endpoint gave {len(told)} vectors for {count} texts")
    return [told[number] for number in range(count)]


def _table(rows: list[list[float]]) -> Vectors:
    if len({len(row) for row in rows}) > 1:
        raise ValueError("vectors of different lengths")
    table = np.array(rows, np.float32)
    if not np.isfinite(table).all():
        raise ValueError("a vector holds what is no number")
    return table


class WordVectors:
    """Word vectors from a local file in the text form of word2vec, GloVe and fastText (`.vec`).

    A text's vector is the mean of its words', each as written or in small letters. Raises OSError, ValueError
    for a file of another form.
    """

    def __init__(self, path: Path, *, words_max: int = 200_000) -> None:
        self._rows: dict[str, int] = {}
        table: list[list[float]] = []
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines):
                word, *values = line.rstrip().split(" ")
                if number == 0 and len(values) == 1:
                    continue  # the head of a word2vec file: how many, how long
                if len(table) >= words_max:
                    break
                self._rows[word] = len(table)
                table.append([float(value) for value in values])
        if not table:
            raise ValueError(f"{path} holds no word vectors")
        self._table = _table(table)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        found = np.zeros((len(texts), self._table.shape[1]), np.float32)
        for at, text in enumerate(texts):
            rows = [self._row(word) for word in words(text)]
            known = [row for row in rows if row is not None]
            if known:
                found[at] = self._table[known].mean(axis=0)
        return found

    def _row(self, word: str) -> int | None:
        row = self._rows.get(word)
        return self._rows.get(exact(word)) if row is None else row


def unit(vectors: Vectors) -> Vectors:
    """The same directions with length one, so that a product is a cosine; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled

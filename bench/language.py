"""Language: which language a text is in, ours beside the libraries that a user would pick.

    ./haidang bench language --data JSONL [--json] [--repeats 3] [--no-peers]

Rows are `{lang, text}`. Prints the share told right, in all and per language (`accuracy_vi`, …), and
for Vietnamese with its marks taken away (`accuracy_vi_unmarked`). lingua is slow: it reads a sample
of every tenth row.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from bench.measuring import Figures, Measured, measure, parser_of, progress, read_lines, tell

SAMPLED = {"lingua": 10}
UNMARKED = "vi_unmarked"


def main(arguments: list[str]) -> int:
    parser = parser_of("language", __doc__)
    parser.add_argument("--data", type=Path, required=True)
    told = parser.parse_args(arguments)
    figures: dict[str, Figures] = {}
    for name in ("haidang",) if told.no_peers else ENGINES:
        progress(f"{name} …")
        try:
            done = measure(name_all, name, told.data, prepare=_prepare, repeats=told.repeats)
        except RuntimeError as failed:
            if name == "haidang":
                raise
            progress(f"{name} does not run here: {str(failed).strip().splitlines()[-1]}")
            continue
        figures[name] = _figures(done, read_rows(told.data, every=SAMPLED.get(name, 1)))
    return tell("language", figures.pop("haidang"), figures, as_json=told.json)


def read_rows(data: Path, *, every: int = 1) -> list[tuple[str, str]]:
    """(language, text), and each Vietnamese text once more without marks."""
    rows = [(row["lang"], row["text"]) for row in read_lines(data)][::every]
    return rows + [(UNMARKED, unmarked(text)) for lang, text in rows if lang == "vi"]


def unmarked(text: str) -> str:
    """Without marks, capitals kept."""
    bare = text.replace("đ", "d").replace("Đ", "D")
    return "".join(
        char for char in unicodedata.normalize("NFD", bare) if not unicodedata.combining(char)
    )


def _prepare(name: str, data: Path) -> tuple[Callable[[str], str], list[tuple[str, str]]]:
    tell_language = ENGINES[name]
    tell_language("Loaded before it is measured.")
    return tell_language, read_rows(data, every=SAMPLED.get(name, 1))


def name_all(prepared: tuple[Callable[[str], str], list[tuple[str, str]]]) -> list[str]:
    tell_language, rows = prepared
    return [tell_language(text) for _, text in rows]


def _haidang(text: str) -> str:
    from haidang.engine.text import identify_language

    return identify_language(text)


def _pycld2(text: str) -> str:
    import pycld2

    try:
        code = pycld2.detect(text.encode(), isPlainText=True, bestEffort=True)[2][0][1]
    except pycld2.error:
        return "und"
    return str(code).partition("-")[0]


def _py3langid(text: str) -> str:
    import py3langid

    return str(py3langid.classify(text)[0])


@cache
def _lingua_model() -> Any:
    from lingua import LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_all_languages().build()


def _lingua(text: str) -> str:
    told = _lingua_model().detect_language_of(text)
    return told.iso_code_639_1.name.lower() if told else "und"


ENGINES: dict[str, Callable[[str], str]] = {
    "haidang": _haidang,
    "pycld2": _pycld2,
    "py3langid": _py3langid,
    "lingua": _lingua,
}


def _figures(done: Measured, rows: list[tuple[str, str]]) -> Figures:
    pairs = list(zip((lang for lang, _ in rows), done.value, strict=True))
    marked = [pair for pair in pairs if pair[0] != UNMARKED]
    by_language = {
        f"accuracy_{lang}": accuracy(pair for pair in pairs if pair[0] == lang)
        for lang in dict.fromkeys(lang for lang, _ in pairs)
    }
    return {
        "accuracy": accuracy(marked),
        **by_language,
        "texts_per_cpu_s": round(len(pairs) / done.cpu_s),
        "peak_mb": done.peak_mb,
        "texts": len(pairs),
    }


def accuracy(pairs: Iterable[tuple[str, str]]) -> float:
    """The share of (wanted, told) that agree; Norwegian may be told by either of its names."""
    same = {UNMARKED: "vi", "no": "nb", "nn": "nb"}
    agree = [same.get(wanted, wanted) == same.get(told, told) for wanted, told in pairs]
    return round(sum(agree) / max(1, len(agree)), 4)

"""A claim told in other words finds its check; the reasons say by what."""

from __future__ import annotations

import datetime as dt
import json
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.engine.match import CheckIndex, EndpointModel, PublishedCheck, WordVectors, read_day
from haidang.engine.match.matching import REASONS
from haidang.engine.match.posts import read_post
from haidang.engine.text import fold

ROOT = Path(__file__).resolve().parents[3]
FLOORS = json.loads((ROOT / "bench" / "floors.json").read_text(encoding="utf-8"))["claims"]
CLAIMS = [
    line.split(" ", 1)[1]
    for line in (Path(__file__).parent / "sentences_vi.txt")
    .read_text(encoding="utf-8")
    .splitlines()
    if line.startswith("1 ")
]
BRIDGE = PublishedCheck(
    id="bridge",
    claim="Cầu Vĩnh An dài 1240 m và tốn 900 tỷ đồng",
    title="Cầu Vĩnh An tốn bao nhiêu tiền?",
    published=dt.date(2024, 3, 12),
)
LAKE = PublishedCheck(
    id="lake",
    claim="A photograph shows a shark in Lake Aurelia.",
    title="Is There a Shark in Lake Aurelia?",
    published=dt.date(2025, 6, 2),
)
OTHERS = [PublishedCheck(id=str(at), claim=claim) for at, claim in enumerate(CLAIMS)]


@pytest.fixture(scope="module")
def index() -> CheckIndex:
    return CheckIndex([*OTHERS, BRIDGE, LAKE])


def test_a_claim_in_other_words_finds_its_check(index: CheckIndex) -> None:
    found = index.find(
        "Nghe nói cầu Vĩnh An tốn tới 900 tỷ, dài hơn cây số", on=dt.date(2024, 3, 20)
    )
    assert found[0].check == BRIDGE
    why = dict(found[0].why)
    assert why["shared_numbers"] == "900"
    assert why["near_in_time"] == "8"
    assert "Vĩnh" in why["shared_words"]


def test_a_text_without_marks_finds_what_one_with_marks_finds(index: CheckIndex) -> None:
    for claim in CLAIMS[:20]:
        marked = [match.check.id for match in index.find(claim)]
        assert [match.check.id for match in index.find(fold(claim))] == marked


def test_half_of_the_words_find_the_check(index: CheckIndex) -> None:
    right = 0
    for at, claim in enumerate(CLAIMS):
        words = claim.split()
        found = index.find(" ".join(words[1::2]), limit=5)
        places = [match.check.id for match in found]
        right += 1 / (places.index(str(at)) + 1) if str(at) in places else 0
    assert right / len(CLAIMS) >= FLOORS["vi_half_map5"]


def test_other_numbers_are_told(index: CheckIndex) -> None:
    found = (
        index.find("Cầu Vĩnh An dài 77 mét, bác Tư nói 1240?"),
        index.find("Cầu Vĩnh An tốn 5 tỷ đồng, 99"),
    )
    assert "other_numbers" not in dict(found[0][0].why)
    told = {match.check.id: dict(match.why) for match in found[1]}
    assert "other_numbers" not in told["bridge"] or told["bridge"]["other_numbers"] == "1240, 900"


def test_a_post_of_the_same_week_comes_first() -> None:
    old = PublishedCheck(
        id="old", claim="A shark swims in the flooded street", published=dt.date(2019, 1, 1)
    )
    new = PublishedCheck(
        id="new", claim="A shark swims in the flooded street", published=dt.date(2025, 6, 3)
    )
    post = "Shark in our flooded street! — Aurelia Post (@AureliaPost) June 2, 2025"
    assert CheckIndex([old, new, LAKE]).find(post)[0].check == new


def test_signature_and_addresses_are_not_the_body() -> None:
    post = read_post(
        "A #SharkAttack https://x.example/1 now — Aurelia Post (@AureliaPost) June 2, 2025"
    )
    assert post.body.split() == ["A", "Shark", "Attack", "now"]
    assert post.signature == "Aurelia Post Aurelia Post"
    assert post.day == dt.date(2025, 6, 2)


@pytest.mark.parametrize(
    "told", ["4 March 2026", "March 4, 2026", "04/03/2026", "2026-03-04", "4 tháng 3 năm 2026"]
)
def test_days_are_read_as_they_are_written(told: str) -> None:
    assert read_day(told) == dt.date(2026, 3, 4)


@pytest.mark.parametrize("told", ["", "31/02/2026", "soon", "March 2026"])
def test_what_is_no_day_is_none(told: str) -> None:
    assert read_day(told) is None


def test_reasons_are_of_the_closed_list(index: CheckIndex) -> None:
    known = {word for word, _ in REASONS}
    for claim in CLAIMS:
        for match in index.find(claim):
            assert {word for word, _ in match.why} <= known
            assert 0 <= match.share <= 1.001


def test_an_empty_index_finds_nothing() -> None:
    assert CheckIndex([]).find("Cầu Vĩnh An") == []
    assert CheckIndex([PublishedCheck(id="a", claim="")]).find("Cầu Vĩnh An") == []


@settings(deadline=None, max_examples=60)  # cores are shared; what counts is that it survives
@given(st.text(max_size=300))
def test_any_text_is_survived_and_leaves_nothing_behind(text: str) -> None:
    index = CheckIndex([BRIDGE, LAKE])
    before = index.find(BRIDGE.claim)
    index.find(text)
    assert index.find(BRIDGE.claim) == before


class Meaning:
    """A model of one idea: texts about sharks, in any language, and all others."""

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        about = [any(word in text.lower() for word in ("shark", "cá mập")) for text in texts]
        return np.array([[1.0, 0.0] if one else [0.0, 1.0] for one in about], np.float32)


def test_a_model_brings_in_what_shares_no_word() -> None:
    index = CheckIndex([BRIDGE, LAKE], model=Meaning())
    found = index.find("Cá mập ở hồ")
    assert found[0].check == LAKE
    assert ("near_in_meaning", "100") in found[0].why


@pytest.fixture
def endpoint() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            rows = Meaning().vectors(asked["input"]).tolist()
            data = [{"index": at, "embedding": row} for at, row in reversed(list(enumerate(rows)))]
            body = json.dumps({"model": asked["model"], "data": data}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/embeddings"
    server.shutdown()
    server.server_close()


def test_an_endpoint_of_the_openai_form_is_a_model(endpoint: str) -> None:
    def send(body: bytes) -> bytes:
        with urllib.request.urlopen(urllib.request.Request(endpoint, body), timeout=10) as answer:
            return bytes(answer.read())

    model = EndpointModel("tiny", send=send)
    assert CheckIndex([BRIDGE, LAKE], model=model).find("Cá mập ở hồ")[0].check == LAKE


@pytest.mark.parametrize(
    "answer", [b"", b"{}", b'{"data": []}', b'{"data": [{"index": 0, "embedding": ["x"]}]}']
)
def test_an_endpoint_that_answers_something_else_is_refused(answer: bytes) -> None:
    with pytest.raises(ValueError, match="endpoint"):
        EndpointModel("tiny", send=lambda _body: answer).vectors(["one"])


def test_word_vectors_come_from_a_local_file(tmp_path: Path) -> None:
    path = tmp_path / "small.vec"
    path.write_text("2 2\nhồ 1 0\nnước 0 1\n", encoding="utf-8")
    assert WordVectors(path).vectors(["Hồ nước", "khác"]).tolist() == [[0.5, 0.5], [0.0, 0.0]]
    path.write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match="no word vectors"):
        WordVectors(path)

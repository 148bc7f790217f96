import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.extract.places import absolute_url, own_url

PAGE = "https://www.baolamgiang.com.vn/thoi-su/cau.html"


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("/a.html#top", "https://www.baolamgiang.com.vn/a.html"),
        ("https://m.baolamgiang.com.vn/a", "https://m.baolamgiang.com.vn/a"),
        ("https://bao-khac.com.vn/a", None),
        ("https://evil.example/www.baolamgiang.com.vn/", None),
        ("https://www.baolamgiang.com.vn/", None),
        ("javascript:alert(1)", None),
        ("https://user:pass@www.baolamgiang.com.vn/a", None),
        ("http://[::1", None),
        ("", None),
        (None, None),
        ("/a" * 2000, None),
    ],
)
def test_own_url_stays_within_the_registrable_domain(told: str | None, wanted: str | None) -> None:
    assert own_url(told, url=PAGE) == wanted


@pytest.mark.parametrize(
    ("url", "told", "wanted"),
    [
        ("http://127.0.0.1:8001/a", "http://127.0.0.1:8001/b", "http://127.0.0.1:8001/b"),
        ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/b", None),
        ("http://localhost:8001/a", "http://localhost:8002/b", None),
        ("https://one.github.io/a", "https://two.github.io/a", None),
        ("https://a.gov.vn/x", "https://b.gov.vn/x", None),
    ],
)
def test_own_url_knows_shared_suffixes_and_bare_hosts(
    url: str, told: str, wanted: str | None
) -> None:
    assert own_url(told, url=url) == wanted


@given(st.text(max_size=60))
def test_absolute_url_is_http_or_nothing(told: str) -> None:
    found = absolute_url(told, url=PAGE)
    assert found is None or found.startswith(("http://", "https://"))

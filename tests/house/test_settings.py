"""Settings: few, with one prefix, and refused in one line when they are wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from haidang.project.options import OPTIONS, PREFIX, BadOption, read_options, read_secret_key

HOME = {"HAIDANG_HOME": os.environ["HAIDANG_HOME"]}


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(BadOption) as caught:
        read_options({**HOME, **environ})
    return str(caught.value)


def test_settings_are_at_most_forty() -> None:
    names = [option.name for option in OPTIONS]
    assert len(names) <= 40
    assert len(set(names)) == len(names)


def test_settings_explain_themselves() -> None:
    assert [option.name for option in OPTIONS if len(option.help.split()) < 3] == []


def test_defaults_are_values_that_would_be_accepted(tmp_path: Path) -> None:
    values = read_options({"HAIDANG_HOME": str(tmp_path)})
    assert set(values.values) == {option.name for option in OPTIONS}
    origins = {name: where for name, where in values.origins.items() if where != "default"}
    assert origins == {"HOME": "environment"}


def test_unknown_setting_is_refused_by_name() -> None:
    assert "HAIDANG_PROT" in refusal({"HAIDANG_PROT": "8000"})


def test_setting_of_another_program_is_not_ours() -> None:
    assert read_options({**HOME, "PORT": "nonsense", "DJANGO_PORT": "x"})["PORT"] == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "٨٠٠٠"),
        ("PORT", ""),
        ("LANGUAGE", "fr"),
        ("HOST_DELAY", "0"),
        ("HOST_DELAY", "-2"),
        ("HOST_DELAY", "nan"),
        ("HOST_DELAY", "inf"),
        ("HOST_DELAYS", "baotinh.example"),
        ("HOST_DELAYS", "baotinh.example=soon"),
        ("FETCH_THREADS", "0"),
        ("FETCH_THREADS", "100000"),
        ("WORKERS", "maybe"),
        ("LOG_LEVEL", "LOUD"),
        ("TIME_ZONE", "Asia/Nowhere"),
        ("ALLOW_PRIVATE", "baotinh.example"),
        ("ALLOW_PRIVATE", "http://127.0.0.1:80"),
        ("BASE_URL", "desk.example"),
        ("OIDC_URL", "http://elsewhere.example"),
        ("OIDC_URL", "elsewhere.example"),
        ("CONTACT", "toà soạn"),
        ("LOG_FORMAT", "xml"),
        ("TRUSTED_PROXIES", "the proxy"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("METRICS_TOKEN", "short"),
        ("BACKUP_HOURS", "-1"),
        ("BACKUP_KEEP", "0"),
        ("MAIL_URL", "mail.example"),
        ("MAIL_URL", "http://mail.example"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtp://mail.example:0"),
        ("MAIL_URL", "smtp://mail.example:port"),
        ("MAIL_URL", "smtp://mail.example/inbox"),
        ("MAIL_URL", "smtps://desk@mail.example"),
        ("MAIL_URL", "smtps://desk%0d%0a:x@mail.example"),
        ("MAIL_FROM", "desk"),
        ("MAIL_FROM", "Bàn tin <desk@lamha.example>"),
        ("MAIL_FROM", "desk@lamha.example\r\nBcc: x@y.example"),
    ],
)
def test_bad_value_is_refused_by_name(name: str, value: str) -> None:
    assert PREFIX + name in refusal({PREFIX + name: value})


def test_secrets_are_marked_so_that_they_are_masked() -> None:
    """A bad setting is told with its value, but a secret one never is."""
    secret = [option.name for option in OPTIONS if option.secret]
    assert secret == [
        "DATABASE_URL",
        "OIDC_KEY",
        "METRICS_TOKEN",
        "BACKUP_PASSPHRASE",
        "MAIL_URL",
    ]
    assert "hunter" not in refusal({"HAIDANG_BACKUP_PASSPHRASE": "hunter"})
    assert "hunter" not in refusal({"HAIDANG_MAIL_URL": "smtps://desk:hunter@mail.example/x"})


def test_file_is_read_and_the_environment_is_stronger(tmp_path: Path) -> None:
    (tmp_path / "haidang.toml").write_text('port = 8100\nlanguage = "en"\n', encoding="utf-8")
    values = read_options({"HAIDANG_HOME": str(tmp_path), "HAIDANG_PORT": "8200"})
    assert (values["PORT"], values.origins["PORT"]) == (8200, "environment")
    assert (values["LANGUAGE"], values.origins["LANGUAGE"]) == ("en", "haidang.toml")


@pytest.mark.parametrize(
    "words", ["colour = 'red'\n", "home = '/elsewhere'\n", "port = \n", "\x00"]
)
def test_bad_file_is_refused_by_name(tmp_path: Path, words: str) -> None:
    (tmp_path / "haidang.toml").write_text(words, encoding="utf-8")
    assert "haidang.toml" in refusal({"HAIDANG_HOME": str(tmp_path)})


def test_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    key = read_secret_key(tmp_path / "new")
    assert read_secret_key(tmp_path / "new") == key
    assert len(key) >= 50
    assert ((tmp_path / "new" / "secret_key").stat().st_mode & 0o777) == 0o600

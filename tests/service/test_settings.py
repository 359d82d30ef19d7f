"""What an operator can set, and what he is told when it is wrong."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from docreader.errors import SettingsError
from docreader.web.settings import Settings, load

ROOT = Path(__file__).parents[2]


def test_later_wins(tmp_path: Path) -> None:
    file = tmp_path / "docreader.toml"
    file.write_text('allow = ["https://a.example/*"]\nport = 1000\nqueue = 5\nlinger = 2\n', encoding="utf-8")
    environment = {
        "DOCREADER_SERVE_PORT": "2000",
        "DOCREADER_SERVE_QUEUE": "6",
        "PORT": "1",
        "DOCREADER_SERVE_OWN_ORIGIN": "yes",
    }
    found = load(file, environment, {"port": 3000, "jobs": "7", "voices": "northern,southern"})
    assert found == replace(
        Settings(),
        allow=("https://a.example/*",),
        port=3000,
        queue=6,
        linger=2.0,
        own_origin=True,
        jobs=7,
        voices=("northern", "southern"),
    )
    lists = load(None, {"DOCREADER_SERVE_ALLOW": "https://a.example/*, https://b.example/*"}, None)
    assert lists.allow == ("https://a.example/*", "https://b.example/*")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("prot = 1", "'prot'"),
        ("port = '80'", "port"),
        ("port = true", "port"),
        ("jobs = 0", "jobs"),
        ("queue = -1", "queue"),
        ("fresh = nan", "fresh"),
        ("allow = 'https://a.example'", "allow"),
        ("allow = ['']", "allow"),
        ("private = ['10.0.0.1/8']", "private"),
        ("keys_for = 'some'", "all, texts"),
        ("port = ", "TOML"),
    ],
)
def test_wrong_settings_are_one_line(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "docreader.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=told) as raised:
        load(file, {}, {})
    assert str(file) in str(raised.value) and "\n" not in str(raised.value).strip()


def test_wrong_environment() -> None:
    with pytest.raises(SettingsError, match="DOCREADER_SERVE_PORT"):
        load(None, {"DOCREADER_SERVE_PORT": "http"}, None)
    with pytest.raises(SettingsError, match="DOCREADER_SERVE_OWN_ORIGIN"):
        load(None, {"DOCREADER_SERVE_OWN_ORIGIN": "maybe"}, None)
    with pytest.raises(SettingsError, match="cannot be read"):
        load("/no/such/file.toml", {}, None)


def test_every_setting_is_told() -> None:
    told = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
    for setting in fields(Settings):
        assert f"\n| `{setting.name}` |" in told, setting.name


def test_the_example_is_right() -> None:
    assert load(ROOT / "deploy" / "docreader.toml", {}, None).allow == ("https://portal.example/*",)

"""Settings are shown with their documentation and stored without touching anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.app.settings import Setting, parsed, settings, store
from tui.config import Config, load_config
from tui.errors import ConfigError, ConflictError

FILE = """# mine
keymap = "vim"  # because

# memory is scarce here
embedding_memory_mb = 64
"""


def setting(name: str) -> Setting:
    (found,) = (s for s in settings(Config()) if s.name == name)
    return found


def test_every_setting_is_explained() -> None:
    for one in settings(Config()):
        assert one.doc.endswith(".") or one.doc.endswith(")"), one
        assert one.value == one.default


def test_comments_and_order_survive(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(FILE)
    assert store(path, "embedding_memory_mb", 128).embedding_memory_mb == 128
    assert path.read_text() == FILE.replace("64", "128")
    store(path, "autosave", False)
    assert path.read_text().startswith(FILE.replace("64", "128"))
    assert load_config(path) == Config(keymap="vim", embedding_memory_mb=128, autosave=False)


def test_a_first_setting_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "ttylabel" / "config.toml"
    assert store(path, "graphics", "sixel").graphics == "sixel"
    assert path.read_text() == 'graphics = "sixel"\n'


def test_a_broken_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("keymap = = 3")
    with pytest.raises(ConfigError, match="Correct the file"):
        store(path, "keymap", "vim")
    assert path.read_text() == "keymap = = 3"


def test_a_file_that_changed_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(FILE)
    monkeypatch.setattr("tui.app.settings._read", lambda _: b"autosave = true\n")
    with pytest.raises(ConflictError):
        store(path, "keymap", "cvat")
    assert path.read_text() == FILE


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("autosave", "False", False),
        ("max_image_mb", " 64 ", 64),
        ("keymap", "vim", "vim"),
        ("everything_score", "0.5", 0.5),
        ("segmenter", "mobile-sam", "mobile-sam"),
    ],
)
def test_typed_values(name: str, text: str, value: object) -> None:
    assert parsed(setting(name), text) == value


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("autosave", "maybe", "true or false"),
        ("max_image_mb", "-3", "whole number"),
        ("everything_score", "nan", "is a number"),
        ("keymap", "vmi", "vim"),
        ("graphics", "crayon", "no way to draw"),
    ],
)
def test_wrong_values_are_refused_in_words(name: str, text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        parsed(setting(name), text)


def test_own_keys_survive_and_are_not_a_line_of_settings(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\nx = "-"  # mine\n')
    assert store(path, "keymap", "vim") == Config(keymap="vim", keys=(("all", "x", "-"),))
    assert "# mine" in path.read_text()
    assert "keys" not in {one.name for one in settings(Config())}


def test_own_colours_survive_too(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[colours]\ncat = "#010203"  # mine\n')
    assert store(path, "graphics", "sixel") == Config(graphics="sixel", colours=(("cat", (1, 2, 3)),))
    assert "# mine" in path.read_text()

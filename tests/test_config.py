"""Settings: defaults, the user's file, and words for what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.config import Config, load_config
from tui.errors import ConfigError


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return path


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert load_config(tmp_path / "absent.toml") == Config()


def test_sparse_file_overlays_the_defaults(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, 'keymap = "vim"\nautosave = false\n'))
    assert config == Config(keymap="vim", autosave=False)


def test_y3_unknown_setting_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"unknown setting 'segmentor'.*Did you mean 'segmenter'"):
        load_config(write(tmp_path, 'segmentor = "x"\n'))


@pytest.mark.parametrize("line", ["autosave = 1", "max_pixels_m = true", "keymap = 3", "max_pixels_m = 1.5"])
def test_y3_wrong_type(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigError, match="must be"):
        load_config(write(tmp_path, line + "\n"))


@pytest.mark.parametrize("content", [b"keymap = ", b"\xff\xfe", b"a = 1\na = 2\n"])
def test_broken_file_is_an_error_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"config\.toml"):
        load_config(path)


def test_limits_are_given_in_the_units_they_are_used_in() -> None:
    config = Config(max_image_mb=3, max_pixels_m=7)
    assert (config.max_image_bytes, config.max_pixels) == (3_000_000, 7_000_000)


def test_own_keys_are_tables_for_all_modes_or_one(tmp_path: Path) -> None:
    text = '[keys]\n"ctrl+x" = "files.next"\n[keys.points]\nx = "-"\n'
    config = load_config(write(tmp_path, text))
    assert config == Config(keys=(("all", "ctrl+x", "files.next"), ("points", "x", "-")))


@pytest.mark.parametrize(
    "text",
    ["keys = 3", "[keys]\nx = 3", "[keys.points]\nx = 3", "[keys.points.deep]\nx = 'y'", "[[keys]]\nx = 'y'"],
)
def test_own_keys_of_another_form_say_how_they_are_written(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml: .*must be.*Write \[keys\]"):
        load_config(write(tmp_path, text + "\n"))


def test_own_colours_are_a_table_of_class_names(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, '[colours]\ncat = "#e69F00"\n"traffic light" = "#000001"\n'))
    assert config == Config(colours=(("cat", (230, 159, 0)), ("traffic light", (0, 0, 1))))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colours = 3", "'colours' must be a table, not a whole number"),
        ("[colours]\ncat = 3", r"'cat' in \[colours\] must be a colour in text, not a whole number"),
        ("[colours.cat]\nx = '#ffffff'", r"'cat' in \[colours\] must be a colour in text"),
        ("[colours]\ncat = 'red'", r"'cat' in \[colours\] is 'red', which is no colour"),
        ("[colours]\ncat = '#fff'", "is '#fff', which is no colour"),
        ("[colours]\ncat = '#gg0000'", "is '#gg0000', which is no colour"),
        ("[colours]\ncat = '#ffffff '", "is '#ffffff ', which is no colour"),
    ],
)
def test_y3_a_wrong_colour_names_file_class_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=rf"config\.toml: .*{said}.*two hex digits each"):
        load_config(write(tmp_path, text + "\n"))


@pytest.mark.parametrize(("typed", "meant"), [("colors", "colours"), ("key", "keys")])
def test_y3_a_misspelt_table_names_the_nearest(tmp_path: Path, typed: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=f"unknown setting '{typed}'.*Did you mean '{meant}'"):
        load_config(write(tmp_path, f"[{typed}]\ncat = '#ffffff'\n"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("max_image_mb = -1", "must be 1 or more, not -1"),
        ("max_pixels_m = 0", "must be 1 or more, not 0"),
        ("embedding_disk_mb = -5", "must be 0 or more, not -5"),
        ("everything_side = -3", "must be 0 or more, not -3"),
        ("everything_score = 1.5", "must be 0 to 1, not 1.5"),
        ("everything_stability = nan", "must be 0 to 1, not nan"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused_when_it_is_read(
    tmp_path: Path, line: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=rf"config\.toml: '{line.split()[0]}' {words}"):
        load_config(write(tmp_path, line + "\n"))


def test_a_whole_number_is_a_number(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, "everything_score = 1\n")).everything_score == 1.0
    with pytest.raises(ConfigError, match="must be a number, not true or false"):
        load_config(write(tmp_path, "everything_score = true\n"))

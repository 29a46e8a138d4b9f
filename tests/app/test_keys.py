"""Textual's key events as portable key names."""

from __future__ import annotations

import pytest
from textual import events

from tui.app.keys import KeyReader, key_name


@pytest.mark.parametrize(
    ("key", "character", "name"),
    [
        ("q", "q", "q"),
        ("upper_q", "Q", "Q"),
        ("left_square_bracket", "[", "["),
        ("question_mark", "?", "?"),
        ("space", " ", "space"),
        ("enter", "\r", "enter"),
        ("tab", "\t", "tab"),
        ("shift+tab", None, "shift+tab"),
        ("escape", "\x1b", "escape"),
        ("backspace", "\x7f", "backspace"),
        ("ctrl+s", "\x13", "ctrl+s"),
        ("left", None, "left"),
        ("f5", None, None),
        ("ctrl+shift+x", None, None),
    ],
)
def test_names(key: str, character: str | None, name: str | None) -> None:
    assert key_name(key, character) == name


def press(reader: KeyReader, key: str, at: float) -> tuple[str, int]:
    event = events.Key(key, key if len(key) == 1 else None)
    event.time = at
    read = reader.read(event)
    assert read is not None
    return read.name, read.repeat


def test_quick_repetition_is_counted() -> None:
    reader = KeyReader()
    assert [press(reader, "l", t / 30)[1] for t in range(4)] == [0, 1, 2, 3]


def test_a_pause_or_another_key_starts_anew() -> None:
    reader = KeyReader()
    press(reader, "l", 0.00)
    assert press(reader, "l", 0.03) == ("l", 1)
    assert press(reader, "j", 0.06) == ("j", 0)
    assert press(reader, "l", 0.09) == ("l", 0)
    assert press(reader, "l", 0.60) == ("l", 0)

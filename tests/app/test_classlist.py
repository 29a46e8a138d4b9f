"""The class palette's lines."""

from __future__ import annotations

from session.world import World, boxes
from tui.app.classlist import class_items
from tui.app.colours import default_colour
from tui.session.state import Options

TWO = boxes((10, 10, 60, 60), (100, 100, 200, 200), class_id=1)


def test_a_line_says_number_key_count_and_what_is_in_use() -> None:
    w = World(labels={0: TWO}, classes=tuple(f"c{n}" for n in range(12)))
    w.press("3 n")
    items = class_items(w.session)
    assert [item.value for item in items] == [str(n) for n in range(12)]
    assert items[1].detail == "#1 · key 2 · 2 here · selected"
    assert items[2].detail == "#2 · key 3 · in use"
    assert items[11].detail == "#11"
    assert items[1].colour == default_colour(1)


def test_the_first_ten_classes_always_say_their_key() -> None:
    w = World(labels={0: TWO}, classes=tuple(f"c{n}" for n in range(12)), options=Options(task="segment"))
    for way in ("w escape", "ctrl+e", "e", "w escape ctrl+e", "q", "b p l"):
        w.press(way)
        keys = [item.detail.partition("key ")[2].partition(" ")[0] for item in class_items(w.session)]
        assert keys == [*"1234567890", "", ""], w.session.mode

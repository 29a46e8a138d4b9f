from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session.view import LARGEST_SCALE, fit, to_device


def test_zooming_in_and_out_keeps_the_cursor_in_place() -> None:
    w = World(sizes=((4000, 3000),))
    before = to_device(w.session.view, w.session.cursor)
    w.invoke("view.in")
    assert w.session.view.scale > fit((4000, 3000), w.canvas).scale
    assert to_device(w.session.view, w.session.cursor) == pytest.approx(before)
    w.invoke("view.out")
    assert w.session.view == fit((4000, 3000), w.canvas)


def test_a_count_zooms_several_steps() -> None:
    once, counted = World().press("z z z").view, World().press("' 3 z").view
    assert (counted.scale, counted.x, counted.y) == pytest.approx((once.scale, once.x, once.y))


def test_fit_and_one_to_one() -> None:
    w = World(sizes=((4000, 3000),))
    assert w.invoke("view.actual").view.scale == 1.0
    assert not w.session.view.fitted
    assert w.invoke("view.fit").view == fit((4000, 3000), w.canvas)


@pytest.mark.parametrize(
    ("command", "key", "dx", "dy"),
    [("view.left", "A", -1, 0), ("view.right", "D", 1, 0), ("view.up", "W", 0, -1), ("view.down", "S", 0, 1)],
)
def test_scrolling_moves_the_view_and_not_the_cursor(command: str, key: str, dx: int, dy: int) -> None:
    w = World(sizes=((4000, 3000),))
    w.press("V")
    view, cursor = w.session.view, w.session.cursor
    w.invoke(command)
    assert (w.session.view.x - view.x, w.session.view.y - view.y) == pytest.approx((dx * 260, dy * 195))
    assert w.session.cursor == cursor
    assert World(sizes=((4000, 3000),)).press(f"V {key}").view == w.session.view


def test_centre_brings_the_cursor_to_the_middle() -> None:
    w = World(sizes=((4000, 3000),))
    w.press("V L L")
    w.invoke("view.centre")
    assert to_device(w.session.view, w.session.cursor) == pytest.approx((520, 390))


def test_zooming_to_the_selected_instance_or_the_mask() -> None:
    w = World(sizes=((4000, 3000),), labels={0: boxes((100, 100, 200, 150))})
    w.invoke("view.object")
    assert "no selected instance" in w.said()
    w.press("n o")
    assert to_device(w.session.view, (100, 0))[0] == pytest.approx(1040 * 0.2)
    assert to_device(w.session.view, (200, 0))[0] == pytest.approx(1040 * 0.8)
    w.press("escape v")
    w.at(3000, 2000).press("q o")
    assert to_device(w.session.view, (3000.5, 2000.5)) == pytest.approx((520, 390), abs=1)


def test_zooming_to_a_box_prompt_that_has_no_mask_yet() -> None:
    w = World(sizes=((4000, 3000),), no_masks="no")
    w.at(1000, 1000).press("r")
    w.at(1099, 1099).press("r o")
    assert to_device(w.session.view, (1050, 1050)) == pytest.approx((520, 390))


def test_a_new_image_is_fitted() -> None:
    w = World(sizes=((640, 480), (100, 900)))
    w.press("z z z d")
    assert w.session.view == fit((100, 900), w.canvas)
    assert w.session.cursor == (50.5, 450.5)


def test_the_largest_count_zooms_to_either_end() -> None:
    w = World(sizes=((4000, 3000),))
    assert w.press("' 9 9 9 9 z").view.scale == LARGEST_SCALE
    assert w.press("' 9 9 9 9 Z").view == fit((4000, 3000), w.canvas)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("v", "All of the image is in view: z zooms in"),
        ("D", "All of the image is in view: z zooms in"),
        ("Z", "It cannot be shown smaller"),
        ("' 9 9 z z", "It cannot be shown larger"),
    ],
)
def test_a_view_that_cannot_change_says_so(keys: str, words: str) -> None:
    w = World(sizes=((4000, 3000),))
    w.press(keys)
    assert w.said() == words

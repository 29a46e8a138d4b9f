from __future__ import annotations

from itertools import pairwise

import pytest

from session.world import World
from tui.session.commands.move import STEP_PARTS, acceleration, snapped, stride
from tui.session.events import Key
from tui.session.state import Viewport
from tui.session.view import to_device

FULL_HD = Viewport(scale=1.0, canvas=(1920, 1080))


def world() -> World:
    """A 12 MP image in a canvas of 1000 x 750 device pixels."""
    return World(sizes=((4000, 3000),), canvas=(1000, 750))


@pytest.mark.parametrize(
    ("command", "dx", "dy"),
    [("cursor.left", -1, 0), ("cursor.right", 1, 0), ("cursor.up", 0, -1), ("cursor.down", 0, 1)],
)
def test_one_step_and_a_large_one(command: str, dx: int, dy: int) -> None:
    w = world()
    x, y = w.session.cursor
    step = stride(w.session.view, w.session.step)
    assert w.invoke(command).cursor == (x + dx * step, y + dy * step)
    far = stride(w.session.view, w.session.step, far=True)
    assert far > 4 * step
    w.invoke(command.replace(".", ".far_"))
    assert w.session.cursor == (x + dx * (step + far), y + dy * (step + far))


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        ("h left", "cursor.left"),
        ("j down", "cursor.down"),
        ("k up", "cursor.up"),
        ("l right", "cursor.right"),
        ("H", "cursor.far_left"),
        ("J", "cursor.far_down"),
        ("K", "cursor.far_up"),
        ("L", "cursor.far_right"),
    ],
)
def test_letters_and_arrows_move_alike(keys: str, command: str) -> None:
    wanted = world().invoke(command).cursor
    assert {world().press(key).cursor for key in keys.split()} == {wanted}


def test_the_step_is_measured_on_the_screen() -> None:
    w = world()
    x = w.session.cursor[0]
    fitted = w.press("l").cursor[0] - x
    w.press("h z z z z")
    zoomed = w.press("l").cursor[0] - x
    assert zoomed < fitted / 4
    assert zoomed * w.session.view.scale == pytest.approx(1000 * STEP_PARTS[2], abs=w.session.view.scale)


def test_step_size_0_is_one_pixel_at_any_zoom() -> None:
    w = world()
    w.press("[ [")
    x, y = w.session.cursor
    assert w.press("l").cursor == (x + 1, y)
    assert w.press("L").cursor == (x + 11, y)
    assert w.give(Key("l", repeat=50)).cursor == (x + 12, y)


def test_finer_and_coarser_say_where_they_end() -> None:
    w = world()
    w.invoke("cursor.finer")
    assert w.session.step == 1
    assert w.press("[ [").step == 0
    assert "one pixel" in w.said()
    w.invoke("cursor.coarser")
    assert w.press("' 9 ]").step == len(STEP_PARTS) - 1
    w.press("]")
    assert "largest step" in w.said()


def test_a_step_is_at_least_one_pixel_and_at_most_half_the_canvas() -> None:
    assert stride(Viewport(scale=64.0, canvas=(100, 100)), 1) == 1
    assert stride(FULL_HD, 4, far=True, repeat=99) == 960


def test_a_count_repeats_a_step() -> None:
    w = world()
    x = w.session.cursor[0]
    step = stride(w.session.view, w.session.step)
    assert w.press("' 1 2 l").cursor[0] == x + 12 * step


def test_repeating_accelerates_after_a_few_taps() -> None:
    curve = [acceleration(n) for n in range(40)]
    assert curve[:4] == [1, 1, 1, 1]
    assert curve == sorted(curve)
    assert curve[-1] == 8
    assert max(b - a for a, b in pairwise(curve)) == 1
    w = world()
    x = w.session.cursor[0]
    assert w.give(Key("l", repeat=20)).cursor[0] - x == stride(w.session.view, 2) * 8


def test_a_held_key_crosses_the_picture_in_under_a_second_at_30_presses() -> None:
    w = world()
    w.press("' 9 9 9 H")
    presses = 0
    while w.session.cursor[0] < 3999:
        w.give(Key("l", repeat=presses))
        presses += 1
    assert presses <= 25


def test_a_12_megapixel_image_is_crossed_in_few_keys() -> None:
    w = world()
    w.press("' 9 9 9 H")
    assert w.session.cursor[0] == 0.5
    assert w.press("] L L L L").cursor[0] == 3999.5


def test_the_cursor_stays_inside_and_the_view_follows() -> None:
    w = world()
    w.press("z z z z z")
    for _ in range(40):
        w.press("L J")
        x, y = to_device(w.session.view, w.session.cursor)
        assert 0 <= x <= 1000
        assert 0 <= y <= 750
    assert w.session.cursor == (3999.5, 2999.5)


def test_the_middle_is_the_middle_of_what_is_visible() -> None:
    w = world()
    w.press("L K z z z W")
    w.invoke("cursor.middle")
    x, y = to_device(w.session.view, w.session.cursor)
    assert (x, y) == pytest.approx((500, 375), abs=2 * w.session.view.scale)


@pytest.mark.parametrize(
    ("at", "snap"),
    [((3.2, 4.9), (3.5, 4.5)), ((-7, 1e9), (0.5, 49.5)), ((100, 50), (99.5, 49.5)), ((0, 0), (0.5, 0.5))],
)
def test_the_cursor_is_the_centre_of_a_pixel(at: tuple[float, float], snap: tuple[float, float]) -> None:
    assert snapped(at, (100, 50)) == snap

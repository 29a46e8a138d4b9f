"""Pointing with the keyboard: budgets of keys, zooming, and what ends it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from session.world import World
from tui.session.effects import Decode
from tui.session.grid import cells
from tui.session.keymap import keys_of, load_keymap
from tui.session.state import Mode
from tui.types.instance import Instance
from tui.types.shapes import Box

CANVASES = [(1040, 780), (80, 44), (160, 90), (2400, 1300), (600, 1200)]
PIXELS = [(0, 0), (3999, 2999), (1234, 987), (17, 2998), (3600, 1)]

# fmt: off
DEV_SIZES = (
    (256, 256), (275, 500), (300, 225), (320, 240), (334, 500), (358, 640), (375, 500), (426, 640),
    (428, 640), (480, 360), (486, 348), (500, 263), (500, 280), (500, 332), (500, 333), (500, 334),
    (500, 357), (500, 370), (500, 374), (500, 375), (500, 400), (500, 405), (500, 417), (500, 500),
    (512, 512), (614, 461), (640, 424), (640, 426), (640, 427), (640, 428), (640, 444), (640, 464),
    (640, 479), (640, 480), (640, 640), (668, 500), (800, 600), (1024, 1024), (1152, 2048), (2048, 1536),
)
# fmt: on
"""Every image size of `../shared/data/dev`, upright."""


def key_of(w: World, x: float, y: float) -> str:
    """The key of the cell that holds a place."""
    assert w.session.grid is not None
    found = cells(w.session.grid.area)
    return next(k for k, c in found.items() if c.x0 <= x < c.x1 and c.y0 <= y < c.y1)


def narrowed(w: World, x: float, y: float, keys: int) -> None:
    w.invoke("grid.open")
    for _ in range(keys):
        w.press(key_of(w, x, y))


@pytest.mark.parametrize("canvas", CANVASES)
@pytest.mark.parametrize("pixel", PIXELS)
def test_any_pixel_of_twelve_megapixels_in_six_keys(canvas: tuple[int, int], pixel: tuple[int, int]) -> None:
    w = World(sizes=((4000, 3000),), canvas=canvas)
    narrowed(w, *pixel, keys=4)
    if w.session.grid is not None:
        w.press(key_of(w, *pixel))
    assert w.session.cursor == (pixel[0] + 0.5, pixel[1] + 0.5)
    assert w.session.mode is Mode.NAVIGATE
    assert w.session.view.fitted


@pytest.mark.parametrize("canvas", CANVASES)
def test_a_point_in_four_keys_lands_in_the_middle_of_a_small_cell(canvas: tuple[int, int]) -> None:
    w = World(sizes=((4000, 3000),), canvas=canvas)
    w.press("space")
    narrow = [key_of(w, 1500, 700)]
    w.press(narrow[0])
    narrow.append(key_of(w, 1500, 700))
    w.press(f"{narrow[1]} space")
    (point,) = w.session.draft.points
    assert abs(point.x - 1500) <= 20
    assert abs(point.y - 700) <= 94
    assert w.session.mode is Mode.POINTS
    assert len(w.asked(Decode)) == 1


@pytest.mark.parametrize("canvas", CANVASES)
def test_a_box_in_eight_keys(canvas: tuple[int, int]) -> None:
    w = World(sizes=((4000, 3000),), canvas=canvas)
    w.press("space w d R space , k space")
    box = w.session.draft.box
    assert box is not None
    assert w.session.mode is Mode.POINTS
    assert box.width > 2000
    assert box.height > 50


def test_a_plain_box_by_the_grid_is_an_instance() -> None:
    w = World()
    w.press("space w d ctrl+r space i k space")
    assert isinstance(w.session.image.instances[0], Instance)
    assert not w.asked(Decode)


def test_the_picture_zooms_to_the_cell_and_comes_back() -> None:
    w = World(sizes=((4000, 3000),))
    home = w.session.view
    w.press("space d")
    assert w.session.view.scale > home.scale * 1.5
    assert w.session.grid is not None
    assert w.session.grid.area == Box(800, 1500, 1200, 2250)
    assert w.session.cursor == (1000.5, 1875.5)
    w.press("backspace")
    assert w.session.view == home
    w.press("d enter")
    assert w.session.view == home
    assert w.session.cursor == (1000.5, 1875.5)


@pytest.mark.parametrize("canvas", [(80, 44), (1040, 780)])
def test_it_zooms_no_further_than_letters_need_and_keeps_the_surroundings(canvas: tuple[int, int]) -> None:
    w = World(canvas=canvas)
    w.press("space d")
    assert w.session.grid is not None
    area, view = w.session.grid.area, w.session.view
    cell = min(one.width for one in cells(area).values()) * view.scale
    assert cell >= min(2, canvas[0] / 60)
    assert area.width * view.scale <= canvas[0] * 0.4
    assert area.height * view.scale <= canvas[1]


def test_a_cell_large_enough_is_not_zoomed() -> None:
    w = World(sizes=((4000, 3000),))
    w.press("V")
    home = w.session.view
    w.press("space")
    assert w.session.view == home


def test_escape_and_backspace_leave_everything_as_it_was() -> None:
    w = World()
    before = w.session
    for keys in ("space d f escape", "space backspace", "space k backspace backspace"):
        w.press(keys)
        assert w.session.cursor == before.cursor
        assert w.session.view == before.view
        assert w.session.mode is Mode.NAVIGATE


@pytest.mark.parametrize(
    ("command", "positive"), [("grid.act", True), ("grid.positive", True), ("grid.negative", False)]
)
def test_prompt_keys_take_the_middle(command: str, positive: bool) -> None:
    w = World()
    w.press("q space d")
    w.invoke(command)
    assert w.session.draft.points[1].positive is positive
    assert w.session.mode is Mode.POINTS


def test_a_negative_point_without_a_mask_is_refused_in_words() -> None:
    w = World()
    w.press("space d E")
    assert "takes away from a mask" in w.said()
    assert w.session.mode is Mode.NAVIGATE


def test_the_grid_in_an_open_box_sets_the_other_corner_or_only_goes_there() -> None:
    w = World()
    w.at(10, 10).press("r space / enter")
    assert w.session.mode is Mode.BOX
    w.press("space / space")
    assert w.session.draft.box is not None


def test_commands_by_name() -> None:
    w = World()
    w.invoke("grid.open")
    w.invoke("grid.pick", "q")
    w.invoke("grid.back")
    w.invoke("grid.pick", "?")
    assert "no cell" in w.said()
    w.invoke("grid.corner")
    assert w.session.mode is Mode.BOX
    w.press("escape")
    w.invoke("grid.open")
    w.invoke("grid.manual")
    assert w.session.draft.manual
    w.press("escape")
    w.invoke("grid.open")
    w.invoke("grid.take")
    assert w.session.mode is Mode.NAVIGATE


def test_other_commands_say_that_the_grid_is_open() -> None:
    w = World()
    w.press("space")
    w.invoke("instance.next")
    assert "The grid is open" in w.said()


def test_leaving_the_image_closes_the_grid() -> None:
    w = World()
    w.press("space d")
    w.invoke("files.next")
    assert w.session.grid is None
    assert w.session.mode is Mode.NAVIGATE


@pytest.mark.parametrize("keymap", ["anylabeling", "cvat", "labelimg", "vim"])
def test_every_preset_has_the_whole_keyboard(keymap: str) -> None:
    chance = random.Random(1)
    w = World(sizes=((4000, 3000),), keymap=keymap)
    opens = keys_of(load_keymap(keymap), Mode.NAVIGATE, "grid.open")[
        0
    ].lower()  # "Space" is the key's name on the screen
    for _ in range(10):
        x, y = chance.randrange(4000), chance.randrange(3000)
        w.press(opens)
        while w.session.grid is not None:
            w.press(key_of(w, x, y))
        assert w.session.cursor == (x + 0.5, y + 0.5)


def targets(wh: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The corners, the middle and two pixels anywhere."""
    chance = random.Random(wh[0] * wh[1])
    yield from ((0, 0), (wh[0] - 1, wh[1] - 1), (wh[0] - 1, 0), (wh[0] // 2, wh[1] // 2))
    for _ in range(2):
        yield chance.randrange(wh[0]), chance.randrange(wh[1])


def typed(w: World, x: float, y: float, *, picks: int | None = None) -> int:
    """Open the grid and narrow it to a place, to the end or by so many keys; the keys that took."""
    w.press("space")
    keys = 1
    while w.session.grid is not None and keys - 1 != picks:
        w.press(key_of(w, x, y))
        keys += 1
    return keys


def near(w: World, x: float, y: float, at: tuple[float, float]) -> bool:
    """Whether `at` lies in the cell that two keys of the grid name: 1/100 by 1/16 of the image."""
    width, height = w.session.image.wh
    return abs(at[0] - x) <= width / 100 + 1 and abs(at[1] - y) <= height / 16 + 1


@pytest.mark.parametrize("canvas", CANVASES[:2])
@pytest.mark.parametrize("wh", [*DEV_SIZES, (4000, 3000)])
def test_pointing_stays_within_its_budget_on_every_size(wh: tuple[int, int], canvas: tuple[int, int]) -> None:
    for x, y in targets(wh):
        w = World(sizes=(wh,), canvas=canvas)
        assert typed(w, x, y) <= 6
        assert w.session.cursor == (x + 0.5, y + 0.5)

        w = World(sizes=(wh,), canvas=canvas)
        keys = typed(w, x, y, picks=2)
        w.press("space")
        assert keys + 1 <= 4
        (point,) = w.session.draft.points
        assert near(w, x, y, (point.x, point.y))

    x0, y0, x1, y1 = wh[0] // 5, wh[1] // 5, wh[0] * 7 // 10, wh[1] * 9 // 10
    w = World(sizes=(wh,), canvas=canvas)
    keys = typed(w, x0, y0, picks=2)
    w.press("R")
    keys += 1 + typed(w, x1, y1, picks=2)
    w.press("space")
    assert keys + 1 <= 8
    box = w.session.draft.box
    assert box is not None
    assert near(w, x0, y0, (box.x0, box.y0))
    assert near(w, x1, y1, (box.x1, box.y1))


def test_the_sizes_are_those_of_the_photos(shared: Path) -> None:
    described = [json.loads(file.read_text("utf-8")) for file in (shared / "data" / "dev").glob("*.json")]
    assert {(one["width"], one["height"]) for one in described} == set(DEV_SIZES)

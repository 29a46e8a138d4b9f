"""Whatever way led to a scene, the screen shows what a fresh paint of it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.changes import CHANGES, COLOURS
from render.drawn import PHOTO, disc_mask
from terminal.screen import Screen, SixelLimits
from tui.render import strokes
from tui.render.drivers.base import Driver
from tui.render.drivers.registry import make_driver
from tui.render.scene import Canvas, MaskMark, Photo, Rgb, Scene, ShapeMark, View, box_points
from tui.render.terminal import Terminal
from tui.types.shapes import Box

CANVAS = Canvas(col=3, row=1, cols=30, rows=10, cell=(10, 20))
XTERM = frozenset({"sixel-slots-16", "sixel-max-1000"})
BANDS = frozenset({"sixel-opaque", "sixel-bands"})


@dataclass(frozen=True, slots=True)
class Case:
    """A terminal to draw for, and how large a device pixel is."""

    terminal: Terminal
    limits: SixelLimits | None
    shrink: float


CASES = {
    "sixel pixels": Case(Terminal("sixel"), SixelLimits(whole_cells=True), 1.0),
    "sixel xterm": Case(Terminal("sixel", quirks=XTERM), SixelLimits((1000, 1000), 16), 1.0),
    "sixel opaque": Case(Terminal("sixel", quirks=frozenset({"sixel-opaque"})), SixelLimits(), 1.0),
    "sixel bands": Case(Terminal("sixel", quirks=BANDS), SixelLimits(), 1.0),
    "blocks truecolor": Case(Terminal("halfblock", colours="truecolor"), None, 0.1),
    "blocks 256": Case(Terminal("halfblock", colours="256"), None, 0.1),
    "blocks 16": Case(Terminal("halfblock", colours="16"), None, 0.1),
    "blocks none": Case(Terminal("halfblock", colours="none"), None, 0.1),
}


TRUE_COLOURS = ("sixel pixels", "sixel xterm", "sixel opaque", "blocks truecolor")


def make_screen(case: Case) -> Screen:
    kitty = case.terminal.protocol == "kitty"
    return Screen(36, 13, cell=CANVAS.cell, sixel=case.limits, kitty=kitty)


def real_errors(screen: Screen) -> list[str]:
    """What the screen complains about, except lost patches of xterm's: the pictures compared show that
    nothing is missing, later pictures and the photo hold the same pixels.
    """
    return [error for error in screen.errors if not error.startswith("too many sixel pictures")]


def fresh(case: Case, scene: Scene) -> np.ndarray:
    screen = make_screen(case)
    screen.feed(make_driver(case.terminal).update(None, scene))
    return screen.image()


def refine(driver: Driver, screen: Screen, scene: Scene) -> None:
    """What an update left out for the sake of the next key comes when none does."""
    while piece := driver.refine(scene):
        screen.feed(piece)


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=6)
@given(changes=st.lists(CHANGES, min_size=1, max_size=16), every=st.integers(3, 8))
def test_updates_end_in_the_picture_of_a_fresh_paint(
    name: str, changes: list[dict[str, object]], every: int
) -> None:
    case = CASES[name]
    driver, screen = make_driver(case.terminal), make_screen(case)
    scene = Scene(canvas=CANVAS, photo=PHOTO, view=View(0, 0, case.shrink), cursor=(150.0, 90.0))
    screen.feed(driver.update(None, scene))
    for number, change in enumerate(changes):
        after = replace(scene, **change)
        if "view" in change:
            after = replace(after, view=replace(after.view, scale=after.view.scale * case.shrink))
        screen.feed(driver.update(scene, after))
        scene = after
        if number % every == 0:
            refine(driver, screen, scene)
            assert np.array_equal(screen.image(), fresh(case, scene))
    refine(driver, screen, scene)
    assert np.array_equal(screen.image(), fresh(case, scene))
    assert real_errors(screen) == []


@pytest.mark.parametrize("name", CASES)
def test_a_cursor_walk_ends_in_the_picture_of_a_fresh_paint(name: str) -> None:
    case = CASES[name]
    driver, screen = make_driver(case.terminal), make_screen(case)
    scene = Scene(canvas=CANVAS, photo=PHOTO, view=View(0, 0, case.shrink), cursor=(150.0, 90.0))
    scene = replace(scene, mask=MaskMark(disc_mask(), COLOURS[0]))
    screen.feed(driver.update(None, scene))
    noise = np.random.default_rng(3)
    for step in range(120):
        x, y = scene.cursor or (0, 0)
        dx, dy = noise.integers(-12, 13, 2)
        after = replace(scene, cursor=(float(np.clip(x + dx, 0, 299)), float(np.clip(y + dy, 0, 199))))
        screen.feed(driver.update(scene, after))
        scene = after
        if step % 15 == 0:
            assert np.array_equal(screen.image(), fresh(case, scene))
    assert np.array_equal(screen.image(), fresh(case, scene))
    assert real_errors(screen) == []


@pytest.mark.parametrize(
    "case", [Case(Terminal("kitty"), None, 1.0), *(CASES[name] for name in TRUE_COLOURS)]
)
@pytest.mark.parametrize("colour", [(200, 100, 50), (20, 40, 60), (0, 0, 0)])
def test_a_colour_of_ones_own_is_drawn_as_it_is_and_its_dashes_stand_out(case: Case, colour: Rgb) -> None:
    grey = Photo("grey", np.full((200, 300, 3), 128, np.uint8))
    ring = box_points(Box(20, 20, 260, 180))
    for style, tones in (("solid", {colour}), ("offered", {colour, companion(colour)})):
        mark = ShapeMark(ring, colour, style)
        screen = make_screen(case)
        scene = Scene(canvas=CANVAS, photo=grey, view=View(0, 0, case.shrink), shapes=(mark,))
        screen.feed(make_driver(case.terminal).update(None, scene))
        picture = screen.image()[20:210, 30:330].astype(int)
        marked = picture[np.abs(picture - 128).max(axis=2) > 8]
        for tone in tones:
            # A sixel's colours are whole percents.
            assert (np.abs(marked - tone).max(axis=1) <= 2).mean() > 0.9 / len(tones) - 0.1
        assert len(marked) > 700


def companion(colour: Rgb) -> Rgb:
    return strokes.FIXED_INKS[strokes.companion(colour) - 1]


@pytest.mark.parametrize("name", CASES)
def test_cells_that_a_dialog_left_are_restored_and_the_dialog_stays(name: str) -> None:
    case = CASES[name]
    driver, screen = make_driver(case.terminal), make_screen(case)
    scene = Scene(canvas=CANVAS, photo=PHOTO, view=View(0, 0, case.shrink), cursor=(150.0, 90.0))
    scene = replace(scene, mask=MaskMark(disc_mask(), COLOURS[0]))
    screen.feed(driver.update(None, replace(scene, cursor=None)))
    screen.feed(driver.update(replace(scene, cursor=None), scene))
    whole = screen.image()
    left = np.zeros((CANVAS.rows, CANVAS.cols), np.bool_)
    left[4:7, 8:22] = True
    left[7, 10:15] = True
    written(screen, "X", rows=range(2, 4), cols=range(8, 22))
    for row in (4, 5, 6):
        written(screen, " ", rows=[row], cols=range(8, 22))
    written(screen, " ", rows=[7], cols=range(10, 15))
    dialog = screen.image()
    assert not np.array_equal(dialog, whole)
    data = driver.restore(scene, left)
    screen.feed(data)
    pixels = np.zeros(whole.shape[:2], np.bool_)
    pixels[20:220, 30:330] = left.repeat(20, axis=0).repeat(10, axis=1)
    assert np.array_equal(screen.image()[pixels], whole[pixels])
    assert np.array_equal(screen.image()[~pixels], dialog[~pixels])
    assert real_errors(screen) == []
    assert driver.restore(scene, np.zeros_like(left)) == b""
    assert len(data) < len(driver.update(None, scene)) / 2


def written(screen: Screen, char: str, *, rows: Iterable[int], cols: range) -> None:
    """Text in cells of the canvas, as a dialog leaves it."""
    for row in rows:
        text = f"\x1b[m\x1b[{CANVAS.row + row + 1};{CANVAS.col + cols.start + 1}H{char * len(cols)}"
        screen.feed(text.encode())

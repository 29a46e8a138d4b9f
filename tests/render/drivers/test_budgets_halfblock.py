"""Bytes of the half-block driver on photographs, in 104x39 and 80x21 cells."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from render.views import demo_view, drawn_view, fitted, masked, walk
from tui.render.drivers.halfblock import HalfblockDriver
from tui.render.scene import Canvas, Scene
from tui.render.terminal import Colours, Terminal

DRAWN = ["harbour", "fruit"]
DEMO = ["truck", "dog", "groceries"]
CURSOR, MASK = 400, 5000
COLOURS: list[Colours] = ["truecolor", "256", "16", "none"]


@pytest.fixture(scope="session", params=[*DRAWN, *DEMO])
def view(request: pytest.FixtureRequest) -> Scene:
    name: str = request.param
    if name in DRAWN:
        return drawn_view(name)
    shared: Path = request.getfixturevalue("shared")
    return demo_view(shared, name)


def on(scene: Scene, cols: int, rows: int) -> Scene:
    """The same photo in a canvas of half-blocks."""
    assert scene.photo is not None
    return fitted(scene.photo, (cols, rows * 2), Canvas(0, 1, cols, rows, (10, 20)))


def costs(colours: Colours, scenes: list[Scene]) -> list[int]:
    driver = HalfblockDriver(Terminal("halfblock", colours=colours))
    driver.update(None, scenes[0])
    return [len(driver.update(before, after)) for before, after in itertools.pairwise(scenes)]


@pytest.mark.parametrize("size", [(104, 39), (80, 21)])
def test_a_cursor_move_in_any_direction(view: Scene, size: tuple[int, int]) -> None:
    scene = on(view, *size)
    for seed in range(4):
        assert max(costs("truecolor", walk(scene, 40, seed))) <= CURSOR


@pytest.mark.parametrize("colours", COLOURS)
def test_a_mask_appears_is_replaced_and_goes(view: Scene, colours: Colours) -> None:
    plain = on(view, 104, 39)
    masks = [masked(plain, share, seed) for share, seed in ((0.22, 1), (0.3, 2), (0.38, 3))]
    scenes = [plain, *masks, masks[0], plain]
    assert max(costs(colours, scenes)) <= MASK


def test_fewer_colours_cost_fewer_bytes(view: Scene) -> None:
    scene = replace(on(view, 80, 21), cursor=None)
    sizes = [len(HalfblockDriver(Terminal("halfblock", colours=c)).update(None, scene)) for c in COLOURS]
    assert sizes == sorted(sizes, reverse=True)

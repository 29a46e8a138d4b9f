"""Bytes of the sixel driver on photographs in a view of 1040x780: exact, so they are tests."""

from __future__ import annotations

import importlib
import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from render.views import demo_view, drawn_view, masked, walk
from tui.render import compose
from tui.render.drivers.sixel import SixelDriver
from tui.render.scene import Scene
from tui.render.terminal import Terminal

DRAWN = ["harbour", "fruit"]
DEMO = ["truck", "dog", "groceries"]
SHARES = [(0.22, 1), (0.3, 2), (0.38, 3), (0.3, 5)]
CURSOR, OPAQUE_CURSOR, MASK, STANDING_MASK = 400, 3000, 5000, 16_000


@pytest.fixture(scope="session", params=[*DRAWN, *DEMO])
def view(request: pytest.FixtureRequest) -> Scene:
    name: str = request.param
    if name in DRAWN:
        return drawn_view(name)
    shared: Path = request.getfixturevalue("shared")
    return demo_view(shared, name)


def driver_showing(scene: Scene, *quirks: str) -> SixelDriver:
    driver = SixelDriver(Terminal("sixel", quirks=frozenset(quirks)))
    driver.update(None, scene)
    return driver


def costs(driver: SixelDriver, scenes: list[Scene], *, resting: bool = False) -> list[int]:
    """Bytes of each change; `resting`: when what was shown before it has stood for a while."""
    sizes = []
    for before, after in itertools.pairwise(scenes):
        sizes.append(len(driver.update(before, after)))
        while resting and driver.refine(after):
            pass
    return sizes


def test_a_cursor_move_in_any_direction(view: Scene) -> None:
    scenes = [scene for seed in range(4) for scene in walk(view, 25, seed)]
    assert max(costs(driver_showing(scenes[0]), scenes)) <= CURSOR


def test_an_opaque_cursor_move_in_any_direction(view: Scene) -> None:
    scenes = [scene for seed in range(2) for scene in walk(view, 15, seed)]
    assert max(costs(driver_showing(scenes[0], "sixel-opaque"), scenes)) <= OPAQUE_CURSOR


@pytest.mark.parametrize("resting", [True, False])
def test_a_mask_appears_is_replaced_and_goes(view: Scene, resting: bool) -> None:
    masks = [masked(view, share, seed) for share, seed in SHARES]
    for scene in masks:
        assert scene.mask is not None
        visible = compose.mask_bits(scene, scene.mask, (1040, 780), (1040, 780)).mean()
        assert 0.15 < visible < 0.4
    rounds = list(itertools.chain.from_iterable((view, mask) for mask in masks))
    scenes = [*rounds, view, *masks, masks[0], view]
    assert max(costs(driver_showing(view), scenes, resting=resting)) <= MASK


def test_a_mask_that_stands_is_closed_and_filled(view: Scene) -> None:
    driver = driver_showing(view)
    before = view
    for share, seed in SHARES:
        after = masked(view, share, seed)
        driver.update(before, after)
        pieces = []
        while piece := driver.refine(after):
            pieces.append(len(piece))
        assert 0 < sum(pieces) <= STANDING_MASK
        before = after


def test_a_mask_of_another_colour_is_like_another_mask(view: Scene) -> None:
    before = masked(view, 0.3, 2)
    assert before.mask is not None
    after = replace(before, mask=replace(before.mask, colour=(86, 180, 233)))
    assert max(costs(driver_showing(view), [view, before, after])) <= MASK


def test_a_slow_line_gets_half_of_a_full_frame(view: Scene) -> None:
    frugal, plain = (
        SixelDriver(Terminal("sixel"), low_bandwidth=low).update(None, view) for low in (True, False)
    )
    assert len(frugal) <= 0.55 * len(plain)


def test_a_full_frame_is_no_larger_than_the_librarys(view: Scene) -> None:
    library = importlib.import_module("textual_image._sixel")
    frame = compose.photo_frame(view.photo, view.view, (1040, 780))
    ours = SixelDriver(Terminal("sixel")).update(None, replace(view, cursor=None))
    assert len(ours) <= len(library.image_to_sixels(Image.fromarray(frame)))

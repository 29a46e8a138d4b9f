"""The kitty driver's photos in pieces, inside tmux, and on slow lines."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.drawn import CANVAS, FULL, PHOTO, PLAIN, draw_photo, moved
from render.kittywire import Store, unwrapped
from terminal.screen import Screen
from tui.render import compose, sentphoto
from tui.render.drivers.kitty import KittyDriver
from tui.render.kittymarks import DETAIL, PREVIEW, WHOLE
from tui.render.photofeed import PIECE_BYTES
from tui.render.scene import Photo, Scene, View
from tui.render.terminal import Terminal

BASE = 50_000
CLOSE = replace(PLAIN, view=View(150, 100, 6.0))
BARE = replace(PLAIN, cursor=None)


def make_driver(*, tmux: bool = False, low_bandwidth: bool = False) -> KittyDriver:
    terminal = Terminal("kitty", quirks=frozenset({"frame-edits"}), tmux=tmux)
    return KittyDriver(terminal, base=BASE, low_bandwidth=low_bandwidth)


def pieces(driver: KittyDriver, scene: Scene) -> list[bytes]:
    found = []
    while piece := driver.refine(scene):
        found.append(piece)
    return found


def noise(width: int = 500, height: int = 400) -> Photo:
    """The worst that a photo can be."""
    rgb = np.random.default_rng(3).integers(0, 256, (height, width, 3)).astype(np.uint8)
    return Photo(f"noise-{width}x{height}", rgb)


@pytest.mark.parametrize("tmux", [False, True])
@pytest.mark.parametrize("photo", [PHOTO, noise()], ids=["drawn", "noise"])
def test_every_piece_is_small_and_complete_in_itself(photo: Photo, tmux: bool) -> None:
    driver, store = make_driver(tmux=tmux), Store()
    scene = replace(PLAIN, photo=photo)
    store.feed(unwrapped(driver.update(None, scene)))
    found = pieces(driver, scene)
    assert max(len(piece) for piece in found) <= PIECE_BYTES
    for piece in found:
        store.feed(unwrapped(piece))


def test_first_a_preview_then_the_very_pixels_of_the_photo() -> None:
    driver, store = make_driver(), Store()
    first = driver.update(None, PLAIN)
    store.feed(first)
    assert set(store.pictures) & {BASE + PREVIEW, BASE + WHOLE, BASE + DETAIL} == {BASE + PREVIEW}
    for piece in pieces(driver, PLAIN):
        store.feed(piece)
    assert set(store.pictures) & {BASE + PREVIEW, BASE + WHOLE, BASE + DETAIL} == {BASE + WHOLE}
    whole = store.pictures[BASE + WHOLE]
    assert np.array_equal(whole[:300, :400, :3], PHOTO.rgb)
    assert not whole[300:, :, 3].any()
    assert not whole[:, 400:, 3].any()


def test_a_preview_costs_a_fraction_of_the_photo() -> None:
    photo = draw_photo(1600, 1200)
    scene = Scene(canvas=replace(CANVAS, cols=104, rows=39), photo=photo, view=View(0, 0, 0.65))
    driver = make_driver()
    first = len(driver.update(None, scene))
    assert first < 75_000
    assert first < sum(map(len, pieces(driver, scene))) / 10


def test_keys_between_pieces_are_one_placement_of_each_picture() -> None:
    driver, store = make_driver(), Store()
    store.feed(driver.update(None, BARE))
    store.feed(driver.refine(BARE))
    zoomed = replace(BARE, view=View(40, 30, 1.6))
    data = driver.update(BARE, zoomed)
    assert data.count(b"\x1b_Ga=p") == data.count(b"\x1b_G") == 2
    assert len(data) <= 200
    store.feed(data)
    for piece in pieces(driver, zoomed):
        store.feed(piece)
    assert len(driver.update(zoomed, BARE)) <= 100


def test_the_next_photo_cancels_what_is_left_of_the_one_before() -> None:
    driver, store = make_driver(), Store()
    other = replace(PLAIN, photo=draw_photo(seed=2))
    store.feed(driver.update(None, PLAIN))
    store.feed(driver.refine(PLAIN))
    store.feed(driver.update(PLAIN, other))
    assert BASE + WHOLE not in store.pictures
    assert driver.refine(PLAIN) == b""
    for piece in pieces(driver, other):
        store.feed(piece)
    assert np.array_equal(store.pictures[BASE + WHOLE][:300, :400, :3], other.photo.rgb)


def test_a_close_view_gets_its_detail_by_pieces_and_the_key_costs_a_placement() -> None:
    driver, store = make_driver(), Store()
    store.feed(driver.update(None, BARE))
    for piece in pieces(driver, BARE):
        store.feed(piece)
    close = replace(BARE, view=CLOSE.view)
    data = driver.update(BARE, close)
    assert len(data) <= 100
    store.feed(data)
    found = pieces(driver, close)
    for number, piece in enumerate(found):
        store.feed(piece)
        last = number == len(found) - 1
        photos = {image for image, _ in store.shown if image <= BASE + DETAIL}
        assert photos == ({BASE + DETAIL} if last else {BASE + DETAIL, BASE + WHOLE})
    detail = sentphoto.plan_detail(PHOTO, close.view, CANVAS)
    width, height = detail.wh
    shown = store.pictures[BASE + DETAIL][:height, :width, :3]
    assert np.array_equal(shown, sentphoto.pixels(PHOTO, detail))
    assert len(driver.update(close, replace(close, view=View(151, 101, 6.0)))) <= 100


def test_what_is_looked_at_comes_first() -> None:
    driver = make_driver()
    photo = draw_photo(1600, 1200)
    corner = Scene(canvas=CANVAS, photo=photo, view=View(1200, 840, 0.9))
    driver.update(None, replace(corner, view=View(0, 0, 0.25)))
    driver.update(None, corner)
    first = re.search(rb"a=f,r=1,[^;]*x=(\d+),y=(\d+),", pieces(driver, corner)[0])
    assert first
    assert int(first[1]) > 300
    assert int(first[2]) > 200


def test_a_small_photo_is_sent_at_once() -> None:
    driver = make_driver()
    scene = replace(PLAIN, photo=draw_photo(160, 120))
    assert b"a=f" not in driver.update(None, scene)
    assert driver.refine(scene) == b""


def test_a_low_bandwidth_photo_has_256_colours_and_no_detail_without_news() -> None:
    plain, frugal = make_driver(), make_driver(low_bandwidth=True)
    sizes = [len(d.update(None, PLAIN)) + sum(map(len, pieces(d, PLAIN))) for d in (plain, frugal)]
    assert sizes[1] < sizes[0] / 2
    frugal.update(PLAIN, CLOSE)
    assert frugal.refine(CLOSE) == b""


def test_nothing_is_refined_while_the_pictures_are_hidden_or_gone() -> None:
    driver = make_driver()
    assert driver.refine(PLAIN) == b""
    driver.update(None, PLAIN)
    driver.hide(PLAIN)
    assert driver.refine(PLAIN) == b""
    driver.update(None, PLAIN)
    assert driver.refine(PLAIN)
    driver.erase()
    assert driver.refine(PLAIN) == b""
    empty = replace(PLAIN, canvas=replace(CANVAS, cols=0))
    driver.update(None, empty)
    assert driver.refine(empty) == b""


def test_erasing_in_the_middle_frees_every_picture() -> None:
    driver, store = make_driver(tmux=True), Store()
    store.feed(unwrapped(driver.update(None, FULL)))
    store.feed(unwrapped(driver.refine(FULL)))
    store.feed(unwrapped(driver.erase()))
    assert store.pictures == {}


def test_inside_tmux_nothing_is_placed_by_cursor_and_the_anchor_comes_with_every_full_update() -> None:
    driver = make_driver(tmux=True)
    first = driver.update(None, FULL)
    placeholder = "\U0010eeee\u0305\u0305".encode()
    assert first.count(b"U=1") == 1
    assert f"\x1b[{CANVAS.row + 1};{CANVAS.col + 1}H".encode() in first
    bare = re.sub(rb"\x1bPtmux;(?:[^\x1b]|\x1b\x1b)*\x1b\\", b"", first)
    assert b"\x1b_G" not in bare
    assert bare.count(placeholder) == 1
    anchor = BASE % 255 + 1
    for command in re.findall(rb"a=[Tp],[^;\x1b]*", first.replace(b"\x1b\x1b", b"\x1b")):
        assert b"U=1" in command or b"P=%d,Q=1" % anchor in command
    again = driver.update(None, FULL)
    assert b"U=1" not in again
    assert placeholder in again


def test_budgets_inside_tmux() -> None:
    driver = make_driver(tmux=True)
    driver.update(None, BARE)
    pieces(driver, BARE)
    assert len(driver.update(BARE, replace(BARE, view=View(40, 30, 1.6)))) <= 128
    driver.update(None, PLAIN)
    assert len(driver.update(PLAIN, moved(PLAIN, 3, 7))) <= 96


@pytest.fixture(scope="module")
def wide() -> tuple[KittyDriver, Scene]:
    """A driver whose terminal has all of a photo on a large canvas, under the longest ids there are."""
    photo = Photo("wide", np.full((1200, 1600, 3), 90, np.uint8))
    scene = Scene(canvas=replace(CANVAS, cols=104, rows=39), photo=photo, view=View(0, 0, 0.65))
    driver = KittyDriver(Terminal("kitty", quirks=frozenset({"frame-edits"})), base=59_999)
    driver.update(None, scene)
    pieces(driver, scene)
    return driver, scene


@settings(max_examples=60)
@given(x=st.floats(-300, 1500), y=st.floats(-300, 1100), scale=st.floats(0.35, 1.3))
def test_a_zoom_or_pan_is_at_most_a_hundred_bytes(
    wide: tuple[KittyDriver, Scene], x: float, y: float, scale: float
) -> None:
    driver, scene = wide
    zoomed = replace(scene, view=View(x, y, scale))
    assert len(driver.update(scene, zoomed)) <= 100
    assert len(driver.update(zoomed, scene)) <= 100


VIEWS = st.builds(View, st.floats(-50, 350), st.floats(-50, 250), st.sampled_from([0.6, 1.0, 1.7, 4.0]))
STEPS = st.lists(st.tuples(VIEWS, st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=6)


@settings(max_examples=8)
@given(steps=STEPS)
def test_any_walk_ends_with_the_pictures_of_a_fresh_paint(steps: list[tuple[View, int, int]]) -> None:
    photos = [draw_photo(seed=seed) for seed in (1, 2, 3)]
    driver, store, scene = make_driver(), Store(), None
    for view, photo, count in steps:
        before, scene = scene, replace(BARE, view=view, photo=photos[photo])
        store.feed(driver.update(before, scene))
        for _ in range(count):
            store.feed(driver.refine(scene))
    assert scene is not None
    for piece in pieces(driver, scene):
        store.feed(piece)
    whole = store.pictures.get(BASE + WHOLE)
    if whole is not None:
        assert np.array_equal(whole[:300, :400, :3], scene.photo.rgb)
        assert BASE + PREVIEW not in store.pictures


KINDS = {
    "kitty": Terminal("kitty", quirks=frozenset({"frame-edits"})),
    "konsole": Terminal("kitty"),
    "wezterm": Terminal("kitty", quirks=frozenset({"text-erases"})),
    "kitty in tmux": Terminal("kitty", quirks=frozenset({"frame-edits"}), tmux=True),
}
NEAR = st.builds(View, st.floats(-50, 350), st.floats(-50, 250), st.sampled_from([0.6, 1.0, 1.7]))
MARKED = st.sampled_from([FULL, PLAIN, BARE, moved(FULL, -120, 60), replace(FULL, mask=None)])
WALK = st.lists(st.tuples(MARKED, NEAR, st.integers(0, 2), st.booleans()), min_size=2, max_size=5)


def screen_with_frames() -> Screen:
    """A terminal; the test is skipped where the model of one lacks what the driver uses."""
    screen = Screen(60, 24, cell=CANVAS.cell, kitty=True)
    driver = make_driver(tmux=True)
    screen.feed(unwrapped(driver.update(None, BARE) + driver.refine(BARE)))
    if screen.errors:
        pytest.skip("the test terminal has no frames or placeholders")
    return Screen(60, 24, cell=CANVAS.cell, kitty=True)


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=5)
@given(walk=WALK)
def test_any_walk_ends_with_the_picture_of_a_fresh_paint(
    name: str, walk: list[tuple[Scene, View, int, bool]]
) -> None:
    terminal = KINDS[name]
    screen, fresh = (
        screen_with_frames()
        if "frame-edits" in terminal.quirks
        else Screen(60, 24, cell=CANVAS.cell, kitty=True)
        for _ in range(2)
    )
    driver, scene = KittyDriver(terminal, base=BASE), None
    for marks, view, count, again in walk:
        before, scene = scene, replace(marks, view=view)
        screen.feed(unwrapped(driver.update(None if again else before, scene)))
        for _ in range(count):
            screen.feed(unwrapped(driver.refine(scene)))
    assert scene is not None
    screen.feed(unwrapped(b"".join(pieces(driver, scene))))
    anew = KittyDriver(terminal, base=BASE)
    fresh.feed(unwrapped(anew.update(None, scene) + b"".join(pieces(anew, scene))))
    assert np.array_equal(canvas_pixels(screen), canvas_pixels(fresh))
    assert screen.errors == []
    screen.feed(unwrapped(driver.erase()))
    assert screen.stored_bytes() == 0


@pytest.mark.parametrize("tmux", [False, True])
def test_the_screen_shows_the_composed_frame_at_every_stage(tmux: bool) -> None:
    driver, screen = make_driver(tmux=tmux), screen_with_frames()
    screen.feed(unwrapped(driver.update(None, BARE)))
    wanted = compose.photo_frame(PHOTO, BARE.view, driver.device_wh(CANVAS)).astype(int)
    screen.feed(unwrapped(driver.refine(BARE)))
    worst = [np.abs(canvas_pixels(screen) - wanted).mean()]
    for piece in pieces(driver, BARE):
        screen.feed(unwrapped(piece))
        worst.append(np.abs(canvas_pixels(screen) - wanted).mean())
    assert max(worst) < 8
    assert worst[-1] == 0
    assert screen.errors == []


def canvas_pixels(screen: Screen) -> np.ndarray:
    x, y = CANVAS.col * CANVAS.cell[0], CANVAS.row * CANVAS.cell[1]
    return screen.image()[y : y + CANVAS.rows * CANVAS.cell[1], x : x + CANVAS.cols * CANVAS.cell[0]].astype(
        int
    )

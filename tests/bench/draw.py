"""What one key costs on the wire and in time, for each driver beside the naive way in the same run.

    python tests/bench/draw.py

Driver level only: a drawn photo shown at 1040x780 pixels (104x39 cells of 10x20), a cursor move of 2 and of
40 pixels, a mask that covers a third of the view appearing, growing at one side and being replaced, a zoom
within the sent photo. The naive way composes the picture and hands all of it to textual-image; the ratio is
how many times more that sends. Set OPENBLAS_NUM_THREADS=1 where other programs are busy.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tui.render.drivers.base import Driver
from tui.render.drivers.registry import make_driver
from tui.render.scene import Canvas, MaskMark, Photo, Scene, View
from tui.render.terminal import Terminal
from tui.types.shapes import Box, LogitMask

CANVAS = Canvas(col=0, row=1, cols=104, rows=39, cell=(10, 20))
IMAGE_WH = (1280, 960)
YELLOW = (255, 200, 0)
ROUNDS = 5

Pair = tuple[Terminal, Terminal]


def terminal(protocol: str, *quirks: str) -> Terminal:
    return Terminal(protocol, quirks=frozenset(quirks))


CASES: dict[str, Pair] = {
    "kitty": (terminal("kitty"), terminal("textual-image", "library-kitty")),
    "sixel": (terminal("sixel"), terminal("textual-image", "library-sixel")),
    "sixel xterm": (
        terminal("sixel", "sixel-slots-16", "sixel-max-1000"),
        terminal("textual-image", "library-sixel"),
    ),
    "sixel opaque": (terminal("sixel", "sixel-opaque"), terminal("textual-image", "library-sixel")),
    "halfblock": (terminal("halfblock"), terminal("textual-image")),
}
BUDGETS = {
    ("kitty", "cursor 2 px"): 96,
    ("sixel", "cursor 2 px"): 400,
    ("sixel opaque", "cursor 2 px"): 3000,
    ("halfblock", "cursor 40 px"): 400,
    ("kitty", "mask grows"): 2000,
    ("sixel", "mask grows"): 5000,
    ("halfblock", "mask grows"): 5000,
    ("kitty", "zoom"): 100,
}


def draw_photo() -> Photo:
    """Sharp-edged objects on soft ground, with the grain of a camera."""
    noise = np.random.default_rng(7)
    width, height = IMAGE_WH
    rgb = np.full((height, width, 3), 110, np.float32)
    for cells in (5, 12, 40):
        grid = noise.normal(size=(cells * 3 // 4, cells, 3)).astype(np.float32) * 90 / cells**0.5
        rgb += cv2.resize(grid, IMAGE_WH, interpolation=cv2.INTER_CUBIC)
    for _ in range(60):
        centre = tuple(int(v) for v in noise.integers(0, IMAGE_WH))
        axes = tuple(int(v) for v in noise.integers(15, 140, 2))
        colour = tuple(float(v) for v in noise.integers(20, 235, 3))
        cv2.ellipse(rgb, centre, axes, int(noise.integers(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
    rgb += noise.normal(size=(height, width, 1)) * 2.5
    return Photo("bench", np.clip(rgb, 0, 255).astype(np.uint8))


def draw_mask(shift: float = 0.0, bump: float = 0.0) -> MaskMark:
    """A blob over a third of the view, 256x256 logits; `bump` swells its upper right side."""
    y, x = np.mgrid[:256, :256].astype(np.float32)
    angle = np.arctan2(y - 96, x - 128 - shift)
    distance = np.hypot(x - 128 - shift, (y - 96) * 1.2)
    logits = (76 + 9 * np.sin(3 * angle) + 3 * np.sin(8 * angle) - distance) * 0.3
    logits += bump * np.exp(-((x - 190) ** 2 + (y - 55) ** 2) / 500)
    return MaskMark(LogitMask(logits.astype(np.float32), Box(0, 0, 1280, 1280), 1024), YELLOW)


@dataclass(frozen=True, slots=True)
class Step:
    """One key: its name, the scenes before and after."""

    name: str
    before: Scene
    after: Scene


def steps(driver: Driver, photo: Photo) -> Iterator[Step]:
    """The keys measured, in the pixels of this driver's canvas."""
    width, height = driver.device_wh(CANVAS)
    scale = min(width / IMAGE_WH[0], height / IMAGE_WH[1])
    plain = Scene(canvas=CANVAS, photo=photo, view=View(0, 0, scale), cursor=(600.0, 420.0))
    pixel = IMAGE_WH[0] / 1040
    yield Step("cursor 2 px", plain, replace(plain, cursor=(600 + 2 * pixel, 420.0)))
    yield Step("cursor 40 px", plain, replace(plain, cursor=(600 + 40 * pixel, 420.0)))
    masked = replace(plain, mask=draw_mask())
    yield Step("mask appears", plain, masked)
    yield Step("mask grows", masked, replace(masked, mask=draw_mask(bump=9)))
    yield Step("mask replaced", masked, replace(masked, mask=draw_mask(shift=6)))
    bare = replace(plain, cursor=None)
    yield Step("zoom", bare, replace(bare, view=View(180, 140, scale * 1.25)))


def measure(driver: Driver, step: Step, rounds: int) -> tuple[int, float]:
    """Bytes and the best milliseconds of a few goes; going back is not measured."""
    driver.update(None, step.before)
    size, best = 0, float("inf")
    for _ in range(rounds):
        after = replace(step.after)
        size, spent = timed(partial(driver.update, step.before, after))
        best = min(best, spent)
        driver.update(after, step.before)
    return size, best


def timed(draw: Callable[[], bytes]) -> tuple[int, float]:
    start = time.perf_counter()
    data = draw()
    return len(data), (time.perf_counter() - start) * 1000


def report(name: str, photo: Photo, rounds: int) -> None:
    """Print the rows of one case."""
    driver, baseline = (make_driver(each) for each in CASES[name])
    for step, other in zip(steps(driver, photo), steps(baseline, photo), strict=True):
        size, spent = measure(driver, step, rounds)
        naive_size, naive_spent = timed(partial(baseline.update, None, other.after))
        budget = BUDGETS.get((name, step.name))
        verdict = "" if budget is None else f"{budget} {'ok' if size <= budget else 'OVER'}"
        print(
            f"{name:13} {step.name:14} {size:9} B {spent:6.1f} ms  {naive_size:9} B {naive_spent:6.1f} ms"
            f"  {naive_size / max(1, size):7.1f}x  {verdict}"
        )
    fresh = make_driver(CASES[name][0])
    size, spent = timed(partial(fresh.update, None, next(steps(fresh, photo)).before))
    print(f"{name:13} {'first frame':14} {size:9} B {spent:6.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description="driver updates in bytes and time, beside the naive way")
    parser.add_argument("--cases", nargs="+", choices=list(CASES), default=list(CASES))
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"goes per step (default {ROUNDS})")
    options = parser.parse_args()
    print(f"{'':13} {'':14} {'ours':>19}  {'naive':>19}  {'ratio':>8}  budget")
    photo = draw_photo()
    for name in options.cases:
        report(name, photo, options.rounds)


if __name__ == "__main__":
    main()

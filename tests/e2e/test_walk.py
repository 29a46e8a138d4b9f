"""Whatever keys were pressed, the picture is the one that a fresh full paint of the same scene shows.

Each terminal gets walks of random keys (from a seed of its own: always the same ones) in the running
program. Between walks the window is made a column narrower and as wide as before, which paints everything
anew in every driver, and the canvas before and after are compared. At the end another window covers the
terminal for a while, which takes pictures that a terminal did not keep.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from datasets import DrawnDataset
from e2e.labeler import CELL, Labeler, labeler
from terminal.profiles import (
    COLOURS_256,
    FOOT,
    KITTY,
    KONSOLE,
    MLTERM,
    PLAIN,
    TMUX,
    VSCODE,
    WEZTERM,
    XTERM,
    Profile,
)

pytestmark = pytest.mark.e2e

COLS, ROWS = 90, 24
WALKS = 3
STEPS = (
    *("h", "j", "k", "l", "H", "J", "K", "L", "]", "["),
    *("z", "z", "Z", "v", "W", "A", "S", "D"),
    *("q", "e", "backspace", "tab", "f", "b", "1", "2"),
    *("r L J r", "r", "R L J R", "n", "N", "x", "u", "ctrl+r"),
    *("d", "a", "? escape", ": escape", "c escape", "resize"),
)
"""What a step may be: keys, or another size of the window and back."""

UNEQUAL = 0.002
"""Share of the canvas' pixels that may differ: a view may come back from another width a rounding away, which
moves the edge of a mark by a pixel. What goes wrong (a mark left behind, a hole, an old photo) is larger.
"""

PROFILES = pytest.mark.parametrize(
    "profile",
    [KITTY, KONSOLE, WEZTERM, XTERM, FOOT, MLTERM, VSCODE, TMUX, PLAIN, COLOURS_256],
    ids=lambda profile: profile.name,
)


def walks(name: str) -> list[list[str]]:
    """The walks of one terminal, the same ones in every run."""
    found: list[list[str]] = []

    @seed(zlib.crc32(name.encode()))
    @settings(max_examples=WALKS, phases=(Phase.generate,), database=None)
    @given(st.lists(st.sampled_from(STEPS), min_size=5, max_size=12))
    def collect(steps: list[str]) -> None:
        found.append(steps)

    collect()
    return found


def resized(program: Labeler) -> None:
    """Another size and back."""
    program.terminal.resize(COLS - 1, ROWS)
    program.terminal.resize(COLS, ROWS)


def take(program: Labeler, steps: list[str]) -> None:
    """Do all steps, two at a time where none needs the screen to itself."""
    waiting: list[str] = []
    for step in steps:
        alone = step == "resize" or step.endswith(" escape")
        if waiting and (alone or len(waiting) == 2):
            program.terminal.type(" ".join(waiting))
            waiting.clear()
        if step == "resize":
            resized(program)
        elif alone:
            for key in step.split():
                program.terminal.press(key)
        else:
            waiting.append(step)
    program.terminal.type(" ".join(waiting))


def check(program: Labeler, done: list[str]) -> None:
    """The picture stays the same when it is painted anew."""
    program.terminal.settle()
    shown = program.canvas()
    resized(program)
    _same(shown, program.canvas(), "a full paint", done)
    assert program.terminal.errors == [], done


def _same(shown: NDArray[np.uint8], anew: NDArray[np.uint8], what: str, done: list[str]) -> None:
    apart = np.abs(shown.astype(int) - anew).max(axis=2) > 24
    if apart.mean() > UNEQUAL:
        rows, columns = np.nonzero(apart)
        cells = f"rows {rows.min() // CELL[1]}-{rows.max() // CELL[1]}"
        cells += f", columns {columns.min() // CELL[0]}-{columns.max() // CELL[0]}"
        pytest.fail(f"{apart.mean():.2%} of the picture changes by {what}, in {cells}, after {done}")


@PROFILES
def test_random_keys_leave_the_picture_of_a_full_paint(
    profile: Profile, make_dataset: Callable[..., DrawnDataset], home: Path
) -> None:
    dataset = make_dataset(labelled=True)
    with labeler(dataset.yaml, profile, home, cols=COLS, rows=ROWS) as program:
        program.says("2 instances", "%")
        program.terminal.settle()
        for walk in walks(profile.name):
            take(program, walk)
            check(program, walk)
        program.terminal.type("l j q l")
        program.terminal.settle()
        shown = program.canvas()
        program.terminal.cover()
        _same(shown, program.canvas(), "covering the window", ["l j q l"])
        for key in ("escape", "b", "escape"):
            program.terminal.press(key)
        program.leave()


def test_two_hundred_keys_leave_nothing_more_in_the_terminal(dataset: DrawnDataset, home: Path) -> None:
    image = dataset.images[0]
    with labeler(dataset.yaml, KITTY, home) as program:
        program.wait_photo(image)
        program.terminal.type("l")
        stored, shown = program.terminal.screen.stored_bytes(), len(program.terminal.screen.kitty.placements)
        assert stored > 0
        program.terminal.type("l k h j " * 50)
        assert program.terminal.screen.stored_bytes() == stored
        assert len(program.terminal.screen.kitty.placements) == shown
        program.leave()

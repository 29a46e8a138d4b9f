"""The picture and Textual's dialogs share the screen: neither tears the other, nothing stale stays."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from datasets import DrawnDataset
from e2e.labeler import CELL, Labeler, labeler, picture_bytes
from terminal.profiles import FOOT, KITTY, PLAIN, XTERM, Profile

pytestmark = pytest.mark.e2e

KINDS = pytest.mark.parametrize(
    "profile",
    [
        pytest.param(KITTY, id="kitty"),
        pytest.param(XTERM, id="sixel"),
        pytest.param(FOOT, id="sixel-sync"),
        pytest.param(PLAIN, id="halfblock"),
    ],
)


def same(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    return bool((np.abs(one.astype(int) - other).max(axis=2) <= 2).all())


def canvas_rest(program: Labeler) -> NDArray[np.uint8]:
    """The canvas' lowest cells, which a small dialog at the top leaves free."""
    return program.canvas()[-8 * CELL[1] :]


def storm(program: Labeler) -> None:
    """Twenty sizes, none of which the program has the time to draw."""
    terminal = program.terminal
    for number in range(20):
        terminal.screen.resize(70 + 5 * (number % 9), 20 + number % 11)
        terminal._set_winsize()
        if "2048" in terminal.screen.modes:
            terminal.send(terminal.screen.size_report())
        time.sleep(0.01)


def beside_a_dialog(program: Labeler, before: NDArray[np.uint8]) -> None:
    """The picture stays beside a dialog and is whole after it."""
    for key in ("c", "g", "?", "F"):
        opened = program.terminal.press(key)
        assert picture_bytes(opened) == 0
        assert not same(program.canvas(), before)
        if key == "F":  # a panel leaves all that is left of it as it was
            assert same(program.canvas()[:, : 70 * CELL[0]], before[:, : 70 * CELL[0]])
        elif key != "?":
            assert same(canvas_rest(program), before[-8 * CELL[1] :])
        program.terminal.press("escape")
        program.terminal.wait_for(lambda: same(program.canvas(), before))


FEW = 5
"""Rows of a list of commands in which nothing is found; all of them take more."""


def under_one_that_shrinks(program: Labeler, before: NDArray[np.uint8]) -> None:
    """A dialog that shrinks leaves no text behind."""

    def tall() -> int:
        return sum("│" in line for line in program.terminal.screen.page.lines())

    program.terminal.press(":")
    program.terminal.wait_for(lambda: tall() > FEW)
    program.terminal.type("z z z z")
    program.terminal.wait_for(lambda: tall() <= FEW)
    lines = program.terminal.screen.page.lines()
    box = [number for number, line in enumerate(lines) if "│" in line or "╰" in line]
    below = lines[max(box) + 1 : -2]
    assert not any(character.isalnum() for line in below for character in line), below
    program.terminal.press("escape")
    program.terminal.wait_for(lambda: same(program.canvas(), before))


def while_the_window_changes(program: Labeler, before: NDArray[np.uint8]) -> None:
    """Another size and back with a dialog open."""
    program.terminal.press("g")
    program.terminal.resize(100, 28)
    program.says("Go to image")
    program.terminal.resize(120, 32)
    program.terminal.press("escape")
    program.terminal.wait_for(lambda: same(program.canvas(), before))


@KINDS
def test_the_picture_survives_dialogs_whatever_they_do(
    profile: Profile, dataset: DrawnDataset, home: Path
) -> None:
    with labeler(dataset.yaml, profile, home) as program:
        program.wait_photo(dataset.images[0])
        before = program.canvas()
        for step in (beside_a_dialog, under_one_that_shrinks, while_the_window_changes):
            step(program, before)
        program.leave()


@KINDS
def test_b11_a_storm_of_resizes_ends_in_the_right_picture(
    profile: Profile, dataset: DrawnDataset, home: Path
) -> None:
    with labeler(dataset.yaml, profile, home) as program:
        program.wait_photo(dataset.images[0])
        before = program.canvas()
        program.terminal.act(lambda: storm(program))
        program.terminal.resize(120, 32)
        program.terminal.wait_for(lambda: same(program.canvas(), before))
        assert "1/3" in program.status()
        program.terminal.settle()
        # A frame on its way meets a window that has become lower: no program can know. The end is right.
        program.terminal.screen.forgive("scrolled the screen")
        program.leave()

"""The labeler in xterm.js, the terminal of VS Code and of the browsers: right pixels, right labels."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from datasets import Drawn, DrawnDataset
from e2e.labeler import Labeler, changed, configure, iou, read_boxes
from web.browser import Browser
from web.webterminal import WebTerminal

pytestmark = pytest.mark.web

COLS, ROWS = 120, 32

FONTS = pytest.mark.parametrize(
    ("font_size", "cell"),
    [pytest.param(13.29, (8.0, 15.0), id="whole cells"), pytest.param(13, (7.825, 15.0), id="fractions")],
)
"""xterm.js has cells of whole pixels only by chance."""


SAID_ROWS = 4
"""Rows that the two lines said after leaving take at most here."""


class WebLabeler(Labeler):
    """The labeler in the page."""

    terminal: WebTerminal

    def canvas(self) -> NDArray[np.uint8]:
        """The screen between the first and the last row of text, blanked, at its place."""
        picture = self.terminal.image()
        height = round(self.terminal.web.css_cell[1])
        picture[:height] = picture[-height:] = 0
        return picture

    def status(self) -> str:
        """The status line."""
        return self.terminal.web.page.lines()[0]

    def same_after_a_full_paint(self) -> None:
        """Opening and closing a dialog paints everything anew: the picture stays what it was."""
        before = self.canvas()
        self.terminal.press("?")
        self.says("Put a positive point")
        assert not np.array_equal(before, self.canvas())
        self.terminal.press("escape")
        self.terminal.wait_for(lambda: "Put a positive point" not in self.terminal.text())
        self.terminal.settle()
        different = np.abs(self.canvas().astype(int) - before).max(axis=2) > 8
        assert different.sum() == 0, changed(before, self.canvas())

    def left_clean(self) -> None:
        """The ordinary screen without a picture, and no mode left on."""
        off = {
            "mouseTrackingMode": "none",
            "bracketedPasteMode": False,
            "sendFocusMode": False,
            "synchronizedOutputMode": False,
        }
        assert self.terminal.web.state() == {"alternate": False, "modes": off}
        assert self.terminal.web.errors == []
        assert b"Traceback" not in self.terminal.output
        said = [number for number, line in enumerate(self.terminal.web.page.lines()) if line.strip()]
        picture = self.terminal.image()
        assert (picture.max(axis=2) - picture.min(axis=2)).mean() < 0.1  # text is grey
        below = round((max(said, default=-1) + 1) * self.terminal.web.css_cell[1])
        assert len(said) <= SAID_ROWS
        assert picture[below:].max(axis=2).mean() < 2


@contextmanager
def opened(dataset: DrawnDataset, browser: Browser, home: Path, font_size: float) -> Iterator[WebLabeler]:
    configure(home)
    argv = [sys.executable, "-m", "tui", str(dataset.yaml)]
    with WebTerminal(argv, browser, home=home, cols=COLS, rows=ROWS, font_size=font_size) as terminal:
        yield WebLabeler(terminal)


def rows_in(path: Path) -> int:
    """Lines of a label file that may not be there yet."""
    return len(path.read_text().splitlines()) if path.exists() else 0


def label_disc(program: WebLabeler, image: Drawn) -> None:
    """A point on the disc, its mask on the screen, confirmed as the first class."""
    placement = program.wait_photo(image)
    program.finest_step()
    program.go_to(image.shapes[0].x, image.shapes[0].y)
    before = program.canvas()
    program.terminal.press("q")
    program.wait_mask()
    assert iou(changed(before, program.canvas()), placement.box(image.box(0))) > 0.6
    program.same_after_a_full_paint()
    program.terminal.type("1 f")
    program.terminal.wait_for(lambda: rows_in(image.label_path) == 1)


def box_slab(program: WebLabeler, image: Drawn) -> None:
    """A box around the slab, confirmed as the second class."""
    x0, y0, x1, y1 = image.box(1)
    program.go_to(x0 - 3, y0 - 3)
    program.terminal.press("r")
    program.go_to(x1 + 3, y1 + 3)
    program.terminal.press("r")
    program.wait_mask()
    program.terminal.type("2 f")
    program.terminal.wait_for(lambda: rows_in(image.label_path) == 2)


@FONTS
def test_the_photo_is_a_sixel_in_full_colour(
    font_size: float, cell: tuple[float, float], dataset: DrawnDataset, browser: Browser, home: Path
) -> None:
    image = dataset.images[0]
    with opened(dataset, browser, home, font_size) as program:
        assert program.terminal.web.css_cell == pytest.approx(cell, abs=0.01)
        placement = program.wait_photo(image)
        assert program.likeness(image, placement) > 0.9
        picture = program.terminal.image()
        assert placement.left + placement.scale * image.wh[0] / 2 == pytest.approx(
            picture.shape[1] / 2, abs=4
        )
        assert b"\x1bP" in program.terminal.output
        assert b"\x1b]1337" not in program.terminal.output
        assert b"38;2;" in program.terminal.output  # xterm.js does not say that it keeps 24-bit colours
        moves = [program.terminal.press(key).bytes for key in "LljhKkJHH"]
        assert max(moves) < 3000, moves
        program.same_after_a_full_paint()
        program.leave()


@FONTS
def test_labels_by_keys(
    font_size: float, cell: tuple[float, float], dataset: DrawnDataset, browser: Browser, home: Path
) -> None:
    first, second = dataset.images[:2]
    with opened(dataset, browser, home, font_size) as program:
        label_disc(program, first)
        box_slab(program, first)
        program.says("saved", "2 instances")
        program.same_after_a_full_paint()
        rows = read_boxes(first.label_path, first.wh, 2)
        assert [class_id for class_id, _ in rows] == [0, 1]
        assert iou(rows[0][1], first.box(0)) > 0.8
        assert iou(rows[1][1], first.box(1)) > 0.8
        program.terminal.type("z z L J")
        program.same_after_a_full_paint()
        program.terminal.press("d")
        program.says("2/3", "img_001.png")
        program.wait_photo(second)
        program.leave()

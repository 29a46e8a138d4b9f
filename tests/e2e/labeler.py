"""A person at the labeler: opens it in a terminal, finds the photo on the screen, moves and looks."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets import Drawn, Rgb, Xyxy
from terminal.profiles import Profile
from terminal.pty import Burst, Terminal

COLS, ROWS, CELL = 120, 32, (8, 16)
"""A window in which a 320x240 photo is shown at exactly twice its size between two lines of text."""

TOP_ROWS = BOTTOM_ROWS = 1
"""Rows of text: the status line above the picture, the hint line below it."""

SETTINGS = 'look_ahead = false\nsegmenter = "grabcut"\n'
"""The program is not at rest while it looks ahead, and the default network is slower to open."""

_CURSOR = re.compile(r"(?<![\d,.])(\d+),(\d+)(?![\d,.])")
_INPUT_MODES = {"1000", "1002", "1003", "1004", "1006", "2004", "2048"}
_COLOUR_DISTANCE = 60


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the photo lies on the screen: image pixel (x, y) is at `left + scale * x`, `top + scale * y`."""

    left: float
    top: float
    scale: float

    def box(self, box: Xyxy) -> Xyxy:
        """A box of image pixels in screen pixels."""
        x0, y0, x1, y1 = box
        s = self.scale
        return self.left + s * x0, self.top + s * y0, self.left + s * x1, self.top + s * y1


class Labeler:
    """The running program and the photo in front of it."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def canvas(self) -> NDArray[np.uint8]:
        """The screen without the lines of text around the picture."""
        return self.terminal.image()[TOP_ROWS * CELL[1] : -BOTTOM_ROWS * CELL[1]]

    def find(self, image: Drawn) -> Placement | None:
        """Where the photo is, by the colours of its disc and slab; None while it is not there."""
        canvas = self.canvas()
        (disc, slab), (seen_disc, seen_slab) = (
            (image.box(0), image.box(1)),
            (_extent(canvas, image.shapes[0].colour), _extent(canvas, image.shapes[1].colour)),
        )
        if seen_disc is None or seen_slab is None:
            return None
        scale = (seen_slab[2] - seen_disc[0]) / (slab[2] - disc[0])
        left = (seen_disc[0] + seen_slab[2]) / 2 - scale * (disc[0] + slab[2]) / 2
        top = (seen_slab[1] + seen_slab[3]) / 2 - scale * (slab[1] + slab[3]) / 2
        return Placement(left, top, scale)

    def likeness(self, image: Drawn, placement: Placement) -> float:
        """Share of the photo's screen pixels that look as they should (overlays and edges do not)."""
        canvas = self.canvas()
        matrix = np.array(
            [[placement.scale, 0, placement.left], [0, placement.scale, placement.top]], np.float64
        )
        # A pixel's centre is half a pixel from its corner: warpAffine maps centres.
        matrix[:, 2] += placement.scale / 2 - 0.5
        height, width = canvas.shape[:2]
        expected = cv2.warpAffine(image.rgb, matrix, (width, height), flags=cv2.INTER_NEAREST)
        inside = cv2.warpAffine(np.ones(image.rgb.shape[:2], np.uint8), matrix, (width, height)) > 0
        near = np.abs(expected.astype(int) - canvas).max(axis=2) <= 24
        return float(near[inside].mean())

    def wait_photo(self, image: Drawn) -> Placement:
        """Wait until the photo is drawn, well enough to be recognised; says where it is."""
        found: list[Placement] = []

        def drawn() -> bool:
            placement = self.find(image)
            if placement is None or self.likeness(image, placement) < 0.85:
                return False
            found.append(placement)
            return True

        def read_out() -> bool:
            return "%" in self.status()  # comes once nothing stirs

        # Text is cheap to look at, pictures are not: they mostly are there when the read-out is.
        for condition in (read_out, drawn, read_out):
            self.terminal.wait_for(condition)
        self.terminal.settle()
        return found[-1]

    def status(self) -> str:
        """The status line."""
        return self.terminal.screen.page.lines()[0]

    def says(self, *texts: str) -> None:
        """Wait until the program says all of these."""
        self.terminal.wait_for(lambda: all(text in self.terminal.text() for text in texts))

    def wait_mask(self) -> None:
        """Wait until a mask is on the screen."""
        self.terminal.wait_for(lambda: re.search(r"mask \d/\d", self.status()) is not None)
        self.terminal.settle()

    def wait_encoded(self) -> None:
        """Wait until the image is loaded and encoded."""
        self.terminal.wait_for(lambda: "encoding" not in self.status() and "loading" not in self.status())
        self.terminal.settle()

    def cursor(self) -> tuple[int, int]:
        """The cursor in image pixels as the status line tells it, once it rests after a key."""
        self.terminal.wait_for(lambda: _CURSOR.search(self.status()) is not None)
        found = _CURSOR.search(self.status())
        assert found is not None
        return int(found[1]), int(found[2])

    def finest_step(self) -> None:
        """One key, one image pixel: what counts are exact in."""
        self.terminal.type("[ " * 8)

    def go_to(self, x: float, y: float) -> None:
        """Move the cursor to an image pixel by counted moves: `'37l`."""
        at_x, at_y = self.cursor()
        for distance, back, forth in ((round(x) - at_x, "h", "l"), (round(y) - at_y, "k", "j")):
            if distance:
                self.terminal.type(" ".join(f"'{abs(distance)}{forth if distance > 0 else back}"))

        def arrived() -> bool:
            now_x, now_y = self.cursor()
            return abs(now_x - x) <= 1 and abs(now_y - y) <= 1  # the read-out rounds

        self.terminal.wait_for(arrived)

    def leave(self, key: str = "Q") -> None:
        """Quit and see that nothing of the program is left in the terminal."""
        self.terminal.press(key)
        assert self.terminal.wait_exit() == 0
        self.left_clean()

    def left_clean(self) -> None:
        """No picture, no mode, no trace of a crash is left behind."""
        screen = self.terminal.screen
        assert not screen.alternate
        assert screen.cursor_visible
        assert screen.stored_bytes() == 0
        assert not screen.kitty.placements
        assert not screen.kitty_keys
        assert not screen.modes & _INPUT_MODES
        assert self.terminal.errors == [], self.terminal.errors
        assert b"Traceback" not in self.terminal.output


@contextmanager
def labeler(
    path: Path,
    profile: Profile,
    home: Path,
    *options: str,
    prefix: Sequence[str] = (),
    cols: int = COLS,
    rows: int = ROWS,
    cell: tuple[int, int] = CELL,
    settings: str = SETTINGS,
) -> Iterator[Labeler]:
    """`ttylabel PATH OPTIONS` in a terminal; `prefix` is a command that runs it."""
    configure(home, settings)
    argv = [*prefix, sys.executable, "-m", "tui", str(path), *options]
    try:
        with Terminal(argv, profile, home=home, cols=cols, rows=rows, cell=cell) as terminal:
            yield Labeler(terminal)
    except AssertionError as error:
        error.add_note(_logs(home))
        raise
    assert "Traceback" not in _logs(home), _logs(home)


def configure(home: Path, settings: str = SETTINGS) -> None:
    """Write the person's settings file."""
    config = home / ".config" / "ttylabel" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(settings)


def _logs(home: Path) -> str:
    """What the program wrote to its log files."""
    return "\n".join(log.read_text("utf-8", "replace") for log in sorted(home.rglob("*.log")))


def picture_bytes(burst: Burst) -> int:
    """Bytes of a burst that carry picture data."""
    return burst.kinds["kitty_data"] + burst.kinds["sixel"]


def changed(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> Xyxy:
    """The extent of what differs between two canvases, in screen pixels."""
    rows, columns = np.nonzero(np.abs(before.astype(int) - after).max(axis=2) > 24)
    assert rows.size, "nothing changed on the screen"
    return float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1)


def iou(a: Xyxy, b: Xyxy) -> float:
    """Intersection over union of two boxes."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0.0, width) * max(0.0, height)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / union


def read_boxes(path: Path, wh: tuple[int, int], class_count: int) -> list[tuple[int, Xyxy]]:
    """A label file as a trainer reads it; every rule it would reject the image by is asserted.

    Five columns, six decimals, a known class, everything within the image, LF, a line end at the end.
    """
    text = path.read_bytes().decode("utf-8")
    assert "\r" not in text
    assert not text or text.endswith("\n")
    found = []
    for line in text.splitlines():
        columns = line.split(" ")
        assert len(columns) == 5, line
        assert re.fullmatch(r"\d+", columns[0]), line
        assert int(columns[0]) < class_count, line
        assert all(re.fullmatch(r"[01]\.\d{6}", value) for value in columns[1:]), line
        cx, cy, w, h = (float(value) for value in columns[1:])
        box = ((cx - w / 2) * wh[0], (cy - h / 2) * wh[1], (cx + w / 2) * wh[0], (cy + h / 2) * wh[1])
        slack = 1e-3
        assert -slack <= box[0] < box[2] <= wh[0] + slack, line
        assert -slack <= box[1] < box[3] <= wh[1] + slack, line
        found.append((int(columns[0]), box))
    return found


def _extent(canvas: NDArray[np.uint8], colour: Rgb) -> Xyxy | None:
    box = [[int(value) + reach for value in colour] for reach in (-_COLOUR_DISTANCE, _COLOUR_DISTANCE)]
    rows, columns = np.nonzero(cv2.inRange(canvas, np.array(box[0], float), np.array(box[1], float)))
    # Few pixels are in the cube; exact is the ball within it.
    near = np.linalg.norm(canvas[rows, columns] - np.array(colour, float), axis=1) < _COLOUR_DISTANCE
    rows, columns = rows[near], columns[near]
    if rows.size < 50:
        return None
    return float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1)

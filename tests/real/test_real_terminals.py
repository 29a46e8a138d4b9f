"""The labeler in real terminals: what a person would see, and the labels on disk."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from datasets import Drawn, DrawnDataset, Xyxy
from e2e.labeler import Labeler, Placement, changed, configure, iou, read_boxes
from real.display import TOOLS, Display, DisplayError, Window, absent
from real.lab import lab_window
from real.terminals import (
    KITTY,
    MLTERM,
    ROWS,
    SSH_TOOLS,
    XTERM,
    Kind,
    start,
    through_ssh,
    too_old_kitty,
)
from terminal.pty import environment

pytestmark = pytest.mark.real

_NOTICEABLE = 24
_BORDER = 3
"""Pixels that a window may have around its cells."""


_SAID = 120
"""Pixels at the top that hold what is said after leaving."""


class RealLabeler(Labeler):
    """The labeler in a window: there is no text to read, only pixels and files."""

    def __init__(self, display: Window, ended: Path) -> None:
        self.display, self._ended = display, ended

    def canvas(self) -> NDArray[np.uint8]:
        """The window between the first and the last row of text, blanked, at its place."""
        return self._canvas_of(self.display.image())

    def resting(self) -> NDArray[np.uint8]:
        """The canvas once nothing moves."""
        return self._canvas_of(self.display.settle())

    def _canvas_of(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        text = picture.shape[0] // self._rows() + _BORDER
        picture[:text] = picture[-text:] = 0
        return picture

    def _rows(self) -> int:
        """Rows of the window, as the script has noted them: foot fills its whole output."""
        noted = self._ended.with_name("size")
        return int(noted.read_text().split()[0]) if noted.exists() else ROWS

    def wait_photo(self, image: Drawn) -> Placement:
        """Wait until the photo is drawn."""
        found: list[Placement] = []

        def drawn() -> bool:
            placement = self.find(image)
            if placement is not None and self.likeness(image, placement) > 0.85:
                found.append(placement)
            return bool(found)

        self.display.wait_for(drawn)
        self.resting()
        return found[-1]

    def move_to(self, image: Drawn, x: float, y: float) -> None:
        """Move the cursor to an image pixel by counted moves from the middle."""
        self.display.keys("m")
        for distance, back, forth in ((x - image.wh[0] / 2, "h", "l"), (y - image.wh[1] / 2, "k", "j")):
            if round(distance):
                self.display.keys(*f"'{abs(round(distance))}{forth if distance > 0 else back}")

    def wait_rows(self, path: Path, count: int) -> None:
        """Wait until the label file holds `count` lines."""
        self.display.wait_for(lambda: path.exists() and len(path.read_text().splitlines()) == count)

    def same_after_a_dialog(self) -> None:
        """A dialog covers the picture; when it has gone the picture is as it was."""
        before = self.resting()
        self.display.keys("?")
        self.display.wait_for(lambda: not np.array_equal(before, self.canvas()))
        assert iou(changed(before, self.resting()), (0, 0, before.shape[1], before.shape[0])) > 0.2
        self.display.keys("escape")
        try:
            self.display.wait_for(lambda: _close(before, self.canvas()))
        except DisplayError:
            differs = changed(before, self.canvas())
            raise DisplayError(f"after the dialog the picture differs in {differs}") from None

    def quit(self) -> None:
        """Leave; the window holds only grey text then."""
        self.display.keys("Q")
        self.display.wait_for(self._ended.exists)
        assert self._ended.read_text() == "0\n"
        last = self.display.settle().astype(int)
        differs = np.abs(last - np.median(last, axis=(0, 1)))
        assert (differs.max(axis=2) - differs.min(axis=2)).mean() < 1
        assert differs[_SAID:].max(axis=2).sum() <= 8 * differs[_SAID:, :, 0].size


def overlap(before: NDArray[np.uint8], now: NDArray[np.uint8], box: Xyxy) -> float:
    """How well the extent of what changed on the screen fits a box: their intersection over union."""
    return 0.0 if _close(before, now) else iou(changed(before, now), box)


def _close(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> bool:
    return bool(np.abs(a.astype(int) - b).max() <= _NOTICEABLE)


@contextmanager
def opened(kind: Kind, dataset: DrawnDataset, home: Path, *, ssh: bool = False) -> Iterator[RealLabeler]:
    """The labeler in a window; the window stays when it has ended."""
    missing = absent([*TOOLS, *kind.needs, *(SSH_TOOLS if ssh else ())])
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    script = write_script(dataset, home)
    with Display() as display:
        start(display, kind, through_ssh(display, script) if ssh else ["sh", str(script)])
        yield RealLabeler(display, home / "ended")


def write_script(dataset: DrawnDataset, home: Path) -> Path:
    """A script that runs the labeler, notes its exit code in `home`/ended, and holds the window open."""
    configure(home)
    program = shlex.join([sys.executable, "-m", "tui", str(dataset.yaml)])
    exports = "".join(
        f"export {name}={shlex.quote(value)}\n" for name, value in environment(None, home).items()
    )
    # A plain ssh login has no COLORTERM: what the terminal keeps must be found out without it.
    end = f"echo $? >{shlex.quote(str(home / 'ended'))}\nsleep 600\n"
    script = home / "program.sh"
    size = f"stty size >{shlex.quote(str(home / 'size'))}"
    script.write_text(f"{exports}unset COLORTERM\n{size}\n{program}\n{end}")
    return script


def label_both(program: RealLabeler, image: Drawn) -> None:
    """The disc by a point, the slab by a box; seen on the screen and found in the label file."""
    placement = program.wait_photo(image)
    program.display.keys(*"[[[[[[[[")  # the finest step: counts are exact then
    program.move_to(image, image.shapes[0].x, image.shapes[0].y)
    before, disc = program.resting(), placement.box(image.box(0))
    program.display.keys("q")
    program.display.wait_for(lambda: overlap(before, program.canvas(), disc) > 0.6)
    assert overlap(before, program.resting(), disc) > 0.6
    program.same_after_a_dialog()
    program.display.keys("1", "f")
    program.wait_rows(image.label_path, 1)

    x0, y0, x1, y1 = image.box(1)
    program.display.keys("escape")
    program.move_to(image, x0 - 3, y0 - 3)
    program.display.keys("r")
    program.move_to(image, x1 + 3, y1 + 3)
    program.display.keys("r", "2", "f")
    program.wait_rows(image.label_path, 2)
    rows = read_boxes(image.label_path, image.wh, 2)
    assert [class_id for class_id, _ in rows] == [0, 1]
    assert iou(rows[0][1], image.box(0)) > 0.8
    assert iou(rows[1][1], image.box(1)) > 0.8


def whole_job(program: RealLabeler, dataset: DrawnDataset) -> None:
    """Two objects, dialogs in between, zoom, the next image, and out."""
    first, second = dataset.images[:2]
    label_both(program, first)
    program.same_after_a_dialog()
    program.display.keys("z", "z", "L", "J")
    program.same_after_a_dialog()
    program.display.keys("d")
    program.wait_photo(second)
    program.quit()


@pytest.mark.parametrize("kind", [XTERM, MLTERM], ids=lambda kind: kind.name)
def test_labels_by_keys(kind: Kind, dataset: DrawnDataset, home: Path) -> None:
    with opened(kind, dataset, home) as program:
        whole_job(program, dataset)


# The laboratory leaves its log files to the garbage collector.
LAB = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@LAB
def test_labels_by_keys_in_kitty(dataset: DrawnDataset, home: Path, request: pytest.FixtureRequest) -> None:
    if not absent(KITTY.needs) and not too_old_kitty():
        with opened(KITTY, dataset, home) as program:
            whole_job(program, dataset)
        return
    shared: Path = request.getfixturevalue("shared")
    with lab_window(shared, "kitty", ["sh", str(write_script(dataset, home))]) as window:
        whole_job(RealLabeler(window, home / "ended"), dataset)


@LAB
@pytest.mark.parametrize("kind", ["foot", "konsole"])
def test_labels_by_keys_over_ssh_in(kind: str, dataset: DrawnDataset, home: Path, shared: Path) -> None:
    with lab_window(shared, kind, ["sh", str(write_script(dataset, home))]) as window:
        whole_job(RealLabeler(window, home / "ended"), dataset)


@LAB
def test_labels_by_keys_in_kitty_with_tmux(dataset: DrawnDataset, home: Path, shared: Path) -> None:
    command = ["sh", str(write_script(dataset, home))]
    with lab_window(shared, "kitty", command, tmux=True) as window:
        program = RealLabeler(window, home / "ended")
        label_both(program, dataset.images[0])
        program.quit()


def test_labels_by_keys_over_ssh(dataset: DrawnDataset, home: Path) -> None:
    with opened(XTERM, dataset, home, ssh=True) as program:
        label_both(program, dataset.images[0])
        program.quit()

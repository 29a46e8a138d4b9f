"""What a key costs on the wire, in the running program on a view of 1040x780 pixels of a grained photo.

Bytes are exact. The read-out of the cursor is text of its own, shown when the keys rest: of several
bursts the smallest is the one without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from datasets import Shape, draw, draw_dataset, write_image
from e2e.labeler import Labeler, labeler, picture_bytes
from terminal.profiles import FOOT, KITTY, MLTERM, PLAIN, XTERM, Profile
from terminal.pty import Burst

pytestmark = pytest.mark.e2e

COLS, ROWS, CELL = 130, 41, (8, 20)
WH = (520, 390)
LARGE = (1600, 1200)
"""More than the canvas shows, so that the first zoom finds its pixels sent."""
THING = Shape(0, 240, 190, 150, 130, (214, 52, 46))
"""About 30 % of the image."""

KINDS = pytest.mark.parametrize(
    ("profile", "move", "mask"),
    [
        pytest.param(KITTY, 96, 2048, id="kitty"),
        pytest.param(XTERM, 400, 5120, id="sixel-xterm"),
        pytest.param(FOOT, 400, 5120, id="sixel-foot"),
        pytest.param(MLTERM, 3072, None, id="sixel-opaque"),
        pytest.param(PLAIN, 400, 5120, id="halfblock"),
    ],
)
SYNC = len(b"\x1b[?2026h\x1b[?2026l")
STATUS = 900
"""What a new status line may add to a key's bytes where pictures are text themselves."""


@contextmanager
def opened(
    profile: Profile, root: Path, home: Path, *, wh: tuple[int, int] = WH, labelled: bool = False
) -> Iterator[Labeler]:
    """The program on a photo that fills the canvas."""
    dataset = draw_dataset(root, count=2, wh=wh, labelled=labelled)
    grain = np.random.default_rng(5).normal(0, 9, (wh[1], wh[0], 1))
    rgb = np.clip(draw([THING], wh) + grain, 0, 255).astype(np.uint8)
    write_image(dataset.images[0].path, rgb)
    with labeler(dataset.yaml, profile, home, cols=COLS, rows=ROWS, cell=CELL) as program:
        program.says("1/2", "%")
        program.wait_encoded()
        yield program


def cheapest(act: Callable[[], Burst], times: int = 3) -> Burst:
    """The smallest of several bursts of the same kind."""
    return min((act() for _ in range(times)), key=lambda burst: burst.bytes)


@KINDS
def test_a_cursor_move(profile: Profile, move: int, mask: int | None, tmp_path: Path, home: Path) -> None:
    with opened(profile, tmp_path / "set", home) as program:
        program.terminal.type("l j")
        program.terminal.settle()
        for key in "ljhk":
            burst = cheapest(lambda key=key: program.terminal.press(key))
            assert burst.bytes - SYNC * profile.sync <= move, (key, burst)
            assert burst.kinds["kitty_data"] == 0
        program.leave()


@KINDS
def test_another_mask(profile: Profile, move: int, mask: int | None, tmp_path: Path, home: Path) -> None:
    with opened(profile, tmp_path / "set", home) as program:
        terminal = program.terminal
        program.finest_step()
        program.go_to(THING.x - THING.rx - 5, THING.y - THING.ry - 5)
        terminal.press("r")
        program.go_to(THING.x + THING.rx + 5, THING.y + THING.ry + 5)
        terminal.press("r")
        program.wait_mask()
        bursts = [terminal.press("tab") for _ in range(3)]
        spent = sorted(b.bytes - STATUS if profile is PLAIN else _pictures(b) for b in bursts)
        assert mask is None or spent[1] <= mask, spent  # xterm's every tenth repeats what it may have lost
        terminal.press("b")
        program.leave()


def _pictures(burst: Burst) -> int:
    return picture_bytes(burst) + burst.kinds["kitty_place"] + burst.kinds["kitty_delete"]


def test_zoom_and_pan_in_kitty_move_the_photo_that_is_there(tmp_path: Path, home: Path) -> None:
    with opened(KITTY, tmp_path / "set", home, wh=LARGE) as program:
        program.terminal.type("z W Z")
        program.terminal.settle()
        for key in ("z", "W", "A", "S", "D", "Z"):
            burst = program.terminal.press(key)
            photo = burst.kinds["kitty_place"]
            assert burst.kinds["kitty_data"] == 0, key
            assert photo <= 100 + 80, (key, burst)  # the photo, and the cursor that stays where it points
        program.leave()


def test_no_key_but_one_for_a_new_mask_sends_picture_data(tmp_path: Path, home: Path) -> None:
    keys = ("l", "J", "]", "[", "z", "W", "Z", "n", "N", "escape", "1", "2", "?", "escape", "m")
    with opened(KITTY, tmp_path / "set", home, wh=LARGE, labelled=True) as program:
        for key in keys:  # sprites are sent when they are first needed
            program.terminal.press(key)
        for key in keys:
            assert program.terminal.press(key).kinds["kitty_data"] == 0, key
        program.leave()

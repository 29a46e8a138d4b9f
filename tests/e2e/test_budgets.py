"""What a key costs on the wire, in the running program on a view of 1040x780 pixels of a grained photo.

Bytes are exact, and all that the program writes for the key is counted: picture and text. The read-out of
zoom and cursor is shown when the keys rest, and a slow answer is waited for in words: of several bursts the
smallest is the one without either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from datasets import Shape, draw, draw_dataset, write_image
from e2e.labeler import Labeler, labeler
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
REPEAT = 2560
"""What xterm's every tenth patch may add: it repeats what xterm may have lost."""
STANDING = 16_000
"""What follows in sixel when no key comes: the whole outline and dots."""


_SIXEL = re.compile(rb"\x1b7\x1b\[\d+;\d+H\x1bP.*?\x1b\\\x1b8", re.DOTALL)


def answer(burst: Burst) -> int:
    """Bytes of the answer to a key: all but the sixels behind the first, which came when no key did."""
    return burst.bytes - later(burst)


def later(burst: Burst) -> int:
    """Bytes of the sixels behind the first: a slow burst holds them too."""
    return sum(len(picture) for picture in _SIXEL.findall(burst.raw)[1:])


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
            assert burst.bytes <= move, (key, burst)
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
        spent = sorted(answer(burst) for burst in bursts)
        if mask is not None:
            assert spent[1] <= mask, spent
            assert spent[2] <= mask + REPEAT * (profile is XTERM), spent
            assert max(later(burst) for burst in bursts) <= STANDING + REPEAT * (profile is XTERM)
        terminal.press("b")
        program.leave()


def test_a_zoom_in_kitty_is_one_placement_of_the_photo_that_is_there(tmp_path: Path, home: Path) -> None:
    with opened(KITTY, tmp_path / "set", home, wh=LARGE) as program:
        program.terminal.type("z W Z")
        program.terminal.settle()
        for _ in range(2):
            for keys in ("zz", "ZZ"):
                spent = [program.terminal.press(key).bytes for key in keys]
                assert min(spent) <= 100, (keys, spent)
        program.leave()


def test_a_pan_in_kitty_moves_the_photo_and_the_cursor_that_stays_where_it_points(
    tmp_path: Path, home: Path
) -> None:
    with opened(KITTY, tmp_path / "set", home, wh=LARGE) as program:
        program.terminal.type("z W Z z")
        program.terminal.settle()
        for key in "WASD":
            burst = cheapest(lambda key=key: program.terminal.press(key), 2)
            assert burst.kinds["kitty_data"] == 0, key
            assert burst.bytes <= 100 + 60, (key, burst)
        program.leave()


def test_no_zoom_of_a_photo_smaller_than_the_view_sends_it_again(tmp_path: Path, home: Path) -> None:
    with opened(KITTY, tmp_path / "set", home) as program:
        for key in ("z", "W", "A", "z", "z", "z", "S", "z", "z", "V", "v"):
            assert program.terminal.press(key).kinds["kitty_data"] == 0, key
        program.leave()


def test_no_key_but_one_for_a_new_mask_sends_picture_data(tmp_path: Path, home: Path) -> None:
    keys = ("l", "J", "]", "[", "z", "W", "Z", "n", "N", "escape", "1", "2", "?", "escape", "m")
    with opened(KITTY, tmp_path / "set", home, wh=LARGE, labelled=True) as program:
        for key in keys:  # sprites are sent when they are first needed
            program.terminal.press(key)
        for key in keys:
            assert program.terminal.press(key).kinds["kitty_data"] == 0, key
        program.leave()

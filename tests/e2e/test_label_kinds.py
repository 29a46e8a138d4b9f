"""The whole job on one image, by keys alone, in a terminal of each kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets import Drawn, DrawnDataset
from e2e.labeler import Labeler, changed, iou, labeler, picture_bytes, read_boxes
from terminal.profiles import FOOT, KITTY, PLAIN, XTERM, Profile

pytestmark = pytest.mark.e2e

KINDS = pytest.mark.parametrize(
    ("profile", "move_budget"),
    [
        pytest.param(KITTY, 96, id="kitty"),
        pytest.param(XTERM, 400, id="sixel"),
        pytest.param(FOOT, 400, id="sixel-sync"),
        pytest.param(PLAIN, 400, id="halfblock"),
    ],
)
STATUS_BYTES = 700
"""What a repaint of the status line may add to a key's own bytes."""


def segment_disc(program: Labeler, image: Drawn) -> None:
    """One positive point on the disc; the mask of it comes on the screen."""
    placement = program.wait_photo(image)
    disc = image.shapes[0]
    program.finest_step()
    program.go_to(disc.x, disc.y)
    before = program.canvas()
    program.terminal.press("q")
    program.wait_mask()
    assert iou(changed(before, program.canvas()), placement.box(image.box(0))) > 0.6


def wait_rows(program: Labeler, image: Drawn, count: int) -> None:
    """Wait until the label file holds `count` lines."""

    def there() -> bool:
        text = image.label_path.read_text() if image.label_path.exists() else ""
        return len(text.splitlines()) == count

    program.terminal.wait_for(there)


@KINDS
def test_the_photo_is_where_it_belongs_and_a_cursor_move_costs_its_own_bytes_only(
    profile: Profile, move_budget: int, dataset: DrawnDataset, home: Path
) -> None:
    image = dataset.images[0]
    with labeler(dataset.yaml, profile, home, "--graphics", "auto") as program:
        placement = program.wait_photo(image)
        assert placement.scale == pytest.approx(2.0, abs=0.05)
        assert program.likeness(image, placement) > 0.9
        assert "1/3" in program.status()
        assert "img_000.png" in program.status()
        program.terminal.press("]")
        old, before = program.cursor(), program.canvas()
        burst = program.terminal.press("l")
        assert burst.kinds["kitty_data"] == 0
        assert picture_bytes(burst) + burst.kinds["kitty_place"] <= move_budget
        assert burst.bytes <= move_budget + STATUS_BYTES
        program.terminal.wait_for(lambda: program.cursor() != old)
        new = program.cursor()
        assert new[0] > old[0]
        assert new[1] == old[1]
        left, top, right, bottom = changed(before, program.canvas())
        x0, y0, x1, y1 = placement.box((old[0], old[1], new[0], new[1]))
        reach = 40
        assert x0 - reach <= left < right <= x1 + reach
        assert y0 - reach <= top < bottom <= y1 + reach
        assert left < x1 < right
        program.leave()


@KINDS
def test_points_box_undo_and_the_next_image(
    profile: Profile, move_budget: int, dataset: DrawnDataset, home: Path
) -> None:
    first, second = dataset.images[:2]
    with labeler(dataset.yaml, profile, home) as program:
        terminal = program.terminal
        segment_disc(program, first)
        terminal.press("1")
        terminal.press("f")
        wait_rows(program, first, 1)
        program.says("saved", "1 instance")

        x0, y0, x1, y1 = first.box(1)
        terminal.press("escape")
        program.go_to(x0 - 3, y0 - 3)
        terminal.press("r")
        program.go_to(x1 + 3, y1 + 3)
        terminal.press("r")
        program.wait_mask()
        terminal.press("2")
        terminal.press("f")
        wait_rows(program, first, 2)
        rows = read_boxes(first.label_path, first.wh, 2)
        assert [class_id for class_id, _ in rows] == [0, 1]
        assert iou(rows[0][1], first.box(0)) > 0.8
        assert iou(rows[1][1], first.box(1)) > 0.8

        both = first.label_path.read_bytes()
        terminal.press("u")
        wait_rows(program, first, 1)
        terminal.press("ctrl+r")
        wait_rows(program, first, 2)
        assert first.label_path.read_bytes() == both

        terminal.press("d")
        program.says("2/3", "img_001.png")
        program.wait_photo(second)
        assert not second.label_path.exists()
        program.leave()
    assert first.label_path.read_bytes() == both


def test_a_lower_window_shows_the_photo_smaller(dataset: DrawnDataset, home: Path) -> None:
    image = dataset.images[0]
    with labeler(dataset.yaml, KITTY, home) as program:
        tall = program.wait_photo(image)
        program.terminal.resize(120, 17)

        def smaller() -> bool:
            placement = program.find(image)
            return placement is not None and placement.scale == pytest.approx(tall.scale / 2, abs=0.05)

        program.terminal.wait_for(smaller)
        program.wait_photo(image)
        program.leave()

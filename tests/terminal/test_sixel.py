from __future__ import annotations

import numpy as np
import pytest

from terminal.screen import Screen, SixelLimits
from terminal.sixel import declared_wh, decode

RED, BLUE = [255, 0, 0, 255], [0, 0, 255, 255]
BOTH = b"#1;2;100;0;0#2;2;0;0;100"


def dcs(body: bytes) -> bytes:
    return b"\x1bP" + body + b"\x1b\\"


def test_two_colours_and_a_repeat() -> None:
    rgba, errors = decode(b'0;1q"1;1;4;6' + BOTH + b"#1!2~$#2??~@")
    assert rgba.shape == (6, 4, 4)
    assert rgba[0].tolist() == [RED, RED, BLUE, BLUE]
    assert rgba[5].tolist() == [RED, RED, BLUE, [0, 0, 0, 0]]
    assert errors == []


def test_bands_go_down_six_pixels() -> None:
    rgba, errors = decode(b'0;1q"1;1;1;8' + BOTH + b"#1~-#2B")
    assert rgba[:, 0].tolist() == [RED] * 6 + [BLUE] * 2
    assert errors == []


def test_unset_pixels_are_opaque_unless_p2_is_one() -> None:
    body = b'q"1;1;2;6' + BOTH + b"#1~"
    assert decode(b"0;0" + body)[0][0, 1].tolist() == [0, 0, 0, 255]
    assert decode(b"0;1" + body)[0][0, 1].tolist() == [0, 0, 0, 0]


def test_a_colour_keeps_what_was_drawn_before_it_was_redefined() -> None:
    rgba, _ = decode(b"0;1q#1;2;100;0;0#1~#1;2;0;0;100#1~")
    assert rgba[0].tolist() == [RED, BLUE]


def test_size_without_raster_attributes_is_what_is_drawn() -> None:
    assert declared_wh(b"0;1q#1~~~") is None
    assert decode(b"0;1q#1;2;0;0;0#1~~~-~")[0].shape == (12, 3, 4)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"0;1q#1;2;100;0;0~", "without being selected"),
        (b"0;1q~", "without being selected"),
        (b"0;1q#99~", "never defined"),
        (b"0;1q#1~-", "one band more"),
        (b'0;1q"1;1;2;6#1~~~', "outside its raster attributes"),
        (b'0;1q"1;1;1;3#1~', "outside its raster attributes"),
        (b"0;1q#1~\x80", "not sixel data"),
    ],
)
def test_what_real_terminals_trip_over(body: bytes, error: str) -> None:
    assert any(error in found for found in decode(body)[1])


def square(side: int, colour: int = 1) -> bytes:
    bands = [b"#%d!%d%c" % (colour, side, 63 + (1 << min(6, side - y)) - 1) for y in range(0, side, 6)]
    return dcs(b'0;1q"1;1;%d;%d' % (side, side) + BOTH + b"-".join(bands))


def sixel_screen(limits: SixelLimits | None = None, rows: int = 6) -> Screen:
    return Screen(10, rows, cell=(10, 20), sixel=limits or SixelLimits())


def test_a_picture_is_painted_at_the_cursor() -> None:
    screen = sixel_screen()
    screen.feed(b"\x1b[2;3H" + square(10))
    image = screen.image()
    assert image[20:30, 20:30].reshape(-1, 3).tolist() == [[255, 0, 0]] * 100
    assert image.sum() == 100 * 255
    assert screen.counts["sixel"] == len(square(10))
    assert screen.errors == []


def test_text_erases_the_picture_in_its_cells_and_a_later_picture_covers_text() -> None:
    screen = sixel_screen()
    screen.feed(b"\x1b[H" + square(40) + b"\x1b[H ")
    assert screen.image()[10, 5].tolist() == [0, 0, 0]
    assert screen.image()[10, 15].tolist() == [255, 0, 0]
    screen.feed(b"\x1b[H" + square(10, 2))
    assert screen.image()[5, 5].tolist() == [0, 0, 255]


def test_unset_pixels_show_the_picture_below() -> None:
    screen = sixel_screen()
    screen.feed(b"\x1b[H" + square(40) + b"\x1b[H" + dcs(b'0;1q"1;1;4;6' + BOTH + b"#2?~"))
    row = screen.image()[0, :4].tolist()
    assert row == [[255, 0, 0], [0, 0, 255], [255, 0, 0], [255, 0, 0]]


def test_a_picture_below_the_last_row_scrolls() -> None:
    screen = sixel_screen(rows=2)
    screen.feed(b"\x1b[1;1Htop\x1b[2;1H" + square(30))
    assert any("scrolled the screen by 1" in error for error in screen.errors)
    assert "top" not in screen.text()


def test_limits_of_size_and_number() -> None:
    screen = sixel_screen(SixelLimits(max_wh=(20, 20), slots=2))
    screen.feed(b"\x1b[H" + square(30))
    assert any("over (20, 20)" in error for error in screen.errors)
    for row in (1, 2, 3):
        screen.feed(b"\x1b[%d;1H" % row + square(10))
    assert any("the one at row 0 is lost" in error for error in screen.errors)
    screen.feed(b"\x1b[?1004h")
    assert not any("lost" in error for error in screen.errors)


def test_a_lost_picture_is_seen_until_the_next_expose() -> None:
    screen = sixel_screen(SixelLimits(slots=2))
    for row in (1, 2, 3):
        screen.feed(b"\x1b[%d;1H" % row + square(10))
    assert screen.image()[[5, 25, 45], 5].tolist() == [[255, 0, 0]] * 3
    screen.expose()
    assert screen.image()[[5, 25, 45], 5].tolist() == [[0, 0, 0], [255, 0, 0], [255, 0, 0]]


def test_the_newest_picture_is_never_the_lost_one() -> None:
    screen = sixel_screen(SixelLimits(slots=2))
    for row in (3, 2, 1):
        screen.feed(b"\x1b[%d;1H" % row + square(10))
    screen.expose()
    assert screen.image()[[5, 25, 45], 5].tolist() == [[255, 0, 0], [0, 0, 0], [255, 0, 0]]


def test_unset_pixels_are_black_to_the_end_of_the_cell_where_there_is_no_transparency() -> None:
    screen = sixel_screen(SixelLimits(see_through=False))
    screen.feed(b"\x1b[H" + square(40) + b"\x1b[H" + dcs(b'0;1q"1;1;4;6' + BOTH + b"#2?~"))
    row = screen.image()[0, [0, 1, 9, 10]].tolist()
    assert row == [[0, 0, 0], [0, 0, 255], [0, 0, 0], [255, 0, 0]]
    assert screen.image()[[19, 20], 0].tolist() == [[0, 0, 0], [255, 0, 0]]


def test_whole_bands_are_painted_in_some_terminals() -> None:
    screen = sixel_screen(SixelLimits(see_through=False, bands=True))
    screen.feed(
        b"\x1b[H"
        + square(40)
        + b"\x1b[H"
        + dcs(b'0;1q"1;1;10;20' + BOTH + b"-".join([b"#2!10~"] * 3 + [b"#2!10B"]))
    )
    assert screen.image()[[19, 20, 23, 24], 0].tolist() == [[0, 0, 255], [0, 0, 0], [0, 0, 0], [255, 0, 0]]


def test_a_cell_belongs_to_one_picture_in_some_terminals() -> None:
    screen = sixel_screen(SixelLimits(replaces=True))
    screen.feed(b"\x1b[H" + square(40) + b"\x1b[H" + dcs(b'0;1q"1;1;4;6' + BOTH + b"#2?~"))
    assert screen.image()[0, [0, 1, 9, 10]].tolist() == [[0, 0, 0], [0, 0, 255], [0, 0, 0], [255, 0, 0]]


def test_a_picture_that_ends_within_a_cell_of_another_is_an_error_in_some_terminals() -> None:
    screen = sixel_screen(SixelLimits(whole_cells=True))
    screen.feed(b"\x1b[H" + square(40) + b"\x1b[3;1H" + square(10))
    assert screen.errors == []
    screen.feed(b"\x1b[H" + dcs(b'0;1q"1;1;4;6' + BOTH + b"#2?~"))
    assert screen.errors == ["sixel of 4x6 pixels ends within a cell of another"]


def test_losing_a_wholly_covered_picture_is_no_error() -> None:
    screen = sixel_screen(SixelLimits(slots=2))
    for _ in range(5):
        screen.feed(b"\x1b[H" + square(12))
    assert screen.errors == []
    assert len(screen.sixels) == 2


def test_sixel_where_there_is_none_is_an_error() -> None:
    screen = Screen(10, 4)
    screen.feed(square(6))
    assert screen.errors == ["sixel sent to a terminal without it"]


def test_random_pictures_survive_a_round_trip() -> None:
    """A plain encoder here, the decoder there: every pixel comes back."""
    rng = np.random.default_rng(3)
    indices = rng.integers(0, 4, (13, 9))
    colours = [(100, 0, 0), (0, 100, 0), (0, 0, 100), (100, 100, 0)]
    body = b'0;0q"1;1;9;13'
    for number, colour in enumerate(colours):
        body += b"#%d;2;%d;%d;%d" % (number, *colour)
    bands = []
    for top in range(0, 13, 6):
        band = indices[top : top + 6]
        weights = (1 << np.arange(band.shape[0]))[:, None]
        lines = [bytes((((band == n) * weights).sum(0) + 63).astype(np.uint8)) for n in range(4)]
        bands.append(b"$".join(b"#%d" % n + line for n, line in enumerate(lines)))
    rgba, errors = decode(body + b"-".join(bands))
    expected = (np.array(colours) * 255 // 100)[indices]
    assert (rgba[..., :3] == expected).all()
    assert errors == []

from __future__ import annotations

import pytest

from terminal.pen import PALETTE, Pen


@pytest.mark.parametrize(
    ("params", "pen"),
    [
        ("", Pen()),
        ("31", Pen(fg=1)),
        ("97;104", Pen(fg=15, bg=12)),
        ("38;2;1;2;3;48;5;200", Pen(fg=(1, 2, 3), bg=200)),
        ("38:2:1:2:3", Pen(fg=(1, 2, 3))),
        ("48:2::4:5:6", Pen(bg=(4, 5, 6))),
        ("48:5:17", Pen(bg=17)),
        ("1;4;58;2;9;9;9;32", Pen(fg=2, underline=(9, 9, 9))),
        ("58;5;7;59", Pen()),
        ("7", Pen(reverse=True)),
        ("31;39;41;49;7;27", Pen()),
    ],
)
def test_select_graphic_rendition(params: str, pen: Pen) -> None:
    assert Pen().sgr(params) == pen


def test_zero_resets_everything() -> None:
    assert Pen(fg=1, bg=(1, 2, 3), reverse=True).sgr("0") == Pen()


def test_reverse_swaps_ink_and_paper() -> None:
    assert Pen(fg=(1, 1, 1), bg=(2, 2, 2), reverse=True).colours() == ((2, 2, 2), (1, 1, 1))


def test_the_default_background_is_no_paper() -> None:
    assert Pen(fg=1).colours() == (PALETTE[1], None)


def test_the_palette_holds_the_colour_cube_and_the_greys() -> None:
    assert len(PALETTE) == 256
    assert PALETTE[16] == (0, 0, 0)
    assert PALETTE[231] == (255, 255, 255)
    assert PALETTE[255] == (238, 238, 238)

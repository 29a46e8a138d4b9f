from __future__ import annotations

import pytest

from terminal.page import BLANK, char_width
from terminal.screen import Screen


def fed(data: bytes, cols: int = 10, rows: int = 4) -> Screen:
    screen = Screen(cols, rows)
    screen.feed(data)
    return screen


def test_text_wraps_when_the_next_character_comes() -> None:
    screen = fed(b"0123456789")
    assert screen.cursor == (0, 9)
    screen.feed(b"x")
    assert screen.text().splitlines()[:2] == ["0123456789", "x"]


def test_without_autowrap_the_last_cell_is_overwritten() -> None:
    assert fed(b"\x1b[?7l0123456789xy").text().splitlines()[0] == "012345678y"


@pytest.mark.parametrize(
    ("moves", "cursor"),
    [
        (b"\x1b[3;4H", (2, 3)),
        (b"\x1b[H", (0, 0)),
        (b"\x1b[99;99H", (3, 9)),
        (b"\x1b[2;2H\x1b[A\x1b[3C", (0, 4)),
        (b"\x1b[2;5H\x1b[B\x1b[2D", (2, 2)),
        (b"\x1b[2;5H\x1b[E", (2, 0)),
        (b"\x1b[3;5H\x1b[2F", (0, 0)),
        (b"\x1b[7G\x1b[3d", (2, 6)),
        (b"\x1b[2;3H\x1b7\x1b[H\x1b8", (1, 2)),
        (b"\x1b[2;3H\x1b[s\x1b[H\x1b[u", (1, 2)),
        (b"abc\x08", (0, 2)),
        (b"a\t", (0, 8)),
        (b"abc\r\n", (1, 0)),
    ],
)
def test_cursor_movement(moves: bytes, cursor: tuple[int, int]) -> None:
    assert fed(moves).cursor == cursor


@pytest.mark.parametrize(
    ("erase", "lines"),
    [
        (b"\x1b[K", ["aaaaaa", "bbb", "cccccc"]),
        (b"\x1b[1K", ["aaaaaa", "    bb", "cccccc"]),
        (b"\x1b[2K", ["aaaaaa", "", "cccccc"]),
        (b"\x1b[J", ["aaaaaa", "bbb", ""]),
        (b"\x1b[1J", ["", "    bb", "cccccc"]),
        (b"\x1b[2J", ["", "", ""]),
        (b"\x1b[2X", ["aaaaaa", "bbb  b", "cccccc"]),
    ],
)
def test_erasure(erase: bytes, lines: list[str]) -> None:
    screen = fed(b"aaaaaa\r\nbbbbbb\r\ncccccc\x1b[2;4H" + erase, rows=3)
    assert screen.page.lines() == lines


def test_erased_cells_take_the_background() -> None:
    screen = fed(b"\x1b[44m\x1b[2K")
    assert screen.image()[5, 5].tolist() == [0, 0, 238]


def test_a_character_is_repeated() -> None:
    assert fed("▀\x1b[4b".encode()).text().splitlines()[0] == "▀▀▀▀▀"


def test_the_last_line_scrolls() -> None:
    assert fed(b"1\r\n2\r\n3\r\n4\r\n5").page.lines() == ["2", "3", "4", "5"]


def test_a_scroll_region_keeps_the_rest() -> None:
    screen = fed(b"1\r\n2\r\n3\r\n4\x1b[2;3r\x1b[3;1H\n")
    assert screen.page.lines() == ["1", "3", "", "4"]


def test_wide_and_combining_characters() -> None:
    screen = fed("日e\u0301x".encode())
    assert screen.cursor == (0, 4)
    assert screen.text().splitlines()[0] == "日e\u0301x"
    assert [char_width(c) for c in "a日\u0301"] == [1, 2, 0]


def test_resizing_keeps_what_fits() -> None:
    screen = fed(b"abcdef\r\nghijkl")
    screen.resize(4, 6)
    assert screen.page.lines() == ["abcd", "ghij", "", "", "", ""]
    assert screen.page.grid[5][3] == BLANK

"""The terminal shows what Textual wrote, for fewer bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from terminal.screen import Screen
from tui.app.textpage import CLEAR, KEEP, LEAST_SYNCHRONIZED, SYNC_OFF, SYNC_ON, TextPage
from tui.types.text import printable

COLS, ROWS = 30, 4
LINE = "\x1b[1;38;2;224;224;224;48;2;36;47;56m"


def test_a_changed_digit_is_a_place_a_style_and_a_digit() -> None:
    page = TextPage()
    assert page.write(f"\x1b[1;1H{LINE}mask 1/3\x1b[0m\x1b[1;1H") == f"\x1b[1;1H{LINE}mask 1/3\x1b[m"
    assert page.write(f"\x1b[1;1H{LINE}mask 2/3\x1b[0m\x1b[1;1H") == f"\x1b[1;6H{LINE}2\x1b[m"
    assert page.write(f"\x1b[1;1H{LINE}mask 2/3\x1b[0m\x1b[1;1H") == ""


def test_of_a_style_only_the_difference_is_written() -> None:
    page = TextPage()
    out = page.write("\x1b[1;1H\x1b[1;31;44mkey\x1b[0m\x1b[31;44m label\x1b[0m\x1b[2;31;44m dim\x1b[0m")
    assert out == "\x1b[1;1H\x1b[1;31;44mkey\x1b[22m label\x1b[2m dim\x1b[m"


def test_what_is_forgotten_is_written_again() -> None:
    page = TextPage()
    first = page.write("\x1b[1;1Hsame")
    assert page.write("\x1b[1;1Hsame") == ""
    page.forget()
    assert page.write("\x1b[1;1Hsame") == first


def test_the_canvas_is_passed_and_cleared_without_colours() -> None:
    page = TextPage()
    assert page.write(f"\x1b[2;1H{KEEP * 12}\x1b[1mb\x1b[0m") == "\x1b[2;13H\x1b[1mb\x1b[m"
    for _ in range(2):  # what a driver draws is not known here: never left out
        assert page.write(f"\x1b[2;1H\x1b[44m{CLEAR * 3}\x1b[0m") == "\x1b[2;1H   "
    assert page.write(f"\x1b[2;13H\x1b[1mb\x1b[0m{KEEP}{CLEAR}") == "\x1b[2;15H "


def test_large_frames_are_synchronized_and_small_or_empty_ones_are_not() -> None:
    page = TextPage()
    large = "x" * LEAST_SYNCHRONIZED
    assert [page.write(part) for part in (SYNC_ON, f"\x1b[1;1H{large}", SYNC_OFF)] == [
        "",
        f"{SYNC_ON}\x1b[1;1H{large}",
        SYNC_OFF,
    ]
    assert [page.write(part) for part in (SYNC_ON, "\x1b[2;1Hy", SYNC_OFF)] == ["", "\x1b[2;1Hy", ""]
    assert [page.write(part) for part in (SYNC_ON, "\x1b[2;1Hy", SYNC_OFF)] == ["", "", ""]


def test_modes_and_unknown_sequences_pass() -> None:
    page = TextPage()
    assert page.write("\x1b[?1004h") == "\x1b[?1004h"
    page.write("\x1b[1;1Hhere")
    assert page.write("\x1b]0;title\x07") == "\x1b]0;title\x07"
    assert page.write("\x1b[1;1Hhere") == "\x1b[1;1Hhere"


def test_the_markers_are_one_cell_wide_and_no_file_name_can_hold_them() -> None:
    assert cell_len(KEEP + CLEAR) == 2
    assert KEEP not in printable(f"a{KEEP}{CLEAR}b")
    assert CLEAR not in printable(f"a{KEEP}{CLEAR}b")


STYLES = st.sampled_from(
    ["", "1;", "2;31;", "1;4;38;2;1;2;3;48;5;7;", "44;", "7;39;49;", "91;102;", "38;5;9;", "3;9;48;2;9;8;7;"]
)
TEXTS = st.text(st.sampled_from("ab 1·─■äЖ…日本é🙂"), min_size=1, max_size=9)
PIECES = st.tuples(st.integers(1, ROWS), st.integers(1, COLS - 19), STYLES, TEXTS)
FRAMES = st.lists(st.lists(PIECES, min_size=1, max_size=4), min_size=1, max_size=6)


@given(FRAMES)
def test_the_screen_is_the_one_that_textual_wrote(frames: list[list[tuple[int, int, str, str]]]) -> None:
    page, plain, thrifty = TextPage(), Screen(COLS, ROWS), Screen(COLS, ROWS)
    for frame in frames:
        data = "".join(f"\x1b[{y};{x}H\x1b[{style[:-1]}m{text}\x1b[0m" for y, x, style, text in frame)
        plain.feed(f"{data}\x1b[1;1H".encode())
        thrifty.feed(page.write(f"{data}\x1b[1;1H").encode())
        assert thrifty.page.grid == plain.page.grid
        assert thrifty.page.pen == plain.page.pen

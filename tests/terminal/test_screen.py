from __future__ import annotations

import numpy as np

from terminal.kitty_commands import apc, raw, solid
from terminal.screen import Screen

RED = [255, 0, 0]


def test_half_blocks_are_two_pixels() -> None:
    screen = Screen(2, 1, cell=(4, 8))
    screen.feed("\x1b[38;2;255;0;0;48;2;0;0;255m▀▄".encode())
    image = screen.image()
    assert image[:4, :4].reshape(-1, 3).tolist() == [[255, 0, 0]] * 16
    assert image[4:, :4].reshape(-1, 3).tolist() == [[0, 0, 255]] * 16
    assert image[:4, 4:].reshape(-1, 3).tolist() == [[0, 0, 255]] * 16


def test_letters_leave_ink_in_their_cell_only() -> None:
    screen = Screen(3, 1, cell=(10, 20))
    screen.feed(b" M ")
    inked = screen.image().any(axis=2).any(axis=0)
    assert inked[10:20].any()
    assert not inked[:10].any()
    assert not inked[20:].any()


def test_the_alternate_screen_has_its_own_text_and_pictures() -> None:
    screen = Screen(10, 4, kitty=True)
    screen.feed(b"main\x1b[?1049h")
    assert screen.alternate
    assert screen.text().strip() == ""
    screen.feed(b"other" + raw(solid(1, 1, RED), "a=T,i=1") + apc("a=d,d=I,i=1,q=2") + b"\x1b[?1049l")
    assert not screen.alternate
    assert screen.text().strip() == "main"
    assert screen.errors == []


def test_pictures_left_in_the_alternate_screen_are_a_leak() -> None:
    screen = Screen(10, 4, kitty=True)
    screen.feed(b"\x1b[?1049h" + raw(solid(2, 2, RED), "a=T,i=1") + b"\x1b[?1049l" + apc("a=d,d=I,i=1,q=2"))
    assert screen.stored_bytes() == 16
    assert any("left the alternate screen with 16 bytes" in error for error in screen.errors)


def test_cursor_visibility_and_modes() -> None:
    screen = Screen()
    assert screen.cursor_visible
    screen.feed(b"\x1b[?25l\x1b[?1000;1006h")
    assert not screen.cursor_visible
    assert {"1000", "1006"} <= screen.modes
    screen.feed(b"\x1b[?25h")
    assert screen.cursor_visible


def test_bytes_are_counted_by_kind() -> None:
    parts = {
        "text": b"ab",
        "control": b"\r",
        "csi": b"\x1b[H",
        "string": b"\x1b]0;t\x07",
        "kitty_delete": apc("a=d,q=2"),
        "kitty_data": raw(solid(1, 1, RED), "a=t,i=1"),
        "kitty_place": apc("a=p,i=1,p=1,q=2"),
        "sixel": b"\x1bP0;1q#1~\x1b\\",
    }
    screen = Screen(kitty=True)
    screen.feed(b"".join(parts.values()))
    assert dict(screen.counts) == {kind: len(data) for kind, data in parts.items()}


def test_a_reset_clears_everything() -> None:
    screen = Screen(10, 4, kitty=True)
    screen.feed(b"text\x1b[41m" + raw(solid(1, 1, RED), "a=T,i=1") + b"\x1bc")
    assert not np.any(screen.image())
    assert screen.cursor == (0, 0)


def test_an_escape_inside_a_string_is_reported() -> None:
    screen = Screen(kitty=True)
    screen.feed(b"\x1b_Ga=d\x1b[H\x1b\\")
    assert any("ESC inside a string" in error for error in screen.errors)

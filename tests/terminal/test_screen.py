from __future__ import annotations

import numpy as np
import pytest

from terminal.kitty_commands import apc, raw, solid
from terminal.placeholders import PLACEHOLDER, marks
from terminal.screen import Colours, Screen

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


def wrapped(data: bytes) -> bytes:
    return b"\x1bPtmux;" + data.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"


def test_tmux_hands_on_what_is_wrapped_and_needs_no_cursor() -> None:
    screen = Screen(10, 4, kitty=True, tmux="passthrough")
    anchor = raw(solid(1, 1, RED), "a=t,i=9") + apc("a=p,i=9,p=1,U=1,c=1,r=1,q=2")
    screen.feed(wrapped(anchor + raw(solid(4, 4, RED), "a=T,i=2,p=1,P=9,Q=1,H=1")))
    screen.feed(f"\x1b[H\x1b[38;5;9m{PLACEHOLDER}{marks()[0]}{marks()[0]}".encode())
    assert screen.image()[0, 10].tolist() == RED
    assert screen.errors == []


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (wrapped(raw(solid(1, 1, RED), "a=T,i=1")), "nobody knows the cursor"),
        (wrapped(b"\x1b[2;2H"), "not for tmux's passthrough"),
        (wrapped(b"text"), "behind tmux's back"),
        (raw(solid(1, 1, RED), "a=t,i=1"), "tmux, which swallows them"),
        (b"\x1bPtmux;\x1b_Ga=d\x1b\\\x1b\\", "not doubled"),
    ],
)
def test_what_tmux_does_not_hand_on(data: bytes, error: str) -> None:
    screen = Screen(10, 4, kitty=True, tmux="passthrough")
    screen.feed(data)
    assert any(error in found for found in screen.errors), screen.errors


def test_passthrough_where_there_is_none() -> None:
    picture = wrapped(raw(solid(1, 1, RED), "a=t,i=1"))
    shut = Screen(10, 4, kitty=True, tmux="shut")
    shut.feed(wrapped(apc("a=q,i=31,s=1,v=1,f=24", b"123")))
    assert shut.errors == shut.replies == []
    shut.feed(picture)
    plain = Screen(10, 4)
    plain.feed(picture)
    assert "does not pass it on" in shut.errors[0]
    assert "this is not tmux" in plain.errors[0]


@pytest.mark.parametrize(
    ("colours", "data", "wrong"),
    [
        ("256", b"\x1b[38;2;1;2;3m", True),
        ("256", b"\x1b[0;48;5;200m", False),
        ("16", b"\x1b[1;48;5;200m", True),
        ("16", b"\x1b[97;104m", False),
        ("truecolor", b"\x1b[38;2;1;2;3m", False),
    ],
)
def test_colours_a_terminal_does_not_have(colours: Colours, data: bytes, wrong: bool) -> None:
    screen = Screen(10, 4, colours=colours)
    screen.feed(data)
    assert bool(screen.errors) == wrong

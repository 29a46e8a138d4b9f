from __future__ import annotations

import pytest

from terminal.answers import AnsweringScreen
from terminal.profiles import FOOT, KITTY, PLAIN, PROFILES, SILENT, XTERM, Profile

BATCH = (
    b"\x1b[>q\x1b[16t\x1b[14t\x1b[?2026$p\x1b[?1;1;0S\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[m"
    b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[c"
)


def asked(profile: Profile, data: bytes) -> bytes:
    screen = AnsweringScreen(profile, 100, 30, (8, 16))
    screen.feed(data)
    return b"".join(screen.replies)


@pytest.mark.parametrize(
    ("profile", "answers"),
    [
        (
            KITTY,
            b"\x1bP>|kitty(0.41.1)\x1b\\\x1b[6;16;8t\x1b[4;480;800t\x1b[?2026;2$y\x1bP1$r0;48:2::1:2:3m\x1b\\"
            b"\x1b_Gi=31;OK\x1b\\\x1b[?62;c",
        ),
        (
            XTERM,
            b"\x1bP>|XTerm(379)\x1b\\\x1b[?2026;0$y\x1b[?1;0;1024S\x1bP1$r0;48:2::1:2:3m\x1b\\"
            b"\x1b[?63;1;2;4;6;9;15;16;22;28c",
        ),
        (PLAIN, b"\x1b[6;16;8t\x1b[4;480;800t\x1b[?2026;0$y\x1bP1$r0;48:2::1:2:3m\x1b\\\x1b[?62;22c"),
        (SILENT, b""),
    ],
)
def test_a_batch_of_questions(profile: Profile, answers: bytes) -> None:
    assert asked(profile, BATCH) == answers


def test_the_cursor_is_reported_where_it_is() -> None:
    assert asked(PLAIN, b"\x1b[7;9H\x1b[6n\x1b[5n") == b"\x1b[7;9R\x1b[0n"
    assert asked(SILENT, b"\x1b[6n") == b""


def test_modes_are_reported_as_they_stand() -> None:
    assert asked(FOOT, b"\x1b[?2026h\x1b[?2026$p\x1b[?2026l\x1b[?2026$p\x1b[?9999$p") == (
        b"\x1b[?2026;1$y\x1b[?2026;2$y\x1b[?9999;0$y"
    )


def test_in_band_size_reports_start_with_the_mode() -> None:
    assert asked(KITTY, b"\x1b[?2048h") == b"\x1b[48;30;100;480;800t"
    assert asked(XTERM, b"\x1b[?2048h") == b""


def test_sixel_geometry() -> None:
    assert asked(XTERM, b"\x1b[?2;1;0S") == b"\x1b[?2;0;1000;1000S"
    assert asked(FOOT, b"\x1b[?2;1;0S") == b"\x1b[?2;0;800;480S"
    assert asked(PLAIN, b"\x1b[?2;1;0S") == b""


def test_the_background_is_told_by_terminals_with_a_name() -> None:
    assert asked(KITTY, b"\x1b]11;?\x1b\\") == b"\x1b]11;rgb:0000/0000/0000\x1b\\"
    assert asked(PLAIN, b"\x1b]11;?\x07") == b""


def test_keyboard_flags_are_pushed_and_popped() -> None:
    screen = AnsweringScreen(KITTY, 80, 24, (10, 20))
    screen.feed(b"\x1b[>25u\x1b[?u")
    assert screen.key_flags == 25
    assert screen.replies == [b"\x1b[?25u"]
    screen.feed(b"\x1b[<u")
    assert screen.key_flags == 0
    assert "?u" in screen.questions


def test_a_terminal_without_the_protocol_ignores_the_flags() -> None:
    screen = AnsweringScreen(XTERM, 80, 24, (10, 20))
    screen.feed(b"\x1b[>25u")
    assert screen.key_flags == 0


def test_profiles_are_found_by_name() -> None:
    assert all(PROFILES[profile.name] is profile for profile in (KITTY, XTERM, FOOT, PLAIN, SILENT))

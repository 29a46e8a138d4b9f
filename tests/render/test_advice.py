"""Each terminal that could do better is told how; the others are left alone."""

from __future__ import annotations

import pytest

from tui.render.advice import QUIRK_TEXTS, advise, is_ssh
from tui.render.answers import QUIRKS, choose, parse_answers

KITTY = b"\x1bP>|kitty(0.41.1)\x1b\\\x1b_Gi=4211;OK\x1b\\\x1b[?62;c"
TMUX = b"\x1bP>|tmux 3.3a\x1b\\\x1b[?1;2c"
IN_TMUX = {"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "tmux-256color", "COLORTERM": "truecolor"}
XTERM = b"\x1bP>|XTerm(379)\x1b\\\x1b[?63;1;2;22c"
PLAIN = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def advice(raw: bytes, env: dict[str, str]) -> str:
    answers = parse_answers(raw)
    return "\n".join(advise(choose(answers, env), answers, env))


def test_every_quirk_is_explained() -> None:
    assert frozenset().union(*QUIRKS.values()) | {"library-kitty", "library-sixel"} == set(QUIRK_TEXTS)


def test_a_terminal_with_pictures_and_colours_needs_no_advice() -> None:
    assert advice(KITTY, {"TERM": "xterm-kitty"}) == ""


@pytest.mark.parametrize(
    ("raw", "env", "told"),
    [
        (XTERM, PLAIN, "xterm -ti vt340"),
        (b"\x1b[?1;2c", {**PLAIN, "TERM_PROGRAM": "vscode"}, "terminal.integrated.enableImages"),
        (b"\x1b[?61;1c", {**PLAIN, "WT_SESSION": "x"}, "1.22"),
        (b"\x1b[?1;2c", {**PLAIN, "STY": "1.pts"}, "screen"),
        (b"\x1b[?1;2c", PLAIN, "kitty, Ghostty"),
        (TMUX, IN_TMUX, "allow-passthrough on"),
        (TMUX, {"TMUX": "x", "TERM": "screen-256color"}, "terminal-features"),
        (KITTY, {"TERM": "xterm-kitty", "NO_COLOR": "1"}, "NO_COLOR"),
        (b"\x1b[?62;4c", {"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/1"}, "ssh does not carry COLORTERM"),
        (b"\x1b[?62;4c", {"TERM": "xterm-256color"}, "COLORTERM=truecolor"),
        (b"", PLAIN, "--graphics"),
    ],
)
def test_what_would_be_better_is_said(raw: bytes, env: dict[str, str], told: str) -> None:
    assert told in advice(raw, env)


def test_tmux_that_lets_pictures_through_is_not_told_to() -> None:
    assert "passthrough" not in advice(TMUX + KITTY, IN_TMUX)


def test_a_terminal_that_said_it_has_no_24_bit_colours_is_not_asked_for_them() -> None:
    assert advice(b"\x1bP1$r0;48;5;16m\x1b\\\x1b[?62;4c", {"TERM": "mlterm"}) == ""


def test_a_dumb_terminal_is_not_called_slow() -> None:
    assert "slow" not in advice(b"", {"TERM": "dumb"})


def test_ssh_is_known_by_its_variables() -> None:
    assert is_ssh({"SSH_CONNECTION": "a b c d"})
    assert not is_ssh({})

"""The questions on a real pseudo-terminal, answered by the test."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
import threading
from collections.abc import Iterator

import pytest

from terminal.answers import AnsweringScreen
from terminal.profiles import FOOT, KITTY, PLAIN, XTERM, Profile
from tui.errors import UsageError
from tui.render import probe


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """The terminal's and the program's end of a pseudo-terminal."""
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


def answer(fd: int, wanted: bytes, reply: bytes) -> threading.Thread:
    """Reply once the question `wanted` has come."""

    def run() -> None:
        seen = b""
        while wanted not in seen:
            seen += os.read(fd, 4096)
        os.write(fd, reply)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_terminal_is_asked_and_restored(ends: tuple[int, int]) -> None:
    ours, theirs = ends
    before = termios.tcgetattr(theirs)
    thread = answer(ours, b"\x1b[c", b"x\x1bP>|foot(1.21.0)\x1b\\\x1b[6;22;11t\x1b[?62;4;22c")
    terminal = probe.probe(env={"TERM": "foot"}, fd_in=theirs, fd_out=theirs)
    thread.join()
    assert (terminal.protocol, terminal.cell, terminal.typed) == ("sixel", (11, 22), b"x")
    assert termios.tcgetattr(theirs) == before


def test_a_late_answer_after_the_last_is_swallowed(ends: tuple[int, int]) -> None:
    ours, theirs = ends
    thread = answer(ours, b"\x1b[c", b"\x1b[?62;22c\x1b[?2026;2$y")
    assert probe.probe(env={"TERM": "xterm"}, fd_in=theirs, fd_out=theirs).typed == b""
    thread.join()


def test_silence_means_half_blocks_and_the_keys_come_back(
    ends: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = ends
    monkeypatch.setattr(probe, "_PATIENCE", 0.05)
    os.write(ours, b"dd")
    terminal = probe.probe(env={"TERM": "xterm-256color"}, fd_in=theirs, fd_out=theirs)
    assert (terminal.protocol, terminal.typed) == ("halfblock", b"dd")


def test_tmux_answers_for_itself_and_for_the_terminal_around(ends: tuple[int, int]) -> None:
    ours, theirs = ends
    inner = b"\x1bP>|tmux 3.3a\x1b\\\x1b[?1;2c"
    outer = b"\x1bP>|kitty(0.41.1)\x1b\\\x1b_Gi=4211;OK\x1b\\\x1b[?62;c"
    thread = answer(ours, b"\x1b\\\x1b[>0q\r\x1b[K\x1b[c", inner + outer)
    raw = probe.ask(theirs, theirs, tmux=True, patience=5)
    thread.join()
    assert probe.parse_answers(raw).outer_name == "kitty"


def test_what_tmux_did_not_hand_on_is_asked_again(ends: tuple[int, int]) -> None:
    ours, theirs = ends

    def run() -> None:
        seen = b""
        while not seen.endswith(b"\x1b\\\x1b[>0q\r\x1b[K\x1b[c"):
            seen += os.read(ours, 4096)
        os.write(ours, b"\x1bP>|tmux 3.3a\x1b\\\x1b[?1;2c")
        again = b""
        while not again.endswith(b"\x1b\x1b[c\x1b\\"):
            again += os.read(ours, 4096)
        os.write(ours, b"\x1b_Gi=4211;OK\x1b\\\x1bP>|kitty(0.41.1)\x1b\\\x1b[?62;c")

    thread = threading.Thread(target=run)
    thread.start()
    raw = probe.ask(theirs, theirs, tmux=True, patience=5)
    thread.join()
    assert probe.parse_answers(raw).outer_name == "kitty"


def test_without_a_terminal_nothing_is_asked() -> None:
    reader, writer = os.pipe()
    assert probe.probe(env={"TERM": "xterm"}, fd_in=reader, fd_out=writer).protocol == "halfblock"
    os.close(writer)
    assert os.read(reader, 100) == b""
    os.close(reader)


def test_a_wrong_override_is_refused_before_anything_is_asked(ends: tuple[int, int]) -> None:
    with pytest.raises(UsageError):
        probe.probe("png", env={}, fd_in=ends[1], fd_out=ends[1])


def test_ssh_gets_more_patience() -> None:
    assert probe.patience({"SSH_TTY": "/dev/pts/1"}) > probe.patience({})


def test_the_batch_ends_with_da1_and_tmux_gets_every_escape_doubled() -> None:
    assert probe.batch(tmux=False).endswith(probe.DA1)
    wrapped = probe.batch(tmux=True)
    assert wrapped.endswith(probe.DA1)
    inside = wrapped[len(b"\x1bPtmux;") : wrapped.rindex(b"\x1b\\")]
    assert inside.replace(b"\x1b\x1b", b"\x1b") == probe.QUESTIONS + probe.DA1
    assert b"\x1b" not in inside.replace(b"\x1b\x1b", b"")


def test_no_string_stands_before_the_graphics_question() -> None:
    assert probe.batch(tmux=False).startswith(b"\x1b_G")


def test_an_answer_that_has_begun_is_waited_for(ends: tuple[int, int]) -> None:
    ours, theirs = ends

    def run() -> None:
        seen = b""
        while probe.DA1 not in seen:
            seen += os.read(ours, 4096)
        os.write(ours, b"\x1b[?62;22c\x1b[?2026;")
        threading.Event().wait(0.15)
        os.write(ours, b"2$yj")

    thread = threading.Thread(target=run)
    thread.start()
    terminal = probe.probe(env={"TERM": "xterm"}, fd_in=theirs, fd_out=theirs)
    thread.join()
    assert (terminal.typed, terminal.sync) == (b"j", True)


def test_a_dumb_terminal_is_not_asked(ends: tuple[int, int]) -> None:
    finding = probe.examine(env={"TERM": "dumb"}, fd_in=ends[1], fd_out=ends[1])
    assert not finding.asked
    assert (finding.terminal.protocol, finding.terminal.colours) == ("halfblock", "none")


def test_the_finding_holds_the_answers_and_the_kernels_figures(ends: tuple[int, int]) -> None:
    ours, theirs = ends
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    thread = answer(ours, b"\x1b[c", b"\x1b[48;40;100;880;1100t\x1b[?62;22c")
    finding = probe.examine(env={"TERM": "xterm"}, fd_in=theirs, fd_out=theirs)
    thread.join()
    assert finding.asked
    assert (finding.window.cols, finding.window.rows, finding.window.width) == (100, 40, 0)
    assert finding.terminal.cell == (11, 22)


@pytest.mark.parametrize("profile", [KITTY, XTERM, FOOT, PLAIN], ids=lambda profile: profile.name)
def test_each_played_terminal_is_recognised(profile: Profile, ends: tuple[int, int]) -> None:
    ours, theirs = ends
    screen = AnsweringScreen(profile, 80, 24, (9, 18))

    def run() -> None:
        while "c" not in screen.questions:
            screen.feed(os.read(ours, 4096))
            os.write(ours, b"".join(screen.replies))
            screen.replies.clear()

    thread = threading.Thread(target=run)
    thread.start()
    finding = probe.examine(env={"TERM": profile.term}, fd_in=theirs, fd_out=theirs)
    thread.join()
    wanted = "kitty" if profile.kitty else "sixel" if profile.sixel else "halfblock"
    assert (finding.terminal.protocol, finding.terminal.colours) == (wanted, "truecolor")
    assert finding.terminal.typed == b""
    assert screen.errors == []
    assert screen.text().strip() == ""
    assert "2048" not in screen.modes

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from terminal.profiles import KITTY, PLAIN, SILENT, TMUX, XTERM, Profile
from terminal.pty import Terminal, WaitTimeout

ECHO = r"""
import os, sys, termios, tty
old = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, b"\x1b[?1049h\x1b[2J\x1b[Hready")
while True:
    key = os.read(0, 64)
    if key == b"Q":
        break
    os.write(1, b"\x1b[2;1H\x1b[2K" + repr(key).encode())
os.write(1, b"\x1b[?1049l")
termios.tcsetattr(0, termios.TCSADRAIN, old)
sys.exit(7)
"""

ASK = r"""
import os, tty
tty.setraw(0)
os.write(1, b"\x1b[16t\x1b[c")
answer = b""
while not answer.endswith(b"c"):
    answer += os.read(0, 64)
os.write(1, repr(answer).encode())
"""

SIZES = r"""
import fcntl, signal, struct, termios
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])
while True:
    size = struct.unpack("HHHH", fcntl.ioctl(0, termios.TIOCGWINSZ, b"\0" * 8))
    print("\x1b[2J\x1b[H", *size, "end", flush=True)
    signal.sigwait([signal.SIGWINCH])
"""


def program(text: str, profile: Profile, home: Path) -> Terminal:
    return Terminal([sys.executable, "-c", text], profile, home=home, cols=60, rows=20, cell=(8, 16))


def test_keys_go_in_and_bursts_come_out(tmp_path: Path) -> None:
    with program(ECHO, PLAIN, tmp_path) as terminal:
        terminal.wait_for("ready")
        burst = terminal.press("left")
        assert burst.raw == b"\x1b[2;1H\x1b[2Kb'\\x1b[D'"
        assert dict(burst.kinds) == {"csi": 10, "text": 9}
        assert terminal.text().splitlines()[1] == r"b'\x1b[D'"
        assert terminal.screen.alternate
        terminal.press("Q")
        assert terminal.wait_exit() == 7
        assert not terminal.screen.alternate


def test_questions_are_answered_as_the_profile_does(tmp_path: Path) -> None:
    with program(ASK, KITTY, tmp_path) as terminal:
        terminal.wait_for(r"b'\x1b[6;16;8t\x1b[?62;c'")
        assert terminal.screen.questions == ["16t", "c"]
        assert terminal.wait_exit() == 0


@pytest.mark.parametrize(("profile", "pixels"), [(XTERM, "480 320"), (SILENT, "0 0")])
def test_the_window_has_a_size_from_the_start(profile: Profile, pixels: str, tmp_path: Path) -> None:
    with program(SIZES, profile, tmp_path) as terminal:
        terminal.wait_for(f"20 60 {pixels} end")


def test_resizing_tells_the_program(tmp_path: Path) -> None:
    with program(SIZES, XTERM, tmp_path) as terminal:
        terminal.wait_for("20 60 480 320 end")
        terminal.resize(70, 22, (10, 20))
        terminal.wait_for("22 70 700 440 end")


def test_the_program_lives_in_its_own_home(tmp_path: Path) -> None:
    show = "import os; print(os.environ['HOME'], os.environ['XDG_STATE_HOME'], os.getcwd())"
    with program(show, PLAIN, tmp_path) as terminal:
        assert terminal.wait_exit() == 0
        text = terminal.text().replace("\n", "")
    assert text == f"{tmp_path} {tmp_path}/.local/state {tmp_path}"


def test_waiting_in_vain_shows_the_screen(tmp_path: Path) -> None:
    with (
        program("print('something else')", PLAIN, tmp_path) as terminal,
        pytest.raises(WaitTimeout, match="something else"),
    ):
        terminal.wait_for("never")


def test_a_program_that_stays_is_ended(tmp_path: Path) -> None:
    with program("import signal; print('up'); signal.pause()", PLAIN, tmp_path) as terminal:
        terminal.wait_for("up")
    assert terminal.exit_code == -signal.SIGTERM


def test_a_slow_line_delays_keys_and_answers(tmp_path: Path) -> None:
    with Terminal([sys.executable, "-c", ECHO], PLAIN, home=tmp_path, rtt=0.4) as terminal:
        terminal.wait_for("ready")
        burst = terminal.press("x")
        assert b"'x'" in burst.raw
        assert burst.ms >= 200


def test_a_narrow_line_holds_the_writer_back(tmp_path: Path) -> None:
    flood = "import sys; sys.stdout.write('x' * 100_000); sys.stdout.flush(); print('done')"
    with Terminal([sys.executable, "-c", flood], PLAIN, home=tmp_path, bandwidth=200_000) as terminal:
        burst = terminal.act(lambda: None, until=lambda: "done" in terminal.text())
        assert burst.bytes > 100_000
        assert burst.ms >= 300


def test_tmux_answers_first_and_the_terminal_around_it_later(tmp_path: Path) -> None:
    ask = r"""
import os, tty
tty.setraw(0)
os.write(1, b"\x1bPtmux;\x1b\x1b[>q\x1b\x1b[c\x1b\\" + b"\x1b[c")
answer = b""
while answer.count(b"c") < 2:
    answer += os.read(0, 64)
os.write(1, repr(answer).encode())
"""
    with program(ask, TMUX, tmp_path) as terminal:
        terminal.wait_for(r"[?62;c'")
        text = terminal.text().replace("\n", "")
        assert text.index("[?1;2c") < text.index("kitty(") < text.index("[?62;c")
        assert terminal.errors == []


def test_covering_the_window_tells_programs_that_asked(tmp_path: Path) -> None:
    with program(ECHO.replace("[?1049h", "[?1049h\\x1b[?1004h"), XTERM, tmp_path) as terminal:
        terminal.wait_for("ready")
        terminal.cover()
        seen = bytes(terminal.output)
        assert 0 < seen.index(rb"\x1b[O") < seen.index(rb"\x1b[I")

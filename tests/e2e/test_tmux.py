"""A real tmux: detached in one terminal and attached in another, of another kind."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from datasets import DrawnDataset
from e2e.labeler import CELL, COLS, ROWS, Labeler, configure
from terminal.profiles import FOOT, KITTY, PLAIN, Profile
from terminal.pty import Terminal, environment

pytestmark = pytest.mark.e2e

CONFIG = """
set -g default-terminal tmux-256color
set -ga terminal-features ",*:RGB"
set -g allow-passthrough on
set -g escape-time 10
set -g focus-events {focus}
set -g status off
"""


class Tmux:
    """A server of its own, ended with the test."""

    def __init__(self, folder: Path, home: Path, *, focus: str) -> None:
        self.folder, self.home = folder, home
        configure(home)
        (folder / "tmux.conf").write_text(CONFIG.format(focus=focus))

    def argv(self, *command: str) -> list[str]:
        return ["tmux", "-u", "-S", str(self.folder / "tmux"), "-f", str(self.folder / "tmux.conf"), *command]

    def terminal(self, profile: Profile, *command: str) -> Terminal:
        # The terminal's own terminfo entry may be absent here.
        known = replace(profile, term="xterm-256color")
        return Terminal(self.argv(*command), known, home=self.home, cols=COLS, rows=ROWS, cell=CELL)


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for the server's socket, whose path must be short; the server ends with it."""
    if shutil.which("tmux") is None:
        pytest.skip("not installed: tmux")
    path = tmp_path_factory.mktemp("t")
    yield path
    with Terminal(["tmux", "-S", str(path / "tmux"), "kill-server"], PLAIN, home=path) as ended:
        ended.wait_exit()


@pytest.mark.parametrize("focus", ["on", "off"])
@pytest.mark.parametrize("second", [PLAIN, FOOT, KITTY], ids=lambda profile: profile.name)
def test_b11_the_labeler_draws_for_the_terminal_that_is_attached(
    second: Profile, focus: str, dataset: DrawnDataset, home: Path, folder: Path
) -> None:
    image, tmux = dataset.images[0], Tmux(folder, home, focus=focus)
    variables = environment(None, home).items()
    program = shlex.join(
        [
            "env",
            *(f"{name}={value}" for name, value in variables),
            sys.executable,
            "-m",
            "tui",
            str(dataset.yaml),
        ]
    )
    with tmux.terminal(KITTY, "new-session", program) as first:
        person = Labeler(first)
        person.wait_photo(image)
        assert first.screen.kitty.placements
        first.send(b"\x02d")
        assert first.wait_exit() == 0
    with tmux.terminal(second, "attach") as terminal:
        person = Labeler(terminal)
        terminal.wait_for("1/3")
        if focus == "on":
            terminal.send(b"\x1b[I")
        else:
            terminal.resize(COLS, ROWS - 2)
        person.wait_photo(image)
        assert bool(terminal.screen.kitty.placements) is (second is KITTY)
        terminal.press("d")
        person.says("2/3")
        person.wait_photo(dataset.images[1])
        terminal.press("Q")
        terminal.wait_exit()
        assert terminal.screen.stored_bytes() == 0
        assert terminal.errors == [], terminal.errors

"""The command lines of the terminals that can run on a display, and a login by ssh on the way."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from real.display import PATIENCE_S, Display, DisplayError

COLS, ROWS = 110, 30

_KITTY_CONF = f"""\
font_family DejaVu Sans Mono
font_size 10
remember_window_size no
initial_window_width {COLS}c
initial_window_height {ROWS}c
enable_audio_bell no
update_check_interval 0
cursor_blink_interval 0
window_padding_width 0
hide_window_decorations yes
shell_integration disabled
confirm_os_window_close 0
linux_display_server x11
background #000000
"""
_SSHD_CONF = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A terminal: the programs it needs and its command line, given a folder and what it shall run."""

    name: str
    needs: tuple[str, ...]
    argv: Callable[[Path, Sequence[str]], list[str]]
    env: tuple[tuple[str, str], ...] = ()


def _xterm(folder: Path, command: Sequence[str]) -> list[str]:
    look = ["-fa", "DejaVu Sans Mono", "-fs", "10", "-bg", "black", "-fg", "gray90", "-b", "0", "+sb"]
    return ["xterm", "-ti", "vt340", "-geometry", f"{COLS}x{ROWS}+0+0", *look, "-e", *command]


def _mlterm(folder: Path, command: Sequence[str]) -> list[str]:
    return ["mlterm", "-g", f"{COLS}x{ROWS}", "-w", "14", "-b", "black", "-f", "gray90", "-s", "-e", *command]


def _kitty(folder: Path, command: Sequence[str]) -> list[str]:
    config = folder / "kitty.conf"
    config.write_text(_KITTY_CONF)
    return ["kitty", "--config", str(config), *command]


XTERM = Kind("xterm", ("xterm",), _xterm)
MLTERM = Kind("mlterm", ("mlterm",), _mlterm)


def too_old_kitty() -> str:
    """Why the installed kitty is no use, empty when it is: before 0.28 it smears text over pictures that lie
    under the text where OpenGL is done in software.
    """
    said = subprocess.run(["kitty", "--version"], capture_output=True, text=True, check=True).stdout
    version = said.split()[1]
    return "" if tuple(map(int, version.split(".")[:2])) >= (0, 28) else f"kitty {version} is older than 0.28"


KITTY = Kind("kitty", ("kitty",), _kitty, (("LIBGL_ALWAYS_SOFTWARE", "1"),))
SSH_TOOLS = ("sshd", "ssh", "ssh-keygen")


def start(display: Display, kind: Kind, command: Sequence[str]) -> None:
    """Open the terminal on the display with `command` in it."""
    display.name = kind.name
    display.spawn(kind.argv(display.folder, command), dict(kind.env))
    display.find_window()


def through_ssh(display: Display, script: Path) -> list[str]:
    """A server on loopback with keys of its own, and the command that runs `script` through it."""
    folder = display.folder
    for name in ("host_key", "user_key"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(key, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "sshd_config"
    config.write_text(_SSHD_CONF.format(port=port, folder=folder))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(parents=True, exist_ok=True)  # sshd wants it, and its service makes it
    display.spawn([shutil.which("sshd", path=f"{os.defpath}:/usr/sbin") or "sshd", "-D", "-f", str(config)])
    _wait_port(port)
    options = {
        "StrictHostKeyChecking": "no",
        "UserKnownHostsFile": "/dev/null",
        "LogLevel": "ERROR",
        "IdentitiesOnly": "yes",
    }
    flags = [flag for name, value in options.items() for flag in ("-o", f"{name}={value}")]
    user = pwd.getpwuid(os.getuid()).pw_name
    login = ["ssh", "-tt", "-p", str(port), "-i", str(folder / "user_key"), *flags, f"{user}@127.0.0.1"]
    return [*login, f"sh {shlex.quote(str(script))}"]


def _wait_port(port: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise DisplayError("sshd did not start")

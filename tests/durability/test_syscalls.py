"""A save seen from the kernel: the order of its calls, and each of them failing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from durability.saver import number_of, text
from durability.test_kill import SAVER, environment
from tui.data.atomic import sweep

STRACE = shutil.which("strace")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(STRACE is None, reason="strace is not installed; test_atomic.py fakes the calls"),
]

CALLS = "openat,write,fsync,rename,renameat,renameat2,fchmod,fchown,flock,close,unlink,unlinkat"


def traced(folder: Path, *options: str, log: Path) -> subprocess.CompletedProcess[str]:
    """One save under strace."""
    assert STRACE is not None
    argv = [
        STRACE,
        "-f",
        "-y",
        "-qq",
        "-o",
        str(log),
        *options,
        sys.executable,
        str(SAVER),
        "once",
        str(folder),
    ]
    return subprocess.run(argv, capture_output=True, text=True, env=environment(), timeout=60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "labels"
    made.mkdir()
    (made / "a.txt").write_bytes(text(1))
    return made


def usable(done: subprocess.CompletedProcess[str]) -> None:
    """Containers may forbid tracing."""
    if "ptrace" in done.stderr or "PTRACE" in done.stderr:
        pytest.skip(f"tracing is not allowed here: {done.stderr.strip().splitlines()[-1]}")


def test_a10_write_fsync_rename_fsync_of_the_folder_in_this_order(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    done = traced(folder, "-e", "trace=write,fsync,rename,renameat,renameat2", log=log)
    usable(done)
    assert done.stdout == "saved\n"
    own = [line for line in log.read_text().splitlines() if str(folder) in line]
    steps = []
    for line in own:
        call = re.search(r"\b(write|fsync|rename)\w*\(", line)
        assert call is not None, line
        whole_folder = f"<{folder}>" in line
        steps.append(f"{call[1]} {'folder' if call[1] == 'fsync' and whole_folder else 'file'}")
    assert steps == ["write file", "fsync file", "rename file", "fsync folder"]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("fsync", "EIO"),
        ("fsync", "ENOSPC"),
        ("openat", "EDQUOT"),
        ("flock", "EIO"),
        ("close", "EIO"),
    ],
)
def test_a7_the_nth_call_of_a_save_fails_for_every_n(
    folder: Path, tmp_path: Path, call: str, error: str
) -> None:
    """Only calls on the folder and the label file are counted, so n runs through the save and past its end.

    Calls on the temporary file cannot be told from the interpreter's own; `test_atomic.py` fails those.
    """
    outcomes = []
    for n in range(1, 8):
        (folder / "a.txt").write_bytes(text(1))
        log = tmp_path / f"log{n}"
        done = traced(
            folder,
            *("-P", str(folder), "-P", str(folder / "a.txt")),
            *("-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={n}"),
            log=log,
        )
        usable(done)
        injected = "(INJECTED)" in log.read_text()
        found = number_of((folder / "a.txt").read_bytes())
        assert found in (1, 2), f"n={n}: torn"
        assert done.returncode in (0, 3), done.stderr
        assert "Traceback" not in done.stderr
        if done.returncode == 0:
            assert found == 2
        else:
            assert done.stdout.startswith("Not saved"), done.stdout
        sweep(folder)
        assert [p.name for p in folder.iterdir()] == ["a.txt"]
        if not injected:
            break
        outcomes.append(done.returncode)
    assert outcomes
    print(f"{call} {error}: exit codes of n = 1.. {outcomes}")

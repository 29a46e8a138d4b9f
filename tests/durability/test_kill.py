"""Killed at any moment: a label file is the old text or the new one, and what was acknowledged is there."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from durability.saver import FILES, number_of
from tui.data.atomic import sweep

SAVER = Path(__file__).with_name("saver.py")
ROOT = SAVER.parents[2]
KILLS = int(os.environ.get("TTYLABEL_KILLS", "300"))


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}


class Forge:
    """Makes children by fork from one process that has imported everything: 10 ms instead of 300 each."""

    CODE = """
import os, sys
from pathlib import Path
from durability import saver
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os.dup2(3, 1)
        saver.loop(Path(sys.argv[1]))
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""

    def __init__(self, folder: Path) -> None:
        self._read, write = os.pipe()
        argv = [sys.executable, "-c", f"import os; os.dup2({write}, 3)\n{self.CODE}", str(folder)]
        self._process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
            pass_fds=(write,),
        )
        os.close(write)

    def kill_after(self, saves: int, wait: float) -> list[tuple[int, int]]:
        """Start a child, kill it some time after so many saves; what it acknowledged, as (file, number)."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write("go\n")
        stdin.flush()
        child = int(stdout.readline())
        said = b""
        while said.count(b"\n") < saves:
            said += os.read(self._read, 65536)
        select.select([], [], [], wait)
        os.kill(child, signal.SIGKILL)
        assert stdout.readline() == "gone\n"
        while select.select([self._read], [], [], 0)[0]:
            said += os.read(self._read, 65536)
        lines = said.decode().splitlines()
        return [(int(name), int(number)) for name, number in (line.split() for line in lines)]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
        os.close(self._read)


@pytest.mark.slow
def test_a8_300_kills_leave_no_file_empty_or_torn_and_lose_nothing_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(1)
    forge = Forge(tmp_path)
    acknowledged = dict.fromkeys(range(FILES), 0)
    leftovers = saves = 0
    try:
        for kill in range(KILLS):
            said = forge.kill_after(chance.randint(1, 3), chance.random() * 0.004)
            saves += len(said)
            acknowledged.update(said)
            for name in range(FILES):
                path = tmp_path / f"{name}.txt"
                found = number_of(path.read_bytes()) if path.exists() else 0
                assert found is not None, f"kill {kill}: {path.name} is torn"
                assert found >= acknowledged[name], f"kill {kill}: {path.name} lost {acknowledged[name]}"
                assert found > 0 or acknowledged[name] == 0, f"kill {kill}: {path.name} is empty"
            leftovers += sweep(tmp_path)
    finally:
        forge.close()
    assert saves >= KILLS
    assert {p.suffix for p in tmp_path.iterdir()} == {".txt"}
    print(f"{KILLS} kills, {saves} saves acknowledged, {leftovers} temporary files swept")


@pytest.mark.slow
def test_c1_two_processes_with_500_saves_each_lose_nothing_acknowledged(tmp_path: Path) -> None:
    argv = [sys.executable, str(SAVER), "race", str(tmp_path)]
    (tmp_path / "a.txt").write_bytes(b"")
    children = [
        subprocess.Popen([*argv, me, "500"], stdout=subprocess.PIPE, text=True, env=environment())
        for me in "ab"
    ]
    said = [child.communicate(timeout=100)[0].splitlines() for child in children]
    acknowledged = {
        f"{me} {line.split()[1]}"
        for me, lines in zip("ab", said, strict=True)
        for line in lines
        if line.startswith("saved")
    }
    assert [child.returncode for child in children] == [0, 0]
    assert [len(lines) for lines in said] == [500, 500]
    assert set((tmp_path / "a.txt").read_text().splitlines()) == acknowledged
    print(f"{len(acknowledged)} acknowledged, {1000 - len(acknowledged)} conflicts reported, 0 lost")

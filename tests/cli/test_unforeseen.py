"""Errors that nobody foresaw are sentences."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.test_main import run


@pytest.fixture
def fresh_log() -> Iterator[None]:
    """The handlers of the log as they were before."""
    root = logging.getLogger()
    before = root.handlers[:]
    yield
    for handler in set(root.handlers) - set(before):
        handler.close()
    root.handlers[:] = before


def test_e4_an_error_nobody_foresaw_is_a_sentence_and_drives_no_terminal(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, fresh_log: None
) -> None:
    def broken(*_: object, **__: object) -> int:
        raise ValueError("what \x1b]52;c;x\x07 is this")

    monkeypatch.setattr("tui.cli.keys.print_keys", broken)
    code, out, err = run(capsys, "keys")
    assert (code, out) == (1, "")
    assert "ValueError: what \\x1b]52" in err
    assert len(err.splitlines()) == 1
    log = next(home.rglob("ttylabel.log"))
    assert "Traceback" in log.read_text()
    assert "\x1b" not in log.read_text()


def test_a1_a_full_disk_under_the_output_is_code_3(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    env = {**os.environ, "HOME": str(tmp_path)}
    argv = [sys.executable, "-m", "tui", "keys", "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(argv, stdout=full, stderr=subprocess.PIPE, text=True, env=env, check=False)
    assert done.returncode == 3
    assert "Cannot write the output: no space" in done.stderr
    assert len(done.stderr.splitlines()) == 1

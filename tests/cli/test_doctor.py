"""The doctor says what is there and what is wrong, with and without a terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from terminal.profiles import KITTY, XTERM
from terminal.pty import Terminal
from tui.cli import doctor
from tui.cli.main import main
from tui.config import config_path
from tui.inference.providers import ProviderCheck


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as leaving:
        main(["doctor", *argv])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code, capsys.readouterr().out


def report(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code, out = run(capsys, "--json")
    assert out.count("\n") == 1
    return code, json.loads(out)


def test_without_a_terminal_it_says_so_and_tells_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = report(capsys)
    assert (code, out["ok"], out["problems"]) == (0, True, [])
    assert out["terminal"]["asked"] is False
    assert "no terminal" in out["terminal"]["why"]
    assert {"ttylabel", "python", "textual", "onnxruntime", "numpy", "opencv"} <= set(out["versions"])
    assert {"name": "CPU", "runs": True, "note": ""} in out["providers"]
    assert next(model for model in out["models"] if model["name"] == "grabcut")["ready"]
    assert {row["what"] for row in out["folders"]} == {"settings", "state", "models", "cache"}


def test_the_home_directory_is_not_shown(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    for argv in ((), ("--json",)):
        _, out = run(capsys, *argv)
        assert str(home) not in out
        assert "~/.local/state/ttylabel/ttylabel.log" in out


def test_only_whole_names_are_masked(home: Path) -> None:
    assert doctor.tilde(f"{home}/a {home} {home}x") == f"~/a ~ {home}x"


def test_nothing_is_made_by_looking(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    run(capsys)
    assert list(home.iterdir()) == []


def test_a_damaged_setting_is_wrong_and_the_rest_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    config_path().parent.mkdir(parents=True)
    config_path().write_text("segmentr = 1")
    code, out = report(capsys)
    assert code == 1
    assert "Did you mean 'segmenter'" in out["problems"][0]
    assert out["models"]


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ('graphics = "jpeg"', "jpeg"),
        ('segmenter = "sam-vit-b"', "sam_vit_b_01ec64.encoder.onnx"),
        ('segmenter = "nothing"', "no model 'nothing'"),
    ],
)
def test_a_setting_that_cannot_work_is_wrong(
    setting: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config_path().parent.mkdir(parents=True)
    config_path().write_text(setting)
    code, out = report(capsys)
    assert code == 1
    assert told in out["problems"][0]


def test_a_folder_that_cannot_be_written_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "is_writable", lambda _: False)
    code, out = run(capsys)
    assert code == 1
    assert "NOT writable" in out
    assert "The state folder ~/.local/state/ttylabel cannot be written" in out


def test_a_folder_is_tried_by_writing(tmp_path: Path) -> None:
    assert doctor.is_writable(tmp_path)
    assert not doctor.is_writable(tmp_path / "absent")


def test_little_disk_space_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 1 << 62)
    assert run(capsys)[0] == 1


def test_a_provider_that_is_there_and_fails_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = ProviderCheck("CUDA", False, "running on CPU: CUDA could not be started")
    monkeypatch.setattr("tui.inference.providers.check_providers", lambda: (failing,))
    code, out = report(capsys)
    assert (code, len(out["problems"])) == (1, 1)


def test_a_missing_library_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_PACKAGES", {"numpy": ("no-such-distribution",)})
    code, out = report(capsys)
    assert (code, out["versions"]["numpy"]) == (1, "absent")


def test_in_a_terminal_it_tells_what_was_chosen_and_why(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "tui", "doctor"]
    with Terminal(argv, KITTY, home=tmp_path, rows=90, cols=160) as terminal:
        assert terminal.wait_exit() == 0
        text = terminal.text()
        assert "the terminal knows kitty graphics" in text
        assert "0.41.1" in text
        assert "Nothing is wrong." in text
        assert terminal.errors == []
        assert not terminal.screen.alternate


def test_json_goes_to_a_pipe_while_the_terminal_is_asked(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    argv = ["sh", "-c", f"{sys.executable} -m tui doctor --json > {out}"]
    with Terminal(argv, XTERM, home=tmp_path) as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.text().strip() == ""
    found = json.loads(out.read_text())["terminal"]
    assert (found["graphics"], found["name"], found["cell"]) == ("sixel", "xterm", [10, 20])
    assert "sixel-max-1000" in found["quirks"]

"""Before Textual: errors on an ordinary terminal, colours into the environment, descriptor 2 into the log."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from datasets import DrawnDataset
from inference import refmodels
from tui.app.proposer import Finders
from tui.app.start import Request, _dataset, _options, _own_keys, run_labeler
from tui.config import Config
from tui.errors import TerminalError
from tui.inference.detectors.names import class_names
from tui.session.ownkeys import checked

ROOT = Path(__file__).resolve().parents[2]


def test_no_terminal_is_said_with_what_to_do(dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    with pytest.raises(TerminalError, match="no terminal") as raised:
        run_labeler(Request(dataset.root), Config())
    assert "ttylabel segment" in raised.value.fix


def run(code: str, home: Path) -> str:
    env = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home / "state")}
    argv = [sys.executable, "-c", code]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, env=env, check=True)
    return done.stdout + done.stderr


def test_i2_native_complaints_go_to_the_log_and_textual_keeps_the_screen(tmp_path: Path) -> None:
    log = tmp_path / "deep" / "ttylabel.log"
    code = f"""
import os, sys
from pathlib import Path
from tui.app.start import _Descriptor2
with _Descriptor2(Path({str(log)!r})) as screen:
    os.write(2, b"native complaint")
    sys.__stderr__.write("picture")
    sys.__stderr__.flush()
os.write(2, b" and back")
"""
    assert run(code, tmp_path) == "picture and back"
    assert "native complaint" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("found", "told"), [("truecolor", "truecolor"), ("256", "256"), ("16", "standard")])
def test_textual_is_told_the_colours_before_it_is_imported(tmp_path: Path, found: str, told: str) -> None:
    code = f"""
from tui.app.start import _set_colours
_set_colours({found!r})
from textual import constants
print(constants.COLOR_SYSTEM)
"""
    assert run(code, tmp_path).strip() == told


def test_colours_after_textual_are_a_programming_error(tmp_path: Path) -> None:
    code = """
import textual
from tui.app.start import _set_colours
try:
    _set_colours("256")
except Exception as error:
    print(type(error).__name__)
"""
    assert run(code, tmp_path).strip() == "UsageError"


def test_classes_come_from_a_model_file_or_a_names_file(dataset: DrawnDataset, tmp_path: Path) -> None:
    model = refmodels.tiny("yolo11n_det")
    opened = _dataset(Request(dataset.root, classes_file=model))
    assert opened.classes.names == class_names(model)
    listed = tmp_path / "obj.names"
    listed.write_text("one\ntwo\n")
    assert _dataset(Request(dataset.root, classes_file=listed)).classes.names == ("one", "two")


def test_own_keys_and_colours_are_in_force(dataset: DrawnDataset) -> None:
    config = Config(keys=(("all", "x", "-"),), colours=(("disc", (1, 2, 3)),))
    options = _options(Request(dataset.root), config, Finders())
    assert (options.keys, options.colours) == (config.keys, config.colours)


def test_only_what_ones_own_keys_take_for_good_is_said_at_the_start() -> None:
    assert _own_keys(()) == ()
    assert _own_keys(checked("anylabeling", (("navigate", "tab", "files.next"),))) == ()
    (said,) = _own_keys(checked("anylabeling", (("navigate", "o", "files.next"),)))
    assert "it was view.object (navigate, proposal), which has no key left there" in said


def test_a_state_folder_that_cannot_be_made_costs_the_log_only(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way of a folder")
    code = f"""
import os, sys
from pathlib import Path
from tui.app.start import _Descriptor2
with _Descriptor2(Path({str(tmp_path / "state" / "ttylabel.log")!r})) as screen:
    os.write(2, b"native complaint")
    sys.__stderr__.write("picture")
    sys.__stderr__.flush()
os.write(2, b" and back")
"""
    assert run(code, tmp_path / "home") == "picture and back"

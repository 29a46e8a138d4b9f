"""The work of `ttylabel render` when it is stopped, and its second call."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from datasets import DrawnDataset
from tui.batch.pictures import Drawer, Drawn
from tui.cli import render_work
from tui.cli.main import main


def test_a_signal_ends_it_and_the_next_call_goes_on(
    make_dataset: Callable[..., DrawnDataset],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    class Interrupted(Drawer):
        def draw(self, image: Path) -> Drawn:
            os.kill(os.getpid(), signal.SIGTERM)
            return super().draw(image)

    root, out = make_dataset(labelled=True).root, tmp_path / "out"
    argv = ["render", str(root), str(out), "--json"]
    monkeypatch.setattr(render_work, "Drawer", Interrupted)
    with pytest.raises(SystemExit) as leaving:
        main(argv)
    said, err = capsys.readouterr()
    assert (leaving.value.code, "Stopped early" in err) == (143, True)
    assert [json.loads(line).get("outcome") for line in said.splitlines()] == ["made", None]
    monkeypatch.setattr(render_work, "Drawer", Drawer)
    with pytest.raises(SystemExit) as leaving:
        main(argv)
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (leaving.value.code, summary["counts"]) == (0, {"current": 1, "made": 2})

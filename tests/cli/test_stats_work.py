"""The work of `ttylabel stats` when it is stopped."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from datasets import DrawnDataset
from tui.cli import stats_work
from tui.cli.main import main
from tui.data.statistics import Statistics


def test_a_signal_ends_it_with_the_counts_so_far(
    make_dataset: Callable[..., DrawnDataset],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    class Interrupted(Statistics):
        def take(self, image: Path, source: Path) -> None:
            super().take(image, source)
            os.kill(os.getpid(), signal.SIGUSR1)

    monkeypatch.setattr(stats_work, "Statistics", Interrupted)
    html = tmp_path / "page.html"
    with pytest.raises(SystemExit) as leaving:
        main(["stats", str(make_dataset(labelled=True).root), "--json", "--html", str(html)])
    assert leaving.value.code == 75
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert (found["complete"], found["images"], found["html"]) == (False, 1, None)
    assert "Stopped early" in err
    assert not html.exists()

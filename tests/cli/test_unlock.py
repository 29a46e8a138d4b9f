"""`ttylabel unlock`: a dead session's claim goes, a live one's only by force."""

from __future__ import annotations

import os

import pytest

from data.test_claims import other_session
from datasets import DrawnDataset
from tui.cli.main import main
from tui.data.claims import holder, place
from tui.data.dataset import open_dataset


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as leaving:
        main(["unlock", *argv])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code, capsys.readouterr().err


def test_c6_free_held_and_left_behind(dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    path, root = str(dataset.root), open_dataset(dataset.root).root
    assert run(capsys, path) == (0, "Nobody holds this dataset\n")
    with other_session(root) as child:
        code, said = run(capsys, path)
        assert code == 4
        assert f"process {child.pid}" in said
        assert holder(root) is not None
        child.kill()
        child.wait()
        code, said = run(capsys, path)
        assert code == 0
        assert "that process is gone" in said
    assert holder(root) is None
    assert not place(root).exists()


def test_by_force_and_from_another_host(dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    path, root = str(dataset.root), open_dataset(dataset.root).root
    with other_session(root):
        marker = place(root) / "claim"
        marker.write_text(marker.read_text().replace(f"host={os.uname().nodename}", "host=gpu7"))
        code, said = run(capsys, path)
        assert code == 4
        assert "cannot be seen from here" in said
        assert run(capsys, path, "--force", "-q") == (0, "")
    assert holder(root) is None

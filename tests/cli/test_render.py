"""`ttylabel render`: pictures, crops, what is left alone, and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from datasets import DrawnDataset
from tui.cli.main import main


@pytest.fixture
def made(make_dataset: Callable[..., DrawnDataset]) -> DrawnDataset:
    return make_dataset(labelled=True)


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leaving:
        main(["render", *map(str, argv)])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code, *capsys.readouterr()


def test_pictures_and_again(made: DrawnDataset, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = sorted(made.root.rglob("*"))
    code, said, err = run(capsys, made.root, out)
    assert (code, said) == (0, "")
    assert f"3 drawn; 3 files in {out}, 3 of them new" in err
    code, said, err = run(capsys, made.root, out, "--json", "-q")
    *images, summary = map(json.loads, said.splitlines())
    assert (code, err) == (0, "")
    assert [one["outcome"] for one in images] == ["current"] * 3
    assert images[0]["image"] == "images/train/img_000.png"
    assert (summary["files"], summary["written"], summary["counts"]) == (3, 0, {"current": 3})
    assert sorted(made.root.rglob("*")) == before


def test_crops_limit_and_filter(
    made: DrawnDataset, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run(capsys, made.root, out, "--crops", "--margin", "20", "--limit", "2")[0] == 0
    assert len(list((out / "disc").rglob("*.jpg"))) == 2
    assert run(capsys, made.root, tmp_path / "b", "--filter", "class:slab", "--format", "png")[0] == 0
    assert len(list((tmp_path / "b").rglob("*.png"))) == 3
    for words in ("sam<0.5", "disagree", "class:nobody", "nonsense"):
        assert run(capsys, made.root, tmp_path / "c", "--filter", words)[0] == 2
    assert not (tmp_path / "c").exists()


def test_exit_codes(made: DrawnDataset, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, made.root, made.root / "out")[0] == 2
    assert run(capsys, made.root, tmp_path / "out", "--margin", "5")[0] == 2
    made.images[0].path.write_bytes(b"\x1b[2J no image")
    code, _, err = run(capsys, made.root, tmp_path / "out", "-v")
    assert (code, "1 failed" in err, "\x1b" in err) == (1, True, False)
    made.yaml.write_text(made.yaml.read_text() + "kpt_shape: [17, 3]\n")
    assert run(capsys, made.root, tmp_path / "out")[0] == 2

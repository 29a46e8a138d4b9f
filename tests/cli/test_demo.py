"""`ttylabel demo` without a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tui.cli.main import main
from tui.data import demo


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_SIZE_HW", (200, 300))
    monkeypatch.setattr(demo, "_PICTURES", ("fruit", "dish"))


def run(*argv: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(["demo", *argv])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code


def test_labels_are_written_and_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(tmp_path / "demo"), "--headless", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["kept"] == 0
    assert len(report["images"]) == 2
    for row in report["images"]:
        assert row["mask_iou"] > 0.8
        assert row["box_iou"] > 0.8
        lines = Path(row["labels"]).read_text().splitlines()
        assert len(lines) == row["objects"]
        for line in lines:
            fields = line.split()
            assert len(fields) == 5
            assert all(0 <= float(value) <= 1 for value in fields[1:])


def test_without_a_terminal_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(tmp_path / "demo"), "--segmenter", "grabcut") == 0
    out, err = capsys.readouterr()
    assert "No terminal here" in err
    assert "mask IoU" in out


def test_existing_labels_are_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "demo"
    run(str(place), "--headless", "-q", "--segmenter", "grabcut")
    label = min((place / "labels").iterdir())
    label.write_text("3 0.5 0.5 0.1 0.1\n")
    capsys.readouterr()
    assert run(str(place), "--headless") == 0
    assert label.read_text() == "3 0.5 0.5 0.1 0.1\n"
    assert "2 images have labels already" in capsys.readouterr().err


def test_a_folder_with_something_else_is_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    assert run(str(tmp_path), "--headless") == 2
    assert "is not empty" in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["--read-only", "--review", "--graphics=sixel", "--map=a -> b"])
def test_a_flag_that_says_nothing_without_a_screen_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    assert run(str(tmp_path / "demo"), "--headless", flag) == 2
    assert "without a screen" in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()


def test_task_and_place_of_labels_are_heeded(tmp_path: Path) -> None:
    places = ("--labels-dir", str(tmp_path / "elsewhere"), "--task", "segment", "-q")
    assert run(str(tmp_path / "demo"), "--json", *places) == 0
    labels = sorted((tmp_path / "elsewhere").rglob("*.txt"))
    assert len(labels) == 2
    assert all(len(line.split()) > 5 for label in labels for line in label.read_text().splitlines())

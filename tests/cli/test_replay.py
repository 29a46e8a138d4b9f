"""`ttylabel replay`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datasets import DrawnDataset
from tui.cli.replay import replay_log
from tui.session import events as ev
from tui.session.log import Entry, Header, entry_line, header_line, mark_of


def write_log(path: Path, dataset: DrawnDataset) -> Path:
    """What a session leaves behind in which one object was kept."""
    header = Header(str(dataset.root), "images/train/img_000.png", "detect", "grabcut", "anylabeling", ("a",))
    image = dataset.images[0]
    loaded = mark_of(ev.Loaded(0, image.path.name, image.wh, (), False), image="images/train/img_000.png")
    events = [
        ev.Resized(1000, 560),
        loaded,
        ev.Key("q"),
        mark_of(ev.Encoded(0)),
        mark_of(ev.Decoded(1, (), 0)),
        ev.Key("f"),
    ]
    lines = [entry_line(Entry(number / 2, event)) for number, event in enumerate(events)]
    path.write_text("".join(f"{line}\n" for line in (header_line(header), *lines)))
    return path


def run(log: Path, **options: object) -> int:
    given = {"dataset": None, "labels_dir": None, "segmenter": None, "as_json": False, "quiet": False}
    return replay_log(log, **{**given, **options})


def test_json_has_keys_time_and_labels(
    dataset: DrawnDataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write_log(tmp_path / "log", dataset), as_json=True) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["keys"] == 2
    assert report["seconds"] == 2.5
    (image,) = report["images"]
    assert image["image"] == "images/train/img_000.png"
    assert len(image["labels"]) == report["objects"] == 1
    assert not dataset.images[0].label_path.exists()


def test_labels_are_kept_where_asked(
    dataset: DrawnDataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write_log(tmp_path / "log", dataset), labels_dir=tmp_path / "out") == 0
    written = list((tmp_path / "out").rglob("img_000.txt"))
    assert len(written) == 1
    out = capsys.readouterr().out
    assert "2 keys, 2.5 s, 1 objects" in out
    assert written[0].read_text().strip() in out


def test_a_replay_that_cannot_follow_ends_with_1(
    dataset: DrawnDataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = write_log(tmp_path / "log", dataset)
    log.write_text(log.read_text() + '{"t":3,"answer":"Decoded","ticket":77}\n')
    assert run(log) == 1
    assert "did not come again" in capsys.readouterr().err

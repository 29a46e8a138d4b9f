"""A recorded session and its replay end with the same labels."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest

from datasets import DrawnDataset
from fakes import FakeSegmenter
from labelworld import labeling
from tui.app.library import Library
from tui.app.recorder import Recorder
from tui.app.replay import Replayed, open_target, read_log, replay
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.errors import UsageError
from tui.session.log import Header


def recorder(dataset: DrawnDataset, path: Path, library: Library | None = None) -> Recorder:
    opened = open_dataset(dataset.root)
    header = Header(
        dataset=str(dataset.root),
        first="images/train/img_000.png",
        task="detect",
        segmenter="fake",
        keymap="anylabeling",
        classes=opened.classes.names,
    )
    return Recorder(path, library or Library(opened, Config()), header)


def again(log: Path, target: Path) -> Replayed:
    header, entries = read_log(log)
    return replay(header, entries, open_target(header, None, target), FakeSegmenter(), Config())


def texts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*.txt"))}


async def test_a_session_with_everything_in_it(dataset: DrawnDataset, tmp_path: Path) -> None:
    """Points before their masks, boxes, a new class, undo, a labelled image edited, the mouse."""
    second = dataset.images[1]
    second.label_path.parent.mkdir(parents=True)
    second.label_path.write_text("\n".join([*second.label_lines(), "what is this"]))
    gate = threading.Event()
    slow = FakeSegmenter(delay=lambda what: what == "decode" or gate.wait(10) or None)
    async with labeling(
        dataset, segmenter=slow, record=partial(recorder, dataset, tmp_path / "log")
    ) as world:
        for key in ("q", "l", "l", "q", "e", "f", "d"):  # all of this before there is an embedding
            await world.pilot.press(key)
        gate.set()
        await world.settled()
        await world.until(lambda: world.session.image.index == 1 and world.session.image.encoded)
        await world.keys("n x n 1 u")
        await world.pilot.press("c", *"zebra", "enter")
        await world.until(lambda: "zebra" in world.session.classes)
        await world.keys("escape r L J r tab f")
        await world.keys("d")
        await world.until(lambda: world.session.image.encoded)
        await world.pilot.click("Canvas", offset=(30, 10))
        await world.until(lambda: bool(world.session.draft.traced))
        await world.keys("f")
    assert world.app._setup.recorder is not None
    world.app._setup.recorder.close()
    labels = texts(dataset.root / "labels")
    assert len(labels) == 3
    untouched = dataset.yaml.read_bytes()

    done = again(tmp_path / "log", tmp_path / "target")
    assert texts(tmp_path / "target") == labels
    assert done.missed == ()
    assert done.unsaved == 0
    assert done.given["Key"] == sum(map(len, ("qllqefd", "nxn1u", "c", "e.r.L.J.r.t.f"[::2], "d", "f")))
    assert done.objects == sum(len(text.splitlines()) for text in labels.values())
    assert texts(dataset.root / "labels") == labels
    assert dataset.yaml.read_bytes() == untouched


def test_a_log_that_was_cut_replays_as_far_as_it_goes(dataset: DrawnDataset, tmp_path: Path) -> None:
    log = tmp_path / "log"
    recorder(dataset, log).close()
    log.write_text(log.read_text() + '{"t":0.1,"event":"Resized","width":100,"height":50}\n{"t":0.2,"ev')
    _, entries = read_log(log)
    assert len(entries) == 1
    assert again(log, tmp_path / "target").missed == ()


def test_an_answer_that_does_not_come_again_is_said(dataset: DrawnDataset, tmp_path: Path) -> None:
    log = tmp_path / "log"
    recorder(dataset, log).close()
    log.write_text(log.read_text() + '{"t":0.1,"answer":"Decoded","ticket":9}\n')
    assert again(log, tmp_path / "target").missed == ("Decoded",)


def test_a_target_with_something_in_it_is_refused(dataset: DrawnDataset, tmp_path: Path) -> None:
    header = Header(str(dataset.root), "images/train/img_000.png", "detect", "fake", "vim")
    with pytest.raises(UsageError, match="not empty"):
        open_target(header, None, dataset.root)


def test_a_first_image_that_is_gone_is_said(dataset: DrawnDataset, tmp_path: Path) -> None:
    header = Header(str(dataset.root), "images/train/gone.png", "detect", "fake", "vim")
    with pytest.raises(UsageError, match="is gone"):
        replay(header, [], open_target(header, None, tmp_path / "t"), FakeSegmenter(), Config())


@pytest.mark.parametrize("content", ["", "hello\n", '{"a":1}\n'])
def test_files_that_are_no_logs(content: str, tmp_path: Path) -> None:
    (tmp_path / "log").write_text(content)
    with pytest.raises(UsageError):
        read_log(tmp_path / "log")


def test_a_missing_log_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it is gone"):
        read_log(tmp_path / "log")


def test_a_dataset_that_went_elsewhere_is_asked_for(tmp_path: Path) -> None:
    header = Header(str(tmp_path / "gone"), "a.png", "detect", "fake", "anylabeling")
    with pytest.raises(UsageError, match="--dataset") as raised:
        open_target(header, None, tmp_path / "labels")
    assert "is not here" in raised.value.sentence
    assert not (tmp_path / "labels").exists()


def test_damaged_own_keys_are_said(dataset: DrawnDataset, tmp_path: Path) -> None:
    header = Header(
        str(dataset.root), "images/train/img_000.png", "detect", "fake", "vim", keys=("ctrl+x files.next",)
    )
    opened = open_target(header, None, tmp_path / "labels")
    with pytest.raises(UsageError, match="own keys cannot be read"):
        replay(header, [], opened, FakeSegmenter(), Config())

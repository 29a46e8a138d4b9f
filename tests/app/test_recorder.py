"""What is recorded, and what happens when it cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

import pytest

from datasets import DrawnDataset
from labelworld import labeling
from tui.app.library import Library
from tui.app.recorder import Recorder
from tui.app.widgets.lines import HintLine
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.errors import SaveError
from tui.session import events as ev
from tui.session.log import Header, Mark, read_entry, read_header

HEADER = Header("set", "images/train/img_000.png", "detect", "fake", "vim")


def library(dataset: DrawnDataset) -> Library:
    return Library(open_dataset(dataset.root), Config())


def test_events_in_order_with_their_time(dataset: DrawnDataset, tmp_path: Path) -> None:
    clock = iter((100.0, 100.5, 101.25))
    recorder = Recorder(tmp_path / "log", library(dataset), HEADER, now=lambda: next(clock))
    recorder.take(ev.Key("q"))
    recorder.take(ev.Encoded(0, 3.0))
    recorder.close()
    first, *rest = (tmp_path / "log").read_text().splitlines()
    assert read_header(first) == HEADER
    entries = [read_entry(line, 2) for line in rest]
    assert [entry.seconds for entry in entries] == [0.5, 1.25]
    assert entries[0].what == ev.Key("q")
    assert isinstance(entries[1].what, Mark)


def test_a_loaded_image_brings_its_label_file_along(dataset: DrawnDataset, tmp_path: Path) -> None:
    image = dataset.images[0]
    image.label_path.parent.mkdir(parents=True)
    image.label_path.write_bytes(b"0 0.5 0.5 0.1 0.1\n# what \xff is this\n")
    opened = library(dataset)
    opened.load(opened.path(0))
    recorder = Recorder(tmp_path / "log", opened, HEADER)
    recorder.take(ev.Loaded(0, image.path.name, image.wh, (), True))
    recorder.close()
    mark = read_entry((tmp_path / "log").read_text().splitlines()[1], 2).what
    assert isinstance(mark, Mark)
    assert mark.image == "images/train/img_000.png"
    assert mark.labels is not None
    assert mark.labels.encode("utf-8", "surrogateescape") == image.label_path.read_bytes()


def test_nothing_is_replaced(dataset: DrawnDataset, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("precious")
    with pytest.raises(SaveError, match="replaces nothing"):
        Recorder(tmp_path / "log", library(dataset), HEADER)
    with pytest.raises(SaveError, match="Cannot record"):
        Recorder(tmp_path / "no" / "log", library(dataset), HEADER)
    assert (tmp_path / "log").read_text() == "precious"


@pytest.fixture
def full() -> Iterator[TextIOWrapper]:
    """A file on a disk that is full: only Linux has a device that is one."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with suppress(OSError), Path("/dev/full").open("w", encoding="ascii") as file:
        yield file


def test_a_full_disk_ends_the_recording_and_is_said_once(
    dataset: DrawnDataset, tmp_path: Path, full: TextIOWrapper
) -> None:
    said: list[str] = []
    recorder = Recorder(tmp_path / "log", library(dataset), HEADER, failed=said.append)
    recorder.take(ev.Key("q"))
    recorder._writer.submit(lambda: None).result()
    recorder._file.close()
    recorder._file = full
    for key in "ef":
        recorder.take(ev.Key(key))
    recorder.close()
    assert len(said) == 1
    assert "no space" in said[0]


async def test_the_person_hears_that_a_recording_stopped(
    dataset: DrawnDataset, tmp_path: Path, full: TextIOWrapper
) -> None:
    log = tmp_path / "log"
    async with labeling(dataset, record=lambda found: Recorder(log, found, HEADER)) as world:
        await world.settled()
        recorder = world.app._setup.recorder
        assert recorder is not None
        recorder._file.close()
        recorder._file = full
        await world.pilot.press("l")
        await world.until(lambda: "stops here" in world.app.query_one(HintLine).notice)
    recorder.close()

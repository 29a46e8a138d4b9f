"""Embeddings from memory, from disk, from the encoder; whole images and regions."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from datasets import DrawnDataset
from fakes import FakeSegmenter
from tui.app.embeddings import Embeddings
from tui.app.late import Late, LateSegmenter
from tui.app.library import Library
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.errors import ModelError
from tui.inference.cancel import Cancel, Interrupted
from tui.inference.diskcache import DiskCache
from tui.inference.segmenters.base import Segmenter
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box

WAIT = 5.0


class Network(FakeSegmenter):
    """A segmenter whose encoding is worth keeping on disk."""

    def interrupt(self) -> None:
        pass


@pytest.fixture
def library(dataset: DrawnDataset) -> Library:
    made = Library(open_dataset(dataset.root), Config())
    made.list_all()
    return made


def made(library: Library, segmenter: Segmenter, disk: Path | None = None, memory: int = 10**7) -> Embeddings:
    return Embeddings(library, segmenter, memory, DiskCache(disk, 10**8) if disk else None)


def test_an_image_is_encoded_once(library: Library) -> None:
    segmenter = FakeSegmenter()
    embeddings, path = made(library, segmenter), library.path(0)
    assert embeddings.ready(path) is None
    assert embeddings.of(path) is embeddings.of(path, ahead=True) is embeddings.ready(path)
    assert len(segmenter.encoded) == 1


def test_another_program_finds_it_on_disk(library: Library, tmp_path: Path) -> None:
    first, second = Network(), Network()
    made(library, first, tmp_path).of(library.path(0))
    found = made(library, second, tmp_path).of(library.path(0))
    assert (len(first.encoded), len(second.encoded)) == (1, 0)
    assert found.image_wh == library.picture(library.path(0)).wh


def test_the_disk_knows_an_image_by_its_content(library: Library, tmp_path: Path) -> None:
    segmenter = Network()
    path = library.path(0)
    made(library, segmenter, tmp_path).of(path)
    path.touch()
    made(library, segmenter, tmp_path).of(path)
    assert len(segmenter.encoded) == 1
    path.write_bytes(library.path(1).read_bytes())
    made(library, segmenter, tmp_path).of(path)
    assert len(segmenter.encoded) == 2


@pytest.mark.parametrize("late", [False, True])
def test_what_takes_no_network_is_not_kept_on_disk(library: Library, tmp_path: Path, late: bool) -> None:
    plain = FakeSegmenter()
    segmenter: Segmenter = LateSegmenter(Late("late", lambda: plain)) if late else plain
    made(library, segmenter, tmp_path / "cache").of(library.path(0))
    assert not (tmp_path / "cache").exists()


def test_the_one_in_front_is_kept_without_any_cache(library: Library) -> None:
    embeddings, path = made(library, FakeSegmenter(), memory=0), library.path(0)
    embeddings.bring(path)
    assert embeddings.ready(path) is not None
    assert embeddings.ready(library.path(1)) is None


def test_nothing_is_ready_before_the_model_is(library: Library) -> None:
    late = LateSegmenter(Late("late", FakeSegmenter))
    assert made(library, late).ready(library.path(0)) is None
    assert not late.ready


def test_waiting_ends_with_the_embedding_a_failure_or_a_stop(library: Library) -> None:
    embeddings, path = made(library, FakeSegmenter()), library.path(0)
    threading.Timer(0.02, embeddings.bring, (path,)).start()
    assert embeddings.wait(path, Cancel()) is embeddings.ready(path)
    other = library.path(1)
    threading.Timer(0.02, embeddings.fail, (other, "no memory")).start()
    with pytest.raises(ModelError, match="could not be encoded"):
        embeddings.wait(other, Cancel())
    embeddings.begin(other)
    job = Cancel()
    threading.Timer(0.02, job.set).start()
    with pytest.raises(Interrupted):
        embeddings.wait(other, job)


def test_a_region_answers_what_lies_inside_it(library: Library) -> None:
    segmenter = FakeSegmenter()
    embeddings, path = made(library, segmenter), library.path(0)
    embeddings.bring(path)
    region = embeddings.look_into(path, Box(100, 80, 180, 150))
    assert segmenter.encoded[-1] == (region.width, region.height)
    inside, outside = Prompt((Point(140, 100),)), Prompt((Point(5, 5),))
    found = embeddings.source(path, inside)
    assert found is not None
    assert found[0] is not segmenter
    (_, candidate, _) = found[0].decode(found[1], inside)
    assert candidate.mask.region.x0 >= region.x0
    whole = embeddings.source(path, outside)
    assert whole is not None
    assert whole[0] is segmenter
    assert embeddings.region(library.path(1)) is None
    embeddings.look_at_all()
    assert embeddings.region(path) is None


def test_there_is_no_source_before_the_image_is_encoded(library: Library) -> None:
    assert made(library, FakeSegmenter()).source(library.path(0), Prompt((Point(5, 5),))) is None

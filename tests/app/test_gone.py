"""Files that go, or become others, while a person works on them: what is on the screen stays usable."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from app.test_runner import World, prompt
from datasets import DrawnDataset
from fakes import FakeSegmenter
from labelworld import labeling
from tui.app.library import Library
from tui.app.photos import Photos
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.session import effects as fx
from tui.session import events as ev
from tui.types.shapes import Polygon


@pytest.fixture
def world(dataset: DrawnDataset) -> Iterator[World]:
    """A runner with the first image loaded and encoded, whose file is then deleted."""
    made = World(dataset, FakeSegmenter())
    made.ask(fx.Load(0), fx.Encode(0))
    kinds = {type(made.answers.get(timeout=5)) for _ in range(2)}
    assert kinds == {ev.Loaded, ev.Encoded}
    dataset.images[0].path.unlink()
    yield made
    made.runner.close()
    assert made.errors == []


async def test_c3_a_deleted_image_in_front_can_still_be_labelled(dataset: DrawnDataset) -> None:
    async with labeling(dataset) as world:
        await world.settled()
        dataset.images[0].path.unlink()
        await world.keys("q")
        assert world.session.draft.candidates
        await world.keys("f")
        assert dataset.images[0].label_path.read_text().count("\n") == 1
        assert world.app.failure is None


async def test_c3_a_dataset_deleted_underneath_keeps_the_edits_and_says_what_failed(
    dataset: DrawnDataset,
) -> None:
    async with labeling(dataset) as world:
        await world.settled()
        for path in sorted(dataset.root.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        dataset.root.rmdir()
        await world.keys("q f")
        assert 0 in world.session.save_errors
        assert len(world.session.image.instances) == 1
        await world.keys("d")
        assert world.session.image.status == "failed"
        assert not dataset.root.exists()
        assert world.app.failure is None


def test_c3_the_outline_of_a_deleted_image_is_still_traced(world: World) -> None:
    world.ask(fx.Decode(1, 0, prompt()))
    world.answer(ev.Decoded)
    assert world.answer(ev.TraceDone).traced is not None


@pytest.mark.parametrize("effect", ["reshape", "snap"])
def test_c3_what_waits_for_pixels_of_a_deleted_image_is_answered(world: World, effect: str) -> None:
    square = Polygon(((10.0, 10.0), (60.0, 10.0), (60.0, 60.0), (10.0, 60.0)))
    if effect == "reshape":
        world.ask(fx.Reshape(3, 0, "fill", square))
        assert isinstance(world.answers.get(timeout=5), ev.Reshaped | ev.ReshapeFailed)
    else:
        world.ask(fx.Snap(0, 50.0, 50.0, 20.0))
        world.answer(ev.Snapped)


def test_c3_an_image_deleted_before_it_is_encoded_fails_in_words(dataset: DrawnDataset) -> None:
    made = World(dataset, FakeSegmenter())
    dataset.images[0].path.unlink()
    made.ask(fx.Encode(0))
    reason = made.answer(ev.EncodeFailed).reason
    assert "cannot be read" in reason
    assert "internal" not in reason
    made.runner.close()
    assert made.errors == []


def test_m8_a_prompt_left_waiting_is_not_decoded_on_the_next_image(dataset: DrawnDataset) -> None:
    gate, begun = threading.Event(), threading.Event()

    def slow(what: str) -> None:
        if what == "encode":
            begun.set()
            gate.wait(5)

    segmenter = FakeSegmenter(delay=slow)
    made = World(dataset, segmenter)
    made.ask(fx.Decode(1, 0, prompt()))
    assert begun.wait(5)
    made.ask(fx.Load(1), fx.Encode(1))
    gate.set()
    found: list[Any] = []
    while not (found and isinstance(found[-1], ev.Encoded) and found[-1].index == 1):
        found.append(made.answers.get(timeout=5))
    made.runner.embedded()
    made.ask(fx.Snap(1, 50.0, 50.0, 20.0))  # behind prompts in the same lane
    while not isinstance(made.answers.get(timeout=5), ev.Snapped):
        pass
    assert segmenter.decoded == []
    made.runner.close()


def test_a_photo_is_shown_without_asking_the_disk(dataset: DrawnDataset) -> None:
    library = Library(open_dataset(dataset.root), Config())
    library.list_all()
    posted: queue.Queue[Any] = queue.Queue()
    photos = Photos(post=posted.put, changed=lambda: None, on_error=posted.put)
    library.load(library.path(0))
    dataset.images[0].path.unlink()
    photos.load(library, 0)
    assert photos.shown is not None
    assert photos.shown.rgb.shape == dataset.images[0].rgb.shape
    library.load(library.path(1))
    photos.load(library, 0)
    assert photos.shown is None, "the next one is on its way"
    photos.close()
    assert posted.empty()


async def test_m8_a_preview_and_a_run_do_not_use_the_decoder_at_once(dataset: DrawnDataset) -> None:
    inside, most = [0], [0]
    lock, preview_waits = threading.Lock(), threading.Event()

    def work(what: str) -> None:
        if what != "decode":
            return
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        preview_waits.wait(0.05)
        with lock:
            inside[0] -= 1

    made = World(dataset, FakeSegmenter(delay=work))
    made.ask(fx.Load(0), fx.Encode(0))
    for _ in range(2):
        made.answers.get(timeout=5)
    made.ask(fx.Suggest(1, 0), *[fx.Preview(0, 50.0, 50.0)])
    while not isinstance(made.answers.get(timeout=5), ev.Previewed):
        pass
    made.ask(fx.Preview(0, 60.0, 60.0))
    while not isinstance(made.answers.get(timeout=5), ev.Previewed):
        pass
    made.runner.close()
    assert most[0] == 1

"""Effects become work in lanes; answers come back as events."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from datasets import DrawnDataset
from fakes import FakeSegmenter
from tui.app.library import Library
from tui.app.runner import Runner
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.inference.cancel import Interrupted, current
from tui.session import effects as fx
from tui.session import events as ev
from tui.types.instance import Instance
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box

WAIT = 5.0


class World:
    """A runner without an event loop: its answers are taken from a queue."""

    def __init__(self, dataset: DrawnDataset, segmenter: FakeSegmenter, memory: int = 10**7) -> None:
        self.answers: queue.Queue[Any] = queue.Queue()
        self.errors: list[BaseException] = []
        library = Library(open_dataset(dataset.root), Config())
        library.list_all()
        self.runner = Runner(
            library,
            segmenter,
            task="detect",
            memory_bytes=memory,
            post=self.answers.put,
            on_error=self.errors.append,
        )

    def ask(self, *effects: fx.Effect) -> None:
        for effect in effects:
            self.runner.run(effect)

    def answer(self, kind: type) -> Any:
        """The next answer, which must be of this kind; an embedding is passed on as the app does."""
        found = self.answers.get(timeout=WAIT)
        assert isinstance(found, kind), found
        if isinstance(found, ev.Encoded):
            self.runner.embedded()
        return found


@pytest.fixture
def gate() -> threading.Event:
    return threading.Event()


@pytest.fixture
def world(dataset: DrawnDataset) -> Iterator[World]:
    made = World(dataset, FakeSegmenter())
    yield made
    made.runner.close()
    assert made.errors == []


def prompt(x: float = 100, y: float = 100) -> Prompt:
    return Prompt((Point(x, y),))


def test_load_answers_with_what_is_on_disk(world: World, dataset: DrawnDataset) -> None:
    world.ask(fx.Load(1))
    loaded = world.answer(ev.Loaded)
    assert (loaded.index, loaded.name, loaded.wh) == (1, dataset.images[1].path.name, dataset.images[1].wh)
    assert loaded.has_file is False


def test_load_of_a_damaged_image_fails_in_words(world: World, dataset: DrawnDataset) -> None:
    dataset.images[2].path.write_bytes(b"")
    world.ask(fx.Load(2))
    failed = world.answer(ev.LoadFailed)
    assert failed.index == 2
    assert "empty" in failed.reason


def test_decode_waits_for_the_embedding_then_traces(world: World) -> None:
    world.ask(fx.Decode(7, 0, prompt()))
    assert world.answer(ev.Encoded).index == 0
    decoded = world.answer(ev.Decoded)
    assert decoded.ticket == 7
    assert len(decoded.candidates) == 3
    traced = world.answer(ev.TraceDone)
    assert (traced.ticket, traced.index) == (7, decoded.selected)
    assert traced.traced is not None
    assert isinstance(traced.traced.shape, Box)


def test_m8_only_the_newest_waiting_prompt_is_decoded(dataset: DrawnDataset, gate: threading.Event) -> None:
    segmenter = FakeSegmenter(delay=lambda what: gate.wait(WAIT) and None if what == "encode" else None)
    world = World(dataset, segmenter)
    world.ask(*(fx.Decode(ticket, 0, prompt(ticket)) for ticket in range(1, 6)))
    gate.set()
    while not isinstance(found := world.answers.get(timeout=WAIT), ev.Decoded):
        world.runner.embedded()
    assert found.ticket == 5
    assert len(segmenter.decoded) == 1
    world.runner.close()


def test_an_embedding_larger_than_the_memory_still_decodes(dataset: DrawnDataset) -> None:
    world = World(dataset, FakeSegmenter(), memory=0)
    world.ask(fx.Decode(1, 0, prompt()))
    world.answer(ev.Encoded)
    assert world.answer(ev.Decoded).ticket == 1
    world.answer(ev.TraceDone)
    world.ask(fx.Decode(2, 0, prompt()))
    assert world.answer(ev.Decoded).ticket == 2
    world.runner.close()


def test_trace_of_another_candidate(world: World) -> None:
    world.ask(fx.Decode(1, 0, prompt()))
    world.answer(ev.Encoded)
    decoded = world.answer(ev.Decoded)
    world.answer(ev.TraceDone)
    world.ask(fx.Trace(1, 2, decoded.candidates[2]))
    assert world.answer(ev.TraceDone).index == 2


def test_trace_of_an_old_prompt_is_not_answered(world: World) -> None:
    world.ask(fx.Decode(1, 0, prompt()))
    world.answer(ev.Encoded)
    decoded = world.answer(ev.Decoded)
    world.answer(ev.TraceDone)
    world.ask(fx.Trace(0, 1, decoded.candidates[1]), fx.Load(0))
    world.answer(ev.Loaded)
    assert world.answers.empty()


def test_prefetch_encodes_neighbours_silently(world: World) -> None:
    world.ask(fx.Prefetch((1, 2)))
    world.ask(fx.Load(0))
    world.answer(ev.Loaded)
    while world.runner.busy:
        threading.Event().wait(0.01)
    world.ask(fx.Decode(3, 2, prompt()))
    assert world.answer(ev.Decoded).ticket == 3


def test_save_writes_and_answers_with_the_lines(world: World, dataset: DrawnDataset) -> None:
    world.ask(fx.Load(0))
    world.answer(ev.Loaded)
    world.ask(fx.Save(0, (Instance(1, Box(8, 8, 24, 40)),), 4))
    saved = world.answer(ev.Saved)
    assert (saved.index, saved.revision) == (0, 4)
    assert dataset.images[0].label_path.read_text().splitlines() == [saved.instances[0].source]


def test_every_save_is_made_in_order(world: World, dataset: DrawnDataset) -> None:
    world.ask(fx.Load(0))
    world.answer(ev.Loaded)
    boxes = [Instance(0, Box(x, 8, x + 10, 40)) for x in range(10, 60, 10)]
    world.ask(*(fx.Save(0, tuple(boxes[: n + 1]), n) for n in range(5)))
    assert [world.answer(ev.Saved).revision for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(dataset.images[0].label_path.read_text().splitlines()) == 5


def test_c2_a_save_over_what_another_wrote_is_a_conflict(world: World, dataset: DrawnDataset) -> None:
    world.ask(fx.Load(0))
    world.answer(ev.Loaded)
    label = dataset.images[0].label_path
    label.parent.mkdir(parents=True, exist_ok=True)
    label.write_text("0 0.5 0.5 0.5 0.5\n")
    world.ask(fx.Save(0, (), 9))
    clash = world.answer(ev.Conflicted)
    assert (clash.index, clash.revision, len(clash.theirs)) == (0, 9, 1)
    assert label.read_text() == "0 0.5 0.5 0.5 0.5\n"


def test_add_class_appends_on_disk(world: World, dataset: DrawnDataset) -> None:
    world.ask(fx.AddClass("zebra"))
    assert world.answer(ev.ClassesChanged).names == (*dataset.classes, "zebra")
    assert "zebra" in dataset.yaml.read_text()
    world.ask(fx.AddClass("zebra"))
    assert "zebra" in world.answer(fx.Notify).text


def test_m4_model_failure_is_an_answer_not_a_crash(dataset: DrawnDataset) -> None:
    from tui.errors import ModelError

    def fail(what: str) -> None:
        raise ModelError("encoder.onnx cannot run", what)

    world = World(dataset, FakeSegmenter(delay=fail))
    world.ask(fx.Encode(0))
    assert "encoder.onnx" in world.answer(ev.EncodeFailed).reason
    world.ask(fx.Decode(5, 0, prompt()))
    world.runner.not_embedded(world.answer(ev.EncodeFailed).reason)
    assert world.answer(ev.DecodeFailed).ticket == 5
    assert world.answers.empty()
    world.runner.close()


def test_dialogs_are_not_the_runners(world: World) -> None:
    with pytest.raises(TypeError):
        world.ask(fx.Quit())


class SlowSegmenter(FakeSegmenter):
    """Encodes until it is let go or its token is set."""

    def __init__(self) -> None:
        super().__init__(delay=self._wait)
        self.go = threading.Event()
        self.started: queue.Queue[str] = queue.Queue()

    def _wait(self, what: str) -> None:
        if what != "encode":
            return
        stop = threading.Event()
        with current().stopping(stop.set):
            self.started.put(what)
            while not self.go.is_set():
                if stop.wait(0.005):
                    raise Interrupted("stopped")


def test_who_waits_now_stops_the_work_ahead_and_is_never_stopped(dataset: DrawnDataset) -> None:
    segmenter = SlowSegmenter()
    world = World(dataset, segmenter)
    world.ask(fx.Prefetch((1,)))
    segmenter.started.get(timeout=WAIT)
    world.ask(fx.Encode(0))
    segmenter.started.get(timeout=WAIT)
    world.ask(fx.Encode(0), fx.Prefetch((1, 2)), fx.Decode(1, 0, prompt()))
    segmenter.go.set()
    assert world.answer(ev.Encoded).index == 0
    world.runner.close()
    assert world.errors == []


def test_the_image_being_encoded_ahead_is_finished_when_it_is_wanted(dataset: DrawnDataset) -> None:
    segmenter = SlowSegmenter()
    world = World(dataset, segmenter)
    world.ask(fx.Prefetch((1,)))
    segmenter.started.get(timeout=WAIT)
    world.ask(fx.Encode(1))
    segmenter.go.set()
    assert world.answer(ev.Encoded).index == 1
    assert len(segmenter.encoded) == 1
    world.runner.close()


def test_leaving_does_not_wait_for_the_encoder(dataset: DrawnDataset) -> None:
    segmenter = SlowSegmenter()
    world = World(dataset, segmenter)
    world.ask(fx.Encode(0))
    segmenter.started.get(timeout=WAIT)
    world.runner.close()
    assert world.answers.empty()
    assert segmenter.closed


def test_an_error_of_the_program_is_an_answer_too(dataset: DrawnDataset) -> None:
    def fail(what: str) -> None:
        raise RuntimeError(f"bug in {what}")

    world = World(dataset, FakeSegmenter(delay=fail))
    world.ask(fx.Decode(1, 0, prompt()))
    assert "bug in encode" in world.answer(ev.EncodeFailed).reason
    assert [str(error) for error in world.errors] == ["bug in encode"]
    world.runner.close()


def test_b9_an_error_behind_a_save_is_not_lost(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = World(dataset, FakeSegmenter())
    monkeypatch.setattr(
        Library, "add_class", lambda *_: (_ for _ in ()).throw(OSError(5, "an error of the disk"))
    )
    made.ask(fx.AddClass("zebra"))
    assert made.runner.finish_saves(WAIT)
    made.runner.close()
    assert [str(error) for error in made.errors] == ["[Errno 5] an error of the disk"]

"""Runs over an image, and the search ahead, with models that are played."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from datasets import DrawnDataset
from fakes import FakeSegmenter
from fakes_detect import FakeDetector, FakeGrounder
from tui.app.late import Late
from tui.app.library import Library
from tui.app.proposer import READY, Finders
from tui.app.runner import Runner
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.errors import ModelError
from tui.geometry.boxes import iou
from tui.inference.detectors.base import Detector
from tui.inference.embedding import Embedding
from tui.inference.grounding.base import Grounder
from tui.inference.segmenters.base import Limits
from tui.pipelines.everything import Wish
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.proposals import Proposed
from tui.types.instance import Candidate, Instance
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box

WAIT = 5.0
FEW = Wish(side=4, min_score=0.0, min_stability=0.0)


class Whole(FakeSegmenter):
    """Offers one mask for a box: what fills it up to a small margin."""

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        if prompt.box is not None:
            x0, y0, x1, y1 = prompt.box.xyxy
            prompt = Prompt(prompt.points, Box(x0 + 2, y0 + 2, x1 - 2, y1 - 2))
        return super().decode(embedding, prompt)[:1]


class World:
    """A runner with models; its answers are taken from a queue."""

    def __init__(
        self,
        dataset: DrawnDataset,
        *,
        segmenter: FakeSegmenter | None = None,
        detector: Callable[[], Detector] | None = FakeDetector,
        rules: tuple[str, ...] = (),
    ) -> None:
        self.answers: queue.Queue[Any] = queue.Queue()
        self.errors: list[BaseException] = []
        self.segmenter, self.grounder = segmenter or FakeSegmenter(), FakeGrounder()
        self.dataset = dataset
        library = Library(open_dataset(dataset.root), Config())
        library.list_all()
        grounder: Late[Grounder] = Late("fake-grounder", lambda: self.grounder)
        late = Late[Detector]("fake-detector", detector) if detector is not None else None
        self.runner = Runner(
            library,
            self.segmenter,
            task="detect",
            memory_bytes=10**7,
            finders=Finders(late, grounder, FEW, rules),
            post=self._take,
            on_error=self.errors.append,
        )

    def _take(self, answer: Any) -> None:
        self.answers.put(answer)

    def ask(self, *effects: fx.Effect) -> None:
        for effect in effects:
            self.runner.run(effect)

    def until(self, kind: type) -> list[Any]:
        """All answers up to the first of a kind, that one included."""
        found: list[Any] = []
        while not found or not isinstance(found[-1], kind):
            found.append(self.answers.get(timeout=WAIT))
        return found

    def run(self, effect: fx.Propose) -> tuple[list[Proposed], ev.ProposalsEnded]:
        """What stands at the end of a run."""
        self.ask(fx.Encode(effect.index), effect)
        stands: dict[int, Proposed] = {}
        *batches, end = self.until(ev.ProposalsEnded)
        for batch in (b for b in batches if isinstance(b, ev.ProposalsFound)):
            assert batch.ticket == effect.ticket
            for key in batch.gone:
                del stands[key]
            stands |= {one.key: one for one in batch.found}
        return list(stands.values()), end


@pytest.fixture
def world(dataset: DrawnDataset) -> Iterator[World]:
    made = World(dataset)
    yield made
    made.runner.close()
    assert made.errors == []


def overlaps(found: list[Proposed], wanted: Box) -> float:
    return max(iou(one.box, wanted) for one in found)


@pytest.fixture
def fitting(dataset: DrawnDataset) -> Iterator[World]:
    """A world whose masks fit their boxes."""
    made = World(dataset, segmenter=Whole())
    yield made
    made.runner.close()
    assert made.errors == []


def test_a_detector_proposes_refined_boxes_with_classes(fitting: World) -> None:
    world = fitting
    found, end = world.run(fx.Propose(3, 0, "detector", ("red", "blue")))
    image = world.dataset.images[0]
    assert {one.class_id for one in found} == {0, 1}
    assert all(one.origin == "fake-detector + fake" for one in found)
    assert any(one.stability is not None for one in found)
    assert all(overlaps(found, Box(*image.box(n))) > 0.5 for n in range(2))
    assert (end.ticket, end.reason) == (3, "")
    assert "green" in end.note


def test_what_the_dataset_has_no_class_for_keeps_the_models_name(world: World) -> None:
    found, _ = world.run(fx.Propose(1, 0, "detector", ("nut",)))
    assert {(one.class_id, one.label) for one in found} == {(None, "red"), (None, "blue")}


def test_rules_of_the_command_line_map_classes(dataset: DrawnDataset) -> None:
    world = World(dataset, rules=("red -> nut",))
    found, _ = world.run(fx.Propose(1, 0, "detector", ("nut",)))
    assert [one.class_id for one in found] == [0]
    world.runner.close()


def test_text_finds_what_it_says(world: World) -> None:
    found, end = world.run(fx.Propose(1, 0, "text", ("ball",), text="red ball -> ball . blue thing"))
    assert world.grounder.asked == [("red ball", "blue thing")]
    assert {(one.class_id, one.label) for one in found} == {(0, ""), (None, "blue thing")}
    assert end.reason == ""


@pytest.mark.parametrize("text", ["red -> lorry", "red . . blue"])
def test_a_text_that_cannot_be_read_is_answered_in_words(world: World, text: str) -> None:
    found, end = world.run(fx.Propose(1, 0, "text", ("ball",), text=text))
    assert not found
    assert end.reason


def test_everything_fills_in_row_by_row(world: World) -> None:
    world.ask(fx.Encode(0), fx.Propose(1, 0, "everything"))
    batches = [a for a in world.until(ev.ProposalsEnded) if isinstance(a, ev.ProposalsFound)]
    assert [(b.done, b.total) for b in batches] == [(4, 16), (8, 16), (12, 16), (16, 16)]
    seen = [one for b in batches for one in b.found]
    assert len({one.key for one in seen}) == len(seen) > 3
    assert all(one.class_id is None and not one.candidates and one.stability is not None for one in seen)


def test_boxes_are_tightened(fitting: World) -> None:
    image = fitting.dataset.images[0]
    x0, y0, x1, y1 = image.box(0)
    loose = Instance(1, Box(x0 - 6, y0 - 6, x1 + 6, y1 + 6), "a line")
    found, _ = fitting.run(fx.Propose(1, 0, "tighten", instances=(loose,)))
    (one,) = found
    assert one.replaces is loose
    assert one.class_id == 1
    assert one.box != loose.shape


def test_a_detector_that_fails_is_an_answer(dataset: DrawnDataset) -> None:
    def fail() -> Detector:
        raise ModelError("yolo.onnx is damaged")

    world = World(dataset, detector=fail)
    for ticket in (1, 2):
        _, end = world.run(fx.Propose(ticket, 0, "detector"))
        assert "yolo.onnx is damaged" in end.reason
    world.runner.close()
    assert world.errors == []


def test_an_image_that_cannot_be_encoded_ends_the_run(dataset: DrawnDataset) -> None:
    def fail(what: str) -> None:
        raise ModelError("encoder.onnx failed", what)

    world = World(dataset, segmenter=FakeSegmenter(delay=fail))
    _, end = world.run(fx.Propose(1, 0, "everything"))
    assert "could not be encoded" in end.reason
    world.runner.close()


class Gate:
    """Lets decodes through one by one."""

    def __init__(self) -> None:
        self.began: queue.Queue[str] = queue.Queue()
        self.go = threading.Semaphore(0)

    def __call__(self, what: str) -> None:
        if what == "decode":
            self.began.put(what)
            assert self.go.acquire(timeout=WAIT)


def test_a_prompt_comes_between_two_steps_of_a_run(dataset: DrawnDataset) -> None:
    gate = Gate()
    world = World(dataset, segmenter=FakeSegmenter(delay=gate))
    world.ask(fx.Encode(0))
    world.until(ev.Encoded)
    world.ask(fx.Propose(1, 0, "everything"))
    gate.began.get(timeout=WAIT)
    world.ask(fx.Decode(9, 0, Prompt((Point(77, 77),))))
    while not world.runner._turns._prompts:  # the prompt waits for the decode that is at work
        assert world.runner._decode.busy
    gate.go.release()
    gate.began.get(timeout=WAIT)
    gate.go.release()
    decoded = world.until(ev.Decoded)
    assert decoded[-1].ticket == 9
    assert [p.points[0] for p in world.segmenter.decoded][1] == Point(77, 77)
    world.ask(fx.Cancel())
    gate.go.release(100)
    world.runner.close()


def test_cancelling_ends_without_an_answer_and_a_newer_run_replaces(dataset: DrawnDataset) -> None:
    gate = Gate()
    world = World(dataset, segmenter=FakeSegmenter(delay=gate))
    world.ask(fx.Encode(0), fx.Propose(1, 0, "everything"))
    gate.began.get(timeout=WAIT)
    world.ask(fx.Cancel(), fx.Propose(2, 0, "detector", ("red",)))
    gate.go.release(100)
    answers = world.until(ev.ProposalsEnded)
    assert answers[-1].ticket == 2
    assert not [a for a in answers if isinstance(a, ev.ProposalsEnded) and a.ticket == 1]
    world.runner.close()


def test_hints_have_something_to_stand_on(world: World) -> None:
    world.ask(fx.Encode(0))
    world.until(ev.Encoded)
    world.ask(fx.Suggest(4, 0, ("red", "blue")))
    first = world.until(ev.Suggested)[-1]
    assert {one.class_id for one in first.found} == {0, 1}
    rows = [world.until(ev.Suggested)[-1] for _ in range(8)]
    best = rows[-1].found[len(first.found) :]
    assert 0 < len(best) <= READY
    merits = [one.score * (one.stability or 0) for one in best]
    assert merits == sorted(merits, reverse=True)
    assert all(one.point and len(one.candidates) == 3 and one.traced for one in best)
    assert all(one.candidates[one.selected].score == one.score for one in best)
    assert all(r.ticket == 4 and not r.ended for r in rows)
    assert (rows[-1].done, rows[-1].total) == (64, 64)
    last = world.until(ev.Suggested)[-1]
    assert last.ended
    assert last.found == rows[-1].found


def test_the_search_ahead_waits_for_the_embedding_and_ends_with_the_image(world: World) -> None:
    world.ask(fx.Suggest(1, 0))
    world.ask(fx.Load(1))
    loaded = world.until(ev.Loaded)
    assert not [a for a in loaded if isinstance(a, ev.Suggested) and len(a.found) > 2]
    world.ask(fx.Encode(1), fx.Suggest(2, 1))
    assert world.until(ev.Suggested)[-1].ticket in (1, 2)


def test_a_run_that_is_asked_for_does_not_wait_for_the_search_ahead(world: World) -> None:
    world.ask(fx.Suggest(1, 0))  # waits for an embedding that nobody makes
    world.ask(fx.EncodeRegion(0, Box(100, 80, 180, 150)))
    world.until(ev.RegionEncoded)
    world.ask(fx.Propose(2, 0, "everything"))
    assert world.until(ev.ProposalsEnded)[-1].reason == ""
    assert world.until(ev.Suggested)[-1].ticket == 1  # begun again, now in the region


def test_a_region_is_looked_into(world: World) -> None:
    world.ask(fx.Encode(0))
    world.until(ev.Encoded)
    world.ask(fx.EncodeRegion(0, Box(100, 80, 180, 150)))
    region = world.until(ev.RegionEncoded)[-1].region
    found, _ = world.run(fx.Propose(1, 0, "everything"))
    assert all(region.x0 <= one.box.center[0] <= region.x1 for one in found)
    world.ask(fx.EncodeRegion(0, None))
    assert world.until(ev.RegionEncoded)[-1].region is None


def test_a_region_that_cannot_be_encoded_is_told(dataset: DrawnDataset) -> None:
    def fail(what: str) -> None:
        raise ModelError("encoder.onnx failed", what)

    world = World(dataset, segmenter=FakeSegmenter(delay=fail))
    world.ask(fx.EncodeRegion(0, Box(100, 80, 180, 150)))
    assert "encoder.onnx failed" in world.until(fx.Notify)[-1].text
    world.runner.close()


def test_a_model_without_boxes_is_asked_with_clicks(dataset: DrawnDataset) -> None:
    world = World(dataset, segmenter=FakeSegmenter(limits=Limits(boxes=False)))
    found, end = world.run(fx.Propose(1, 0, "detector", ("red", "blue")))
    assert found
    assert not end.reason
    assert all(prompt.box is None for prompt in world.segmenter.decoded)
    world.runner.close()


def test_closing_releases_what_was_opened(dataset: DrawnDataset) -> None:
    detector = FakeDetector()
    world = World(dataset, detector=lambda: detector)
    world.run(fx.Propose(1, 0, "detector", ("red",)))
    world.runner.close()
    assert detector.closed
    assert world.segmenter.closed

"""Proposals and hints in the app: keys in, scenes and label files out."""

from __future__ import annotations

from datasets import DrawnDataset
from fakes import FakeSegmenter
from fakes_detect import FakeDetector, FakeGrounder
from labelworld import World, labeling
from tui.app.late import Late, LateSegmenter
from tui.app.proposer import Finders
from tui.app.screens.ask import TextScreen
from tui.app.widgets.lines import HintLine, StatusLine
from tui.errors import ModelError
from tui.inference.detectors.base import Detector
from tui.inference.grounding.base import Grounder
from tui.inference.segmenters.base import Segmenter
from tui.pipelines.everything import Wish
from tui.session.state import Mode

FEW = Wish(side=3, min_score=0.0, min_stability=0.0)
MODELS = {"detector": "fake-detector", "grounder": "fake-grounder"}


def finders() -> Finders:
    detector: Late[Detector] = Late("fake-detector", FakeDetector)
    grounder: Late[Grounder] = Late("fake-grounder", FakeGrounder)
    return Finders(detector, grounder, FEW)


async def proposed(world: World) -> None:
    await world.until(lambda: world.session.proposals.run is None, "the run did not end")


async def test_the_detector_proposes_and_all_of_it_is_accepted(dataset: DrawnDataset) -> None:
    async with labeling(dataset, finders=finders(), options=MODELS) as world:
        await world.keys("i")
        await proposed(world)
        offered = world.session.proposals.offered
        assert len(offered) >= 2
        scene = world.driver.scenes[-1]
        assert [mark.style for mark in scene.shapes] == ["offered"] * len(offered)
        assert "proposals: y goes" in world.app.query_one(HintLine).notice
        assert not dataset.images[0].label_path.exists()
        await world.keys("Y")
        assert len(dataset.images[0].label_path.read_text().splitlines()) == len(offered)


async def test_one_proposal_is_looked_at_and_named(dataset: DrawnDataset) -> None:
    async with labeling(dataset, finders=finders(), options=MODELS) as world:
        await world.keys("i")
        await proposed(world)
        await world.keys("y")
        assert "proposal 1/" in str(world.app.query_one(StatusLine).render())
        assert [m.style for m in world.driver.scenes[-1].shapes].count("selected") == 1
        await world.keys("2")
        assert dataset.images[0].label_path.read_text().startswith("1 ")


async def test_a_text_is_typed_and_answered(dataset: DrawnDataset) -> None:
    async with labeling(dataset, finders=finders(), options=MODELS) as world:
        await world.pilot.press("t")
        assert isinstance(world.app.screen, TextScreen)
        await world.pilot.press("r", "e", "d", "enter")
        await proposed(world)
        assert world.session.proposals.offered
        assert world.session.proposals.text == "red"


async def test_everything_and_tighten(dataset: DrawnDataset) -> None:
    async with labeling(dataset, finders=finders(), options=MODELS) as world:
        await world.keys("E")
        await proposed(world)
        count = len(world.session.proposals.offered)
        assert count > 1
        await world.keys("1 Y T")
        await proposed(world)
        assert len(world.session.image.instances) == count


async def test_hints_take_what_was_found_ahead(dataset: DrawnDataset) -> None:
    async with labeling(dataset, options={"look_ahead": True}) as world:
        await world.settled()
        assert world.session.proposals.ready
        await world.keys("f")
        assert world.driver.scenes[-1].labels
        await world.keys("f")
        assert world.session.mode is Mode.POINTS
        assert world.driver.scenes[-1].mask is not None
        assert not world.driver.scenes[-1].labels
        await world.keys("2")
        assert dataset.images[0].label_path.read_text().startswith("1 ")


async def test_a_slow_model_keeps_nobody_waiting(dataset: DrawnDataset) -> None:
    inner = FakeSegmenter(name="slow")
    gate = Late[Segmenter]("slow", lambda: inner)
    async with labeling(dataset, segmenter=LateSegmenter(gate)) as world:
        await world.keys("q")
        assert world.session.draft.candidates
        assert inner.encoded


async def test_a_model_that_cannot_be_opened_is_told_when_it_is_needed(dataset: DrawnDataset) -> None:
    def fail() -> Segmenter:
        raise ModelError("encoder.onnx is damaged")

    late = LateSegmenter(Late("broken", fail))
    async with labeling(dataset, segmenter=late) as world:
        await world.until(lambda: bool(world.session.image.encode_error))
        assert "encoder.onnx is damaged" in world.session.image.encode_error
        await world.keys("R L J R")
        assert len(world.session.image.instances) == 1

"""A review in the running labeler: judged by keys, recorded in the sidecar."""

from __future__ import annotations

from collections.abc import Callable

from datasets import DrawnDataset
from fakes_detect import FakeDetector
from labelworld import labeling
from tui.app.late import Late
from tui.app.proposer import Finders
from tui.data.dataset import open_dataset
from tui.data.reviewfacts import facts_of
from tui.data.sidecar import matched, sidecar_of
from tui.session import events as ev
from tui.session.state import Mode


async def test_a_review_by_keys(make_dataset: Callable[..., DrawnDataset]) -> None:
    made = make_dataset(labelled=True)
    sidecar = sidecar_of(open_dataset(made.root))
    sidecar.update(made.images[1].path, state="accepted")
    async with labeling(made) as world:
        await world.keys("ctrl+e")
        await world.until(lambda: world.session.review.item is not None)
        assert world.session.mode is Mode.REVIEW
        assert len(world.session.review.queue) == 4
        await world.keys("y y")
        await world.until(lambda: world.session.image.index == 2)
        await world.keys("n 1")
        await world.until(lambda: world.session.review.phase == "off")
        await world.settled()
    assert sidecar.state(made.images[0].path).state == "accepted"
    assert sidecar.state(made.images[2].path).state == "corrected"
    lines = made.images[0].label_path.read_text().splitlines()
    origins = matched(sidecar.record(made.images[0].path).origins, lines)
    assert all(origin is not None and origin.accepted for origin in origins)
    kept = made.images[2].label_path.read_text().splitlines()
    assert len(kept) == 1
    assert kept[0].startswith("0 ")


async def test_notes_and_seeking(dataset: DrawnDataset) -> None:
    async with labeling(dataset) as world:
        await world.pilot.press("exclamation_mark", *"blurred", "enter")
        await world.until(lambda: world.session.image.note == "blurred")
        await world.keys("q f ctrl+n")
        await world.until(lambda: world.session.image.index == 1)
        await world.keys("q f ctrl+n")
        await world.until(lambda: world.session.image.index == 2)
        await world.keys("a a")
        await world.until(lambda: world.session.image.index == 0 and world.session.image.status == "ready")
        assert world.session.image.note == "blurred"
        await world.keys("ampersand")
        await world.until(lambda: world.session.image.index == 1)


async def test_saves_say_how_many_objects_there_are_and_correct_what_was_checked(
    dataset: DrawnDataset,
) -> None:
    sidecar = sidecar_of(open_dataset(dataset.root))
    first = dataset.images[0].path
    async with labeling(dataset) as world:
        await world.keys("q f")
        assert (sidecar.state(first).state, sidecar.state(first).objects) == ("todo", 1)
        await world.keys("dollar_sign")
        await world.until(lambda: world.session.image.state == "accepted")
        assert "checked" in world.text()
        await world.keys("x enter x")
        await world.until(lambda: world.session.image.state == "corrected")
    assert sidecar.state(first).objects == 0


async def test_models_look_again_where_the_filter_asks(make_dataset: Callable[..., DrawnDataset]) -> None:
    made = make_dataset(labelled=True)
    detector = FakeDetector()
    finders = Finders(Late("fake-detector", lambda: detector), None, None, ("red -> disc", "blue -> disc"))
    async with labeling(made, finders=finders) as world:
        world.app.receive(ev.Invoke("review.filter", "disagree"))
        await world.until(lambda: world.session.review.item is not None)
        assert detector.calls == len(made.images)
        assert {item.rival.class_id for item in world.session.review.queue} == {0}
        assert all(item.rival.overlap > 0.5 for item in world.session.review.queue)
        assert "model: disc" in world.text()
        world.app.receive(ev.Invoke("review.filter", "sam<1.1"))
        await world.until(lambda: any("fresh mask" in item.why for item in world.session.review.queue))
        assert len(world.session.review.queue) == 2 * len(made.images)


async def test_without_a_detector_nothing_disagrees(make_dataset: Callable[..., DrawnDataset]) -> None:
    async with labeling(make_dataset(labelled=True)) as world:
        world.app.receive(ev.Invoke("review.filter", "disagree"))
        await world.until(lambda: world.session.review.phase == "off")
        assert "--detector" in world.text()


async def test_what_a_review_changed_is_not_asked_about_in_the_next_session(
    make_dataset: Callable[..., DrawnDataset],
) -> None:
    """Of an image that is only half judged, too: a reclassed object, one with a new class, an edited one."""
    made = make_dataset(labelled=True)
    async with labeling(made) as world:
        await world.keys("ctrl+e")
        await world.until(lambda: world.session.review.item is not None)
        await world.keys("n u 2")
        await world.settled()
        await world.keys("d c")
        await world.pilot.press(*"bird", "enter")
        await world.until(lambda: len(world.session.review.verdicts) == 2)
        await world.settled()
    dataset = open_dataset(made.root)
    found = [facts_of(dataset, sidecar_of(dataset), image.path, n) for n, image in enumerate(made.images)]
    left = {facts.index: len(facts.objects) for facts in found if facts is not None}
    async with labeling(made) as world:
        await world.keys("ctrl+e")
        await world.until(lambda: world.session.review.item is not None)
        assert len(world.session.review.queue) == sum(left.values()) == 4
        await world.keys("e right w")
        await world.settled()
        await world.keys("ctrl+e ctrl+e")
        await world.until(lambda: world.session.review.item is not None)
        assert len(world.session.review.queue) == 3

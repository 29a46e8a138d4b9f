"""A review in the running labeler: judged by keys, recorded in the sidecar."""

from __future__ import annotations

from collections.abc import Callable

from datasets import DrawnDataset
from labelworld import labeling
from tui.data.dataset import open_dataset
from tui.data.sidecar import matched, sidecar_of
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

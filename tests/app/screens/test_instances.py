"""The list of instances in the running labeler."""

from __future__ import annotations

from collections.abc import Callable

from datasets import DrawnDataset
from labelworld import labeling
from tui.app.screens.instances import InstancesPanel


async def test_instances_are_walked_and_changed(make_dataset: Callable[..., DrawnDataset]) -> None:
    dataset = make_dataset(labelled=True)
    async with labeling(dataset) as world:
        await world.pilot.press("I")
        assert isinstance(world.app.screen, InstancesPanel)
        assert world.session.selection == 0
        assert "disc" in world.text()
        assert "slab" in world.text()
        await world.pilot.press("j")
        await world.until(lambda: world.session.selection == 1)
        await world.keys("1")
        assert [i.class_id for i in world.session.image.instances] == [0, 0]
        assert "slab" not in world.text()
        await world.keys("x")
        assert "1 instance" in world.text()
        await world.keys("u")
        assert "2 instances" in world.text()
        await world.pilot.press("enter")
        await world.until(lambda: len(world.app.screen_stack) == 1)
        assert world.session.selection is not None

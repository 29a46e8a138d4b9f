"""Questions that come by themselves wait for the fingers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from datasets import DrawnDataset
from labelworld import labeling
from tui.app.atrest import REST_S, AtRest
from tui.app.screens.ask import ChoiceScreen
from tui.session import events as ev


class Desk:
    """A clock that a test moves, and what is to be done later."""

    def __init__(self) -> None:
        self.now, self.occupied = 100.0, False
        self.waiting: list[Callable[[], object]] = []
        self.done: list[str] = []
        self.at_rest = AtRest(
            lambda _, action: self.waiting.append(action), lambda: self.occupied, lambda: self.now
        )

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        waiting, self.waiting = self.waiting, []
        for action in waiting:
            action()


def test_where_nobody_types_it_comes_at_once() -> None:
    desk = Desk()
    desk.at_rest.run(lambda: desk.done.append("asked"))
    assert desk.done == ["asked"]
    assert not desk.waiting


def test_it_waits_until_the_fingers_rest_and_no_dialog_is_open() -> None:
    desk = Desk()
    desk.at_rest.key()
    desk.at_rest.run(lambda: desk.done.append("asked"))
    desk.pass_time(REST_S / 2)
    desk.at_rest.key()
    desk.pass_time(REST_S / 2 + 0.01)
    assert not desk.done
    desk.occupied = True
    desk.pass_time(REST_S)
    assert not desk.done
    desk.occupied = False
    desk.pass_time(0.1)
    assert desk.done == ["asked"]
    desk.pass_time(1)
    assert desk.done == ["asked"]


async def test_c9_a_key_meant_for_the_picture_does_not_answer_a_question_that_came_by_itself(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with labeling(dataset) as world:
        await world.settled()
        asked: list[Callable[[], None]] = []
        monkeypatch.setattr(world.app.at_rest, "run", asked.append)  # the fingers do not rest
        await world.pilot.press("l")
        world.app.receive(ev.ClassesReordered(("slab", "disc")))
        await world.pilot.press("n")
        assert len(world.app.screen_stack) == 1
        assert len(asked) == 1
        await world.pilot.press("c")
        assert len(world.app.screen_stack) == 2, "what a key asked for opens at once"
        await world.pilot.press("escape")
        asked[0]()
        await world.until(lambda: isinstance(world.app.screen, ChoiceScreen))

"""What threads say, on its way to the event loop."""

from __future__ import annotations

import threading

import pytest

from datasets import DrawnDataset
from labelworld import labeling
from tui.session import events as ev


async def test_b9_an_error_over_an_answer_ends_the_program_like_one_over_a_key(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("an answer that nobody can take")

    async with labeling(dataset) as world:
        await world.settled()
        failures: list[Exception] = []
        monkeypatch.setattr(world.app.inbox, "_failed", failures.append)
        with monkeypatch.context() as patch:
            patch.setattr("tui.app.app.update", broken)
            threading.Thread(target=world.app.inbox.answer, args=(ev.Rested(),)).start()
            await world.until(lambda: bool(failures))
        assert str(failures[0]) == "an answer that nobody can take"


async def test_an_error_in_a_lane_is_said_and_the_program_goes_on(dataset: DrawnDataset) -> None:
    async with labeling(dataset) as world:
        world.app.inbox.on_error(ValueError("odd"))
        await world.until(lambda: "Internal error: odd" in world.text())
        await world.keys("q")
        assert world.session.draft.candidates

"""Work for images to come stops for the person who waits, and nothing else ever does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tui.app.ahead import MOST_INTERRUPTIONS, Ahead
from tui.inference.runtime import Interrupted

WAIT = 5.0
ONE, OTHER = Path("one.png"), Path("other.png")


class Model:
    """An encoder that runs until it is interrupted or let go; deaf to the first `deaf` interruptions."""

    def __init__(self, deaf: int = 0) -> None:
        self.runs = threading.Semaphore(0)
        self.go, self.stop = threading.Event(), threading.Event()
        self.interruptions = 0
        self._deaf = deaf

    def interrupt(self) -> None:
        self.interruptions += 1
        if self.interruptions > self._deaf:
            self.stop.set()

    def encode(self) -> None:
        self.runs.release()
        while not self.go.wait(0.005):
            if self.stop.is_set():
                self.stop.clear()
                raise Interrupted("stopped")


class World:
    def __init__(self, deaf: int = 0) -> None:
        self.model: Any = Model(deaf)
        self.ahead = Ahead(self.model)
        self.results: list[bool] = []

    def start(self, path: Path = ONE) -> threading.Thread:
        """Encode ahead in another thread; returns when the model runs."""
        thread = threading.Thread(
            target=lambda: self.results.append(self.ahead.run(path, self.model.encode)), daemon=True
        )
        thread.start()
        assert self.model.runs.acquire(timeout=WAIT)
        return thread


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.model.go.set()


def test_an_image_that_is_wanted_now_stops_another(world: World) -> None:
    thread = world.start()
    world.ahead.make_way(OTHER)
    thread.join(WAIT)
    assert world.results == [False]


def test_the_image_that_is_wanted_is_not_stopped(world: World) -> None:
    thread = world.start()
    world.ahead.make_way(ONE)
    world.model.go.set()
    thread.join(WAIT)
    assert world.results == [True]
    assert world.model.interruptions == 0


def test_nothing_is_interrupted_when_nothing_runs_ahead(world: World) -> None:
    world.ahead.make_way(OTHER)
    world.ahead.make_way(None)
    assert world.model.interruptions == 0


def test_prompts_stop_an_image_a_few_times_only(world: World) -> None:
    for _ in range(MOST_INTERRUPTIONS):
        thread = world.start()
        world.ahead.make_way(None)
        thread.join(WAIT)
    thread = world.start()
    world.ahead.make_way(None)
    world.model.go.set()
    thread.join(WAIT)
    assert world.results == [False] * MOST_INTERRUPTIONS + [True]


def test_a_model_that_did_not_hear_it_is_told_again() -> None:
    world = World(deaf=2)
    thread = world.start()
    world.ahead.make_way(OTHER)
    thread.join(WAIT)
    assert world.results == [False]
    assert world.model.interruptions == 3


def test_at_the_end_it_stops_and_does_not_begin_again(world: World) -> None:
    thread = world.start()
    world.ahead.close()
    thread.join(WAIT)
    assert world.results == [True]
    assert world.ahead.run(OTHER, world.model.encode) is True
    assert not world.model.runs.acquire(blocking=False)


def test_a_model_that_cannot_be_interrupted_is_left_alone() -> None:
    plain: Any = object()
    ahead = Ahead(plain)
    ran: list[int] = []
    assert ahead.run(ONE, lambda: ran.append(1))
    ahead.make_way(OTHER)
    ahead.close()
    assert ran == [1]

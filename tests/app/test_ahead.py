"""Work for images to come stops for the person who waits, and nothing else ever does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.app.ahead import MOST_INTERRUPTIONS, Ahead
from tui.inference.cancel import Interrupted, current

WAIT = 5.0
ONE, OTHER = Path("one.png"), Path("other.png")


class Model:
    """An encoder that runs until its token is set or it is let go."""

    def __init__(self) -> None:
        self.runs = threading.Semaphore(0)
        self.go = threading.Event()
        self.stopped = 0

    def encode(self) -> None:
        ended = threading.Event()
        with current().stopping(ended.set):
            self.runs.release()
            while not self.go.is_set():
                if ended.wait(0.005):
                    self.stopped += 1
                    raise Interrupted("stopped")


class World:
    def __init__(self) -> None:
        self.model = Model()
        self.ahead = Ahead()
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
    assert world.model.stopped == 0


def test_what_begins_after_a_wish_to_stop_is_not_stopped(world: World) -> None:
    world.ahead.make_way(OTHER)
    world.ahead.make_way(None)
    thread = world.start()
    world.model.go.set()
    thread.join(WAIT)
    assert world.results == [True]


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


def test_at_the_end_it_stops_and_does_not_begin_again(world: World) -> None:
    thread = world.start()
    world.ahead.close()
    thread.join(WAIT)
    assert world.results == [True]
    assert world.ahead.run(OTHER, world.model.encode) is True
    assert not world.model.runs.acquire(blocking=False)

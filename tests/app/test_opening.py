"""Beside the first picture: listing, questions at the start, and looking for what others changed."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.test_keeper import leave_unsaved
from datasets import DrawnDataset
from tui.app.keeper import Keeper
from tui.app.library import Library
from tui.app.opening import Opening
from tui.config import Config
from tui.data.claims import Claim, Holder
from tui.data.dataset import open_dataset
from tui.data.places import read_place
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.start import start
from tui.session.state import Options
from tui.session.update import update

WAIT = 10.0
START, _ = start(Options(), ("disc", "slab"), "anylabeling")


class World:
    """An opening on a stage that only writes down what it is asked to do."""

    def __init__(self, dataset: DrawnDataset, review: str | None = None) -> None:
        self.dataset = dataset
        self.library = Library(open_dataset(dataset.root), Config())
        self.keeper = Keeper(self.library)
        self.happened: queue.Queue[Any] = queue.Queue()
        self.opening = Opening(self, self.library, self.keeper, self.happened.put, review=review)

    def path(self, index: int) -> Path:
        return self.library.path(index)

    def ask(self, ask: fx.Ask) -> None:
        self.happened.put(ask)

    def leave(self, code: int) -> None:
        self.happened.put(code)

    def call_from_thread(self, callback: Callable[..., object], *args: object) -> object:
        return callback(*args)

    def next(self, kind: type) -> Any:
        """The next thing of a kind that happens."""
        while True:
            found = self.happened.get(timeout=WAIT)
            if isinstance(found, kind):
                return found


@pytest.fixture
def world(make_dataset: Callable[..., DrawnDataset]) -> Iterator[World]:
    made = World(make_dataset(labelled=True))
    yield made
    made.opening.close(START)
    made.keeper.close()


def test_the_folder_is_listed_and_nothing_is_asked_when_all_is_well(world: World) -> None:
    world.keeper.begin()
    world.opening.begin(True)
    assert world.next(ev.Listed) == ev.Listed(3, True, 0)
    world.opening.look(START)
    world.dataset.images[0].label_path.write_text("0 0.5 0.5 0.1 0.1\n")
    world.library.load(world.path(0))
    world.dataset.images[0].label_path.write_text("1 0.5 0.5 0.1 0.1\n")
    world.opening.look(START)
    assert world.next(ev.LabelsChanged).index == 0


def test_recovering_brings_the_work_back(world: World) -> None:
    world.library.list_all()
    leave_unsaved(world.library)
    world.keeper.begin()
    world.opening.begin(True)
    assert world.next(fx.Ask) == fx.Ask("recover")
    world.opening.recover_answer("r")
    assert world.next(ev.Restored).index == 0


def test_discarding_is_said(world: World) -> None:
    world.library.list_all()
    leave_unsaved(world.library)
    world.keeper.begin()
    world.opening.begin(True)
    world.next(fx.Ask)
    world.opening.recover_answer("d")
    assert "Discarded" in world.next(fx.Notify).text


@pytest.mark.parametrize("key", ["l", None])
def test_later_changes_nothing(world: World, key: str | None) -> None:
    world.library.list_all()
    file = leave_unsaved(world.library)
    world.keeper.begin()
    world.opening.begin(True)
    world.next(fx.Ask)
    world.opening.recover_answer(key)
    assert file.exists()
    assert world.keeper.pending


def test_c6_a_held_dataset_is_asked_about_before_recovery(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.library.list_all()
    leave_unsaved(world.library)
    ana = Holder("ana", "gpu7", 7, None, 3.0, False, False)
    monkeypatch.setattr(Claim, "take", lambda _: ana)
    monkeypatch.setattr(Claim, "take_over", lambda _: None)
    world.keeper.begin()
    world.opening.begin(True)
    assert "ana on gpu7" in world.next(ev.ViewOnly).reason
    assert world.next(fx.Ask) == fx.Ask("held")
    world.opening.held_answer(None)
    world.opening.held_answer("t")
    assert world.next(ev.ViewOnly) == ev.ViewOnly("")
    assert world.next(fx.Ask) == fx.Ask("recover")
    world.opening.held_answer("q")
    assert world.next(int) == 4


def test_a_review_that_was_asked_for_begins_once_the_folder_is_listed(
    make_dataset: Callable[..., DrawnDataset],
) -> None:
    made = World(make_dataset(labelled=True), review="lint")
    made.opening.begin(False)
    assert made.next(ev.Listed).complete
    assert made.next(ev.Invoke) == ev.Invoke("review.filter", "lint")
    made.opening.close(START)


def test_where_the_person_stopped_is_written_down_beside_the_loop_and_at_the_end(world: World) -> None:
    dataset, session = world.library.dataset, START
    for event in (ev.Resized(640, 480), ev.Loaded(0, world.path(0).name, (320, 240), (), False)):
        session, _ = update(session, event)
    world.opening.close(session)
    place = read_place(dataset)
    assert place is not None
    assert place.image.endswith(world.path(0).name)
    assert (place.class_name, place.view) == ("disc", None)


def test_e7_a_folder_that_cannot_be_listed_is_said_and_the_rest_goes_on(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(dataset)
    leave_unsaved(world.library, digest="")
    monkeypatch.setattr(world.library.dataset, "list_images", lambda: (_ for _ in ()).throw(OSError(5, "x")))
    world.keeper.begin()
    world.opening.begin(True)
    listed = world.next(ev.Listed)
    assert (listed.count, listed.complete, listed.index) == (1, True, 0)
    assert "cannot be listed" in world.next(fx.Notify).text
    assert world.next(fx.Ask).dialog == "recover", "what waits for the listing goes on"
    world.opening.close(START)
    world.keeper.close()

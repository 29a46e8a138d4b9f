"""A session and its world without threads: nothing happens before it is wanted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from datasets import DrawnDataset
from fakes import FakeSegmenter
from tui.app.headless import AtOnce, Headless, Patient
from tui.app.library import Library
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.log import mark_of
from tui.session.state import Options
from tui.types.instance import Candidate


@pytest.fixture
def world(dataset: DrawnDataset) -> Iterator[Headless]:
    opened = open_dataset(dataset.root)
    made = Headless(
        Library(opened, Config()), FakeSegmenter(), Options(), opened.classes.names, "anylabeling"
    )
    made.give(ev.Resized(1000, 560))
    yield made
    made.close()


def test_keys_label_and_the_label_file_is_on_disk(world: Headless, dataset: DrawnDataset) -> None:
    world.settle()
    world.press("q", "2", "f")
    assert len(world.session.image.instances) == 1
    assert not world.session.dirty
    assert dataset.images[0].label_path.read_text().startswith("1 ")


def test_answers_wait_until_they_are_wanted(world: Headless) -> None:
    assert world.session.image.status == "loading"
    assert world.answer(mark_of(ev.Loaded(0, "", (0, 0), (), False)))
    assert world.session.image.status == "ready"
    assert not world.session.image.encoded
    world.give(ev.Key("q"))
    world.give(ev.Key("l"))
    world.give(ev.Key("q"))
    ticket = world.session.draft.ticket
    assert world.session.draft.waiting
    assert world.answer(mark_of(ev.Encoded(0)))
    assert world.session.draft.waiting
    assert world.answer(mark_of(ev.Decoded(ticket, (), 0)))
    assert world.session.draft.candidates
    assert not world.session.draft.traced
    assert not world.answer(mark_of(ev.Decoded(ticket + 5, (), 0)))


def test_the_folder_is_listed_when_asked(world: Headless) -> None:
    assert world.session.image_count == 1
    world.list_images()
    assert world.session.image_count == 3
    assert not world.session.listing


def test_classes_are_added_to_the_session_only(world: Headless, dataset: DrawnDataset) -> None:
    before = dataset.yaml.read_bytes()
    world.settle()
    world.give(ev.Invoke("class.add", "zebra"))
    world.settle()
    assert world.session.classes[-1] == "zebra"
    assert dataset.yaml.read_bytes() == before


def test_dialogs_notices_and_leaving_are_noted(world: Headless) -> None:
    world.settle()
    world.press("?", "x", "Q")
    assert [ask.dialog for ask in world.asked] == ["help"]
    assert "No instance is selected" in world.notices[-1].text
    assert world.left


def test_an_error_of_the_program_is_not_swallowed(world: Headless, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Candidate:
        raise RuntimeError("a bug")

    world.settle()
    monkeypatch.setattr("tui.app.runner.trace_candidate", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        world.press("q")


def test_a_patient_lane_keeps_the_order_and_replaces_nothing() -> None:
    done: list[int] = []
    lane = Patient("x", ("a",), lambda error: None)
    for number in range(3):
        lane.submit("a", lambda number=number: done.append(number))
    lane.when_idle((lambda: done.append(9),))
    assert lane.busy
    assert not lane.waiting("a")
    assert lane.step()
    assert done == [0]
    lane.close()
    assert not lane.step()


def test_at_once_runs_and_keeps_failures() -> None:
    executor = AtOnce()
    assert executor.submit(lambda: 3).result() == 3
    error = executor.submit(lambda: 1 / 0).exception()
    assert isinstance(error, ZeroDivisionError)


def test_notices_of_the_runner_arrive(world: Headless) -> None:
    world._post(fx.Notify("hello"))
    assert world.notices[-1] == fx.Notify("hello")

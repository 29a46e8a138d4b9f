"""A run: plan, ledger, engine, summary. The engine is this process and its models are fakes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from batch.world import DETECT, World, make_world
from tui.batch import runner
from tui.batch.pool import Begin, Done
from tui.batch.recipe import About, Recipe, Result, Task
from tui.batch.runner import Job, Plan, Summary, run
from tui.batch.shard import Shard
from tui.batch.work import Worker
from tui.errors import HeldError, SaveError, UsageError


class Here:
    """An engine without processes. `spoil` makes the result of a task another one."""

    def __init__(self, world: World, recipe: Recipe, spoil: Callable[[Task], Result | None]) -> None:
        self.world, self.recipe, self.spoil = world, recipe, spoil
        self.problems: list[str] = []
        self.done: list[str] = []

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def open(self) -> About:
        return self.world.worker(self.recipe)._models.about

    def run(
        self, tasks: Iterator[Task], begin: Begin, *, stopped: Callable[[], bool]
    ) -> Iterator[Done | None]:
        worker: Worker = self.world.worker(self.recipe, begin.targets)
        yield None
        for task in tasks:
            if stopped():
                return
            self.done.append(task.key)
            yield Done(task, self.spoil(task) or worker.do(task))


class Follower:
    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.results: list[Result] = []
        self.ticks = 0

    def planned(self, plan: Plan) -> None:
        self.plan = plan

    def result(self, result: Result, done: int, failed: int) -> None:
        self.results.append(result)

    def tick(self) -> None:
        self.ticks += 1


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "set", 5)


def start(
    world: World,
    recipe: Recipe = DETECT,
    *,
    spoil: Callable[[Task], Result | None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
    **more: object,
) -> tuple[Summary, Here]:
    engine = Here(world, recipe, spoil)
    job = Job(recipe, world.dataset, **more)
    follower = Follower()
    summary = run(job, lambda _: ((0, 1, None), ()), follower, stopped=stopped, engine=lambda *_: engine)
    assert follower.plan is summary.plan
    assert len(follower.results) == summary.done
    return summary, engine


def test_everything_is_done_once(world: World) -> None:
    summary, engine = start(world)
    assert (summary.counts, summary.exit_code, summary.objects) == ({"labelled": 5}, 0, 10)
    summary, engine = start(world)
    assert (engine.done, len(summary.plan.before), summary.exit_code) == ([], 5, 0)


def test_another_recipe_does_them_again(world: World) -> None:
    start(world)
    _, engine = start(world, replace(DETECT, existing="merge"))
    assert len(engine.done) == 5
    _, engine = start(world, again=True)
    assert len(engine.done) == 5


def test_s8_images_that_are_added_are_done_by_the_next_run(world: World) -> None:
    start(world)
    first = world.dataset.list_images()[0]
    first.with_name("new.png").write_bytes(first.read_bytes())
    _, engine = start(world)
    assert engine.done == ["images/new.png"]


def test_a_limit_takes_a_part_and_the_next_run_the_next(world: World) -> None:
    _, engine = start(world, limit=2)
    _, after = start(world, limit=2)
    assert (len(engine.done), len(after.done)) == (2, 2)
    assert not set(engine.done) & set(after.done)


def test_shares_together_do_everything(world: World) -> None:
    done = [key for i in range(3) for key in start(world, shard=Shard(i, 3))[1].done]
    assert sorted(done) == [f"images/{i:03}.png" for i in range(5)]


def test_a_dry_run_changes_nothing(world: World) -> None:
    summary, engine = start(world, dry_run=True)
    assert (len(summary.plan.tasks), engine.done, world.label()) == (5, [], None)
    assert start(world)[0].done == 5


def test_s3_a_bad_image_is_listed_with_its_cause_and_the_rest_is_done(world: World) -> None:
    Path(world.task(2).image).write_bytes(b"no image")
    summary, _ = start(world)
    assert (summary.counts, summary.exit_code) == ({"labelled": 4, "failed": 1}, 1)
    assert [(one.key, one.reason) for one in summary.failed] == [
        ("images/002.png", "002.png is not an image")
    ]


def test_s3_fail_fast_stops_at_the_first(world: World) -> None:
    Path(world.task(0).image).write_bytes(b"no image")
    summary, engine = start(world, fail_fast=True)
    assert (engine.done, summary.stopped, summary.exit_code) == (["images/000.png"], True, 75)


def test_s2_what_failed_twice_is_left_out_but_not_forgotten(world: World) -> None:
    Path(world.task(0).image).write_bytes(b"no image")
    start(world)
    _, engine = start(world)
    assert engine.done == ["images/000.png"]
    summary, engine = start(world)
    assert (engine.done, summary.exit_code, len(summary.failed)) == ([], 1, 1)
    _, engine = start(world, again=True)
    assert len(engine.done) == 5


def test_s4_stopped_early_the_next_run_goes_on(world: World) -> None:
    answers = iter([False, False, False] + [True] * 100)
    summary, engine = start(world, stopped=lambda: next(answers))
    assert summary.stopped
    assert summary.exit_code == 75
    assert 0 < len(engine.done) < 5
    _, after = start(world)
    assert sorted(engine.done + after.done) == [f"images/{i:03}.png" for i in range(5)]


def test_a_disk_that_takes_nothing_ends_the_run(world: World) -> None:
    summary, engine = start(world, spoil=lambda task: Result(task.key, "unsaved", "no space left on /"))
    assert len(engine.done) == 3
    assert (summary.exit_code, summary.disk) == (3, "no space left on /")


def test_one_label_that_cannot_be_written_does_not(world: World) -> None:
    def spoil(task: Task) -> Result | None:
        return Result(task.key, "unsaved", "permission denied") if "001" in task.key else None

    summary, engine = start(world, spoil=spoil)
    assert (len(engine.done), summary.exit_code, summary.disk) == (5, 3, "")


def test_s5_a_second_run_of_the_same_share_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "held", lambda folder, name: held(folder, name, wait=0))
    from tui.batch.ledger import held

    seen = []

    def spoil(task: Task) -> None:
        with pytest.raises(HeldError) as error:
            start(world)
        seen.append(error.value.exit_code)

    start(world, spoil=spoil, limit=1)
    assert seen == [4]


def test_s9_a_disk_without_room_for_the_files_is_found_out_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_files=10, f_favail=3))
    with pytest.raises(UsageError, match="need up to 5 files; this disk has room for 3 more"):
        start(world)
    assert world.label() is None


def test_labels_that_nobody_may_write_are_found_out_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(world.dataset), "read_only_reason", lambda *_: "Labels folder is read-only")
    with pytest.raises(SaveError, match="read-only"):
        start(world)


def test_replaced_labels_lie_under_the_time_that_the_run_began(world: World) -> None:
    replacing = replace(DETECT, existing="replace")
    world.write("1 0.5 0.5 0.1 0.1\n")
    start(world, replacing, limit=2)
    begun = next((world.root / ".ttylabel/runs").glob("*/started.txt"))
    text = begun.read_text()
    start(world, replacing)
    assert begun.read_text() == text
    assert len((begun.parent / "runs.jsonl").read_text().splitlines()) == 2

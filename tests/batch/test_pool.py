"""Worker processes: results, crashes and who is to blame, the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from batch.world import DETECT, World, make_world, tiny_detector
from tui.batch import pool as pools
from tui.batch.pool import Begin, Pool
from tui.batch.recipe import Recipe, Task
from tui.errors import ModelError

DYING = """
import os, sys
import tui.batch.work as work
read = work.read_image
def dying(path, **more):
    if "bomb" in path.name:
        os._exit(9) if "quiet" in path.name else os.kill(os.getpid(), 11)
    return read(path, **more)
work.read_image = dying
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "set", 4)


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return replace(DETECT, model=str(tiny_detector(tmp_path)))


def begin(world: World) -> Begin:
    return Begin((0, 1, None), str(world.root), str(world.root), "now")


def tasks(world: World) -> Iterator[Task]:
    return (world.task(i) for i in range(len(world.dataset.list_images())))


def test_all_tasks_come_back_and_the_workers_end(world: World, recipe: Recipe, tmp_path: Path) -> None:
    with Pool(recipe, 2, logs=tmp_path / "logs", threads=1) as pool:
        assert pool.open().classes == ("person", "car", "dog")
        done = [d for d in pool.run(tasks(world), begin(world)) if d]
        assert sorted(d.result.key for d in done) == [f"images/{i:03}.png" for i in range(4)]
        assert {d.result.outcome for d in done} == {"labelled"}
    assert list((tmp_path / "logs").iterdir()) == []


def test_s2_an_image_that_kills_its_worker_is_found_and_the_others_are_done(
    tmp_path: Path, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(tmp_path / "set", 6)
    images = world.dataset.list_images()
    images[1].rename(images[1].with_name("bomb.png"))
    images[4].rename(images[4].with_name("quiet bomb.png"))
    monkeypatch.setattr(
        pools, "_PROGRAM", pools._PROGRAM.replace("from tui", f"exec({DYING!r}); from tui", 1)
    )
    with Pool(recipe, 1, logs=tmp_path / "logs", threads=1) as pool:
        pool.open()
        done = {d.result.key: d for d in pool.run(tasks(world), begin(world)) if d}
    assert len(done) == 6
    bombs = [done.pop("images/bomb.png"), done.pop("images/quiet bomb.png")]
    assert {d.result.outcome for d in done.values()} == {"labelled"}
    assert all(d.final and d.result.outcome == "failed" for d in bombs)
    assert "the worker crashed on this image, twice" in bombs[0].result.reason
    assert "ended with code 9" in bombs[1].result.reason


def test_models_that_cannot_be_opened_end_it_at_once(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(b"<!DOCTYPE html>")
    with (
        Pool(replace(DETECT, model=str(tmp_path / "m.onnx")), 1, logs=tmp_path, threads=1) as pool,
        pytest.raises(ModelError, match="web page"),
    ):
        pool.open()


def test_a_worker_that_dies_while_it_opens_models_is_told(
    tmp_path: Path, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_PROGRAM", "import sys; sys.stderr.write('out of luck\\n'); sys.exit(3)")
    with (
        Pool(recipe, 1, logs=tmp_path, threads=1) as pool,
        pytest.raises(ModelError, match="out of luck"),
    ):
        pool.open()


def test_s4_once_stopped_nothing_new_is_begun(world: World, recipe: Recipe, tmp_path: Path) -> None:
    endless = (replace(world.task(i % 4)) for i in range(10_000))
    unique = (replace(task, key=f"{n}") for n, task in enumerate(endless))
    seen: list[object] = []
    with Pool(replace(recipe, existing="replace"), 1, logs=tmp_path, threads=1) as pool:
        pool.open()
        for done in pool.run(unique, begin(world), stopped=lambda: len(seen) > 3):
            seen.extend([done] if done else [])
    assert 3 < len(seen) < 40


def test_leaving_early_leaves_no_process_behind(world: World, recipe: Recipe, tmp_path: Path) -> None:
    with Pool(recipe, 2, logs=tmp_path, threads=1) as pool:
        pool.open()
        next(pool.run(tasks(world), begin(world)))
        pids = [child.process.pid for child in pool._children.values()]
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_worker_whose_run_is_gone_ends(world: World, recipe: Recipe, tmp_path: Path) -> None:
    with Pool(recipe, 1, logs=tmp_path, threads=1) as pool:
        pool.open()
        (child,) = pool._children.values()
        assert child.process.stdin is not None
        child.process.stdin.close()
        assert child.process.wait(30) == 1

"""S1: a run that is killed anywhere and started again ends in the tree of a run that was not.

Thirty processes start here, each with the runtime to load: on a busy machine that takes minutes.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from batch.world import make_world, objects, tiny_detector, tree
from tui.data.sidecar import open_sidecar

KILLS = 20
MAP = ("--map", "car -> red", "--map", "person -> green")


def command(root: Path, *argv: object) -> list[str]:
    return [sys.executable, "-m", "tui", "run", str(root), *map(str, argv), "--json", "-q"]


def killed(argv: list[str], results: int, then: float) -> list[str]:
    """Kill a run some moment after so many results (0: after its start); the images that it labelled."""
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(results)]
    time.sleep(then)  # the moment is the point of this test; no outcome depends on it
    process.kill()
    rest, _ = process.communicate(timeout=60)
    whole = (b"".join(lines) + rest).decode().rpartition("\n")[0]
    return [one["image"] for one in objects(whole) if one.get("outcome") == "labelled"]


def check(root: Path, reference: Path, argv: tuple[object, ...], kills: int, most: int) -> None:
    """Kill `kills` runs over `root`, each after up to `most` results, finish, and compare."""
    subprocess.run(command(reference, *argv), check=True, capture_output=True)
    moments = random.Random(7)
    seen: list[str] = []
    amid = 0
    for i in range(kills):
        # One in five while it starts, the others while it works.
        results, then = (0, moments.uniform(0.1, 0.8)) if i % 5 == 4 else (moments.randint(1, most), 0.0)
        seen += killed(command(root, *argv), results, then + moments.uniform(0, 0.05))
        amid += len(seen) > 0
    assert amid > kills // 2
    done = subprocess.run(command(root, *argv), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    *last, summary = objects(done.stdout)
    assert not summary["stopped"]
    assert summary["planned"] > 0, "the kills came after the work"
    seen += [one["image"] for one in last if one["outcome"] == "labelled"]
    assert len(seen) == len(set(seen)), "an image was reported as labelled twice"
    assert tree(root) == tree(reference)
    keys = {image.key: (image.state, image.objects) for image in open_sidecar(reference).states()}
    assert {image.key: (image.state, image.objects) for image in open_sidecar(root).states()} == keys
    for key in keys:
        made = [origin.line for origin in open_sidecar(reference).record(reference / key).origins]
        assert [origin.line for origin in open_sidecar(root).record(root / key).origins] == made
    leftovers = [path for path in root.rglob("*.tmp") if ".ttylabel" not in path.parts]
    assert leftovers == []


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.timeout(600)
def test_s1_killed_at_random_moments_it_ends_in_the_same_tree(tmp_path: Path, shared: Path) -> None:
    roots = [tmp_path / "killed", tmp_path / "whole"]
    for root in roots:
        root.mkdir()
        for photo in sorted((shared / "data" / "dev").glob("*.jpg")):
            (root / photo.name).symlink_to(photo)
        (root / "classes.txt").write_text("thing\n")
    detector = shared / "refmodels" / "tiny" / "yolo11n_det.onnx"
    argv = ("--detector", detector, "--map", "* -> thing")
    check(roots[0], roots[1], argv, KILLS, 3)


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.timeout(600)
def test_s1_the_same_where_labels_of_people_are_merged(tmp_path: Path) -> None:
    detector = tiny_detector(tmp_path)
    roots = [make_world(tmp_path / name, 100).root for name in ("killed", "whole")]
    for root in roots:
        (root / "labels").mkdir()
        for i in range(0, 100, 20):  # some are labelled by a person
            (root / "labels" / f"{i:03}.txt").write_text("1   0.5 0.5 0.1 0.1\n")
    check(roots[0], roots[1], ("--detector", detector, *MAP, "--existing", "merge"), 4, 8)

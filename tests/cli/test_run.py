"""`ttylabel run` as people and scripts use it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from batch.world import World, make_world, objects, tiny_detector
from inference.detectors import tinyyolo
from tui.cli.main import main


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "set", 3)


@pytest.fixture
def detector(tmp_path: Path) -> str:
    return str(tiny_detector(tmp_path))


def run(*argv: object) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(["run", *map(str, argv)])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code


MAP = ("--map", "car -> red", "--map", "person -> green")


def test_labels_a_folder_and_goes_on_where_it_was(
    world: World, detector: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world.root, "--detector", detector, *MAP, "--limit", 2) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "tiny on CPU: 3 images, 2 to do" in err
    assert "Not in the dataset, so not looked for: dog" in err
    assert "2 labelled; 4 objects" in err
    assert run(world.root, "--detector", detector, *MAP) == 0
    assert "3 images, 2 done before, 1 to do" in capsys.readouterr().err
    assert all(world.label(i) for i in range(3))


def test_s7_json_is_one_object_a_line_and_quiet_is_silent(
    world: World, detector: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(world.task(1).image).write_bytes(b"no image")
    assert run(world.root, "--detector", detector, *MAP, "--json", "-q") == 1
    out, err = capsys.readouterr()
    assert err == ""
    *images, summary = objects(out)
    assert {one["image"]: one["outcome"] for one in images} == {
        "images/000.png": "labelled",
        "images/001.png": "failed",
        "images/002.png": "labelled",
    }
    assert summary["type"] == "summary"
    assert summary["counts"] == {"labelled": 2, "failed": 1}
    assert summary["failed"] == [{"image": "images/001.png", "reason": "001.png is not an image"}]
    assert out.isascii()


def test_a_dry_run_says_what_would_be_done(
    world: World, detector: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world.root, "--detector", detector, "--add-classes", "--dry-run", "--json") == 0
    out, err = capsys.readouterr()
    assert objects(out)[0]["planned"] == 3
    assert "Nothing was changed" in err
    assert (world.root / "classes.txt").read_text() == "red\ngreen\n"
    assert world.label() is None


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "Which pipeline?"),
        (["--everything", "--tighten"], "Two pipelines at once"),
        (["--everything", "--segmenter", "nonsense"], "no model 'nonsense'"),
        (["--everything", "--segmenter", "grabcut"], "several classes"),
        (["--everything", "--shard", "5/4"], "--shard 5/4"),
        (["--text", "cat . . dog"], "empty"),
        (["--text", "cat", "--detector-size", "640"], "say more of a --detector"),
    ],
)
def test_what_cannot_work_is_said_before_the_first_image(
    world: World, argv: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world.root, *argv) == 2
    err = capsys.readouterr().err
    assert words in err
    assert "Traceback" not in err
    assert world.label() is None


def test_a_detector_without_metadata_is_told_what_it_finds(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "nameless.onnx"
    path.write_bytes(tinyyolo.model(tinyyolo.raw(), metadata={}))
    argv = (world.root, "--detector", path, "--existing", "replace")
    assert run(*argv) == 2
    assert "None of the model's classes" in capsys.readouterr().err
    assert run(*argv, "--detector-names", "green,red,blue") == 0
    assert "Not in the dataset, so not looked for: blue" in capsys.readouterr().err
    assert {line.split()[0] for line in (world.label() or "").splitlines()} == {"0", "1"}
    assert run(*argv, "--detector-names", "green,red,blue,white") == 2
    assert "--detector-names" in capsys.readouterr().err


def test_boxes_are_drawn_tight_by_the_bundled_segmenter(tmp_path: Path) -> None:
    world = make_world(tmp_path / "set")
    world.write("0 0.2 0.5 0.26 0.5\n")
    assert run(world.root, "--tighten", "--segmenter", "grabcut", "--existing", "replace") == 0
    label = world.label()
    assert label is not None
    sides = [float(number) for number in label.split()[1:]]
    assert sides == pytest.approx([0.2, 0.5, 0.2, 0.4], abs=0.03)
    assert sides != pytest.approx([0.2, 0.5, 0.26, 0.5], abs=0.03)
    kept = list((world.root / ".ttylabel/replaced").rglob("*.txt"))
    assert [path.read_text() for path in kept] == ["0 0.2 0.5 0.26 0.5\n"]


def test_s7_hostile_names_do_not_reach_the_terminal(
    world: World, detector: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = os.fsdecode(b"evil\x1b[2J\xe9.png")
    Path(world.task().image).rename(Path(world.task().image).with_name(name))
    (world.root / "images" / "bad\x07.png").write_bytes(b"no image")
    assert run(world.root, "--detector", detector, *MAP, "--json", "-v") == 1
    out, err = capsys.readouterr()
    assert not any(c in err + out for c in "\x1b\x07")
    assert "images/evil\x1b[2J%E9.png" in {one.get("image") for one in objects(out)}


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGUSR1, 75), (signal.SIGINT, 130)]
)
def test_s4_a_signal_ends_it_after_the_image_in_hand(
    tmp_path: Path, detector: str, number: int, code: int
) -> None:
    world = make_world(tmp_path / "many", 400)
    argv = [sys.executable, "-m", "tui", "run", world.root, "--detector", detector, *MAP, "--json"]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    *images, summary = objects(out.decode())
    assert process.returncode == code, err
    assert summary["stopped"]
    labels = [world.root / "labels" / f"{Path(one['image']).stem}.txt" for one in (first, *images)]
    assert summary["done"] == len(labels) < 400
    assert all(path.exists() for path in labels)
    assert b"Run it again to continue" in err

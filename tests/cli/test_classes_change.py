"""`ttylabel classes`: list, preview, write, cut off and finished, held, foreign names."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.test_claims import other_session
from datasets import DrawnDataset
from tui.cli.main import main
from tui.data import atomic, class_plan
from tui.data.class_plan import unfinished
from tui.data.dataset import open_dataset

MERGE = ("merge", "disc", "slab")


@pytest.fixture
def drawn(make_dataset: Callable[..., DrawnDataset]) -> DrawnDataset:
    return make_dataset(labelled=True)


def run(capsys: pytest.CaptureFixture[str], path: Path, *argv: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leaving:
        main(["classes", str(path), *argv])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code, *capsys.readouterr()


def tree(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".ttylabel" not in path.parts
    }


def test_list(drawn: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, drawn.root, "list")
    assert code == 0
    assert [line.split() for line in out.splitlines()] == [["0", "disc", "3", "3"], ["1", "slab", "3", "3"]]
    found: dict[str, Any] = json.loads(run(capsys, drawn.root, "list", "--json")[1])
    assert [(row["class_id"], row["name"], row["instances"]) for row in found["classes"]] == [
        (0, "disc", 3),
        (1, "slab", 3),
    ]


@pytest.mark.parametrize(
    "words", [("add", "x"), ("rename", "disc", "x"), MERGE, ("delete", "disc", "--labels", "drop")]
)
def test_without_write_nothing_changes_and_with_it_everything_said_does(
    drawn: DrawnDataset, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    before = tree(drawn.root)
    code, out, err = run(capsys, drawn.root, *words)
    assert (code, "--write does it" in err) == (0, True)
    assert tree(drawn.root) == before
    assert not (drawn.root / ".ttylabel").exists()
    said: dict[str, Any] = json.loads(run(capsys, drawn.root, *words, "--json")[1])
    code, written, err = run(capsys, drawn.root, *words, "--write")
    assert (code, written) == (0, out)
    after = tree(drawn.root)
    assert {name for name in before if after[name] != before[name]} == {f["path"] for f in said["files"]}
    assert open_dataset(drawn.root).classes.names == tuple(said["new"])
    assert "What every file held before" in err


@pytest.mark.parametrize("after", range(5))
def test_cut_off_anywhere_the_same_command_ends_in_the_same_tree(
    make_dataset: Callable[..., DrawnDataset],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    after: int,
) -> None:
    whole, cut = make_dataset("whole", labelled=True), make_dataset("cut", labelled=True)
    assert run(capsys, whole.root, *MERGE, "--write")[0] == 0
    replace, left = atomic._replace, after

    def full(target: Path, data: bytes) -> None:
        nonlocal left
        if left == 0:
            raise OSError(28, "No space left on device")
        left -= 1
        replace(target, data)

    monkeypatch.setattr(atomic, "_replace", full)
    code, _, err = run(capsys, cut.root, *MERGE, "--write")
    assert (code, "no space left" in err) == (3, True)
    monkeypatch.setattr(atomic, "_replace", replace)
    if after:  # the plan is on disk
        assert "merge --write disc slab` finishes it" in open_dataset(cut.root).read_only_reason()
        assert run(capsys, cut.root, "add", "x", "--write")[0] == 2
        assert "finishes it" in run(capsys, cut.root, *MERGE)[2]
        assert "finishes it" in run(capsys, cut.root, "list")[2]
    assert run(capsys, cut.root, *MERGE, "--write")[0] == 0
    assert tree(cut.root) == tree(whole.root)
    assert open_dataset(cut.root).read_only_reason() == ""


def test_lines_that_a_merge_doubles_are_told(drawn: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    drawn.images[0].label_path.write_text("0 0.5 0.5 0.2 0.2\n1 0.5 0.5 0.2 0.2\n")
    _, out, err = run(capsys, drawn.root, *MERGE, "--json")
    assert json.loads(out)["doubled_lines"] == 1
    _, _, err = run(capsys, drawn.root, *MERGE, "--write")
    assert "1 lines in 1 files then say the same as another" in err
    assert "check PATH --fix" in err


def test_a_signal_stops_it_and_the_code_says_so(
    drawn: DrawnDataset, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = class_plan.write_checked

    def signalled(*args: Any, **options: Any) -> bool:
        os.kill(os.getpid(), 15)
        return write(*args, **options)

    monkeypatch.setattr(class_plan, "write_checked", signalled)
    assert run(capsys, drawn.root, *MERGE, "--write")[0] == 143
    assert unfinished(drawn.root)


def test_a_dataset_that_is_open_elsewhere_is_refused(
    drawn: DrawnDataset, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(drawn.root)
    with other_session(drawn.root):
        assert run(capsys, drawn.root, *MERGE, "--write")[0] == 4
        assert run(capsys, drawn.root, *MERGE)[0] == 0
    lock = drawn.root / ".ttylabel" / "runs" / "share-1-of-1.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        code, _, err = run(capsys, drawn.root, *MERGE, "--write")
        assert (code, "A run is labeling" in err) == (4, True)
    assert tree(drawn.root) == before
    assert run(capsys, drawn.root, *MERGE, "--write")[0] == 0


def test_a_part_of_a_dataset_means_all_of_it(drawn: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, drawn.images[0].path, *MERGE)
    assert (code, out.count("img_")) == (0, len(drawn.images))
    assert "whole dataset" in err


def test_labels_that_lie_elsewhere(
    drawn: DrawnDataset, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    (folder / "train").mkdir(parents=True)
    label = folder / "train" / drawn.images[0].label_path.name
    label.write_text("0 0.5 0.5 0.1 0.1\n1 0.5 0.5 0.2 0.2")
    code, _, err = run(capsys, drawn.root, *MERGE, "--write", "--labels-dir", str(folder))
    assert (code, "not among these labels" in err) == (2, True)
    for own in (drawn.root / "labels").rglob("*.txt"):
        own.unlink()
    assert run(capsys, drawn.root, *MERGE, "--write", "--labels-dir", str(folder))[0] == 0
    assert label.read_text() == "0 0.5 0.5 0.1 0.1\n0 0.5 0.5 0.2 0.2"
    assert open_dataset(drawn.root).classes.names == ("slab",)


def test_hostile_names_reach_no_terminal(drawn: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    (drawn.root / "data.yaml").write_text("train: images\nnames: [disc, slab, 'a\u202eb']\n")
    drawn.images[0].path.rename(drawn.root / "images" / "\x1b[31m.png")
    (drawn.root / "labels" / "\x1b[31m.txt").write_text("1 0.5 0.5 0.1 0.1\n")
    for words in (["list"], MERGE, ["rename", "a\u202eb", "x\u202ey"], ["delete", "\x1b[31m"]):
        said = "".join(run(capsys, drawn.root, *words)[1:])
        assert not set(said) & {"\x1b", "\u202e"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("delete", "disc"), 2),
        (("rename", "none", "x"), 2),
        (("merge", "disc"), 2),
        (("delete", "slab", "--labels", "keep"), 2),
    ],
)
def test_refused(
    drawn: DrawnDataset, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int
) -> None:
    before = tree(drawn.root)
    assert run(capsys, drawn.root, *words, *(() if "keep" in words else ("--write",)))[0] == code
    assert tree(drawn.root) == before
    assert not (drawn.root / ".ttylabel").exists()


def test_keypoints_are_for_viewing_only(drawn: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    with drawn.yaml.open("a") as file:
        file.write("kpt_shape: [17, 3]\n")
    code, _, err = run(capsys, drawn.root, *MERGE, "--write")
    assert (code, "pose dataset" in err) == (3, True)

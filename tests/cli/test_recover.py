"""`ttylabel recover`: list, write, put aside; never over what somebody else wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.test_recovery import plant
from datasets import DrawnDataset
from tui.cli.main import main
from tui.data import class_plan
from tui.data.journal_state import Kept, digest_of, step
from tui.types.instance import Instance
from tui.types.shapes import Box

NEW = Instance(1, Box(32, 24, 96, 72))
LINE = "1 0.200000 0.200000 0.200000 0.200000"


@pytest.fixture
def dataset(make_dataset: Callable[..., DrawnDataset]) -> DrawnDataset:
    return make_dataset(labelled=True)


def leave(dataset: DrawnDataset, index: int = 0, *, digest: str | None = None, **head: object) -> Path:
    image = dataset.images[index]
    known = digest_of(image.label_path.read_bytes()) if digest is None else digest
    return plant(
        dataset.root, dict(step(image.path, None, Kept(image.wh, known, (NEW,), (), ((),))) or {}), **head
    )


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leaving:
        main(["recover", *argv])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code, *capsys.readouterr()


def report(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = run(capsys, *argv, "--json")
    return code, json.loads(out)


def test_nothing_to_recover(dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, str(dataset.root)) == (0, "", "Nothing is unsaved\n")


def test_what_is_unsaved_is_listed_and_left_alone(
    dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]
) -> None:
    file = leave(dataset)
    before = dataset.images[0].label_path.read_bytes()
    code, out, err = run(capsys, str(dataset.root))
    assert code == 1
    assert str(dataset.images[0].path) in out
    assert LINE in out
    assert "--write" in err
    assert dataset.images[0].label_path.read_bytes() == before
    assert file.exists()


def test_writing_and_running_it_again(dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    leave(dataset)
    code, found = report(capsys, str(dataset.root), "--write")
    assert code == 0
    assert [(row["state"], row["lines"]) for row in found["images"]] == [("written", [LINE])]
    assert dataset.images[0].label_path.read_text() == f"{LINE}\n"
    assert run(capsys, str(dataset.root), "-q") == (0, "", "")


def test_b7_a_label_file_that_changed_is_not_overwritten(
    dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]
) -> None:
    leave(dataset, digest="0" * 32)
    before = dataset.images[0].label_path.read_bytes()
    code, out, err = run(capsys, str(dataset.root), "--write")
    assert code == 1
    assert out.startswith("changed")
    assert "both versions" in err
    assert dataset.images[0].label_path.read_bytes() == before


def test_what_cannot_be_written_is_said(dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    leave(dataset)
    mixed = Kept(
        (320, 240), digest_of(dataset.images[1].label_path.read_bytes()), (Instance(0, Box(5, 5, 5, 9)),)
    )
    plant(dataset.root, dict(step(dataset.images[1].path, None, mixed) or {}))
    code, found = report(capsys, str(dataset.root), "--write")
    states = {row["image"]: (row["state"], row["reason"]) for row in found["images"]}
    assert code == 3
    state, reason = states[str(dataset.images[1].path)]
    assert state == "failed"
    assert "no area" in reason
    assert states[str(dataset.images[0].path)] == ("written", "")


def test_discarding(dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    file = leave(dataset)
    code, found = report(capsys, str(dataset.root), "--discard")
    assert code == 0
    assert found["discarded"] == [str(file.parent / "discarded" / file.name)]
    assert not file.exists()


def test_b8_a_newer_programs_journal_is_exit_2_and_kept(
    dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]
) -> None:
    file = leave(dataset, v=99, program="9.9")
    code, _, err = run(capsys, str(dataset.root), "--write", "--discard")
    assert code == 2
    assert "version 9.9" in err
    assert file.exists()


def test_e4_hostile_names_print_no_control_byte(
    dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]
) -> None:
    image = dataset.images[0].path.with_name("a\x1b[2J\x07.png")
    dataset.images[0].path.rename(image)
    kept = Kept((320, 240), "", (Instance(0, Box(0, 0, 9, 9), "0 \x1b[31m"),), (), ((),))
    plant(dataset.root, dict(step(image, None, kept) or {}))
    _, out, err = run(capsys, str(dataset.root))
    assert "\x1b" not in out + err
    assert "\\x1b[2J" in out


def test_nothing_is_written_while_a_change_of_classes_is_cut_off(
    dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]
) -> None:
    leave(dataset)
    before = dataset.images[0].label_path.read_bytes()
    class_plan.begin(dataset.root, class_plan.Plan(("add", "x"), (), (), class_plan.Moves(), ()))
    code, _, err = run(capsys, str(dataset.root), "--write")
    assert code == 3
    assert "`ttylabel classes PATH add --write x` finishes it" in err
    assert dataset.images[0].label_path.read_bytes() == before

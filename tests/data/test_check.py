"""Checking label files: what is found, in which line, and what is left in peace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datasets import DrawnDataset, yolo_line
from tui.data.check import FIXES, Checked, Checker, Finding
from tui.data.dataset import open_dataset
from tui.errors import ImageError

BOX = "0 0.5 0.5 0.2 0.2"


@pytest.fixture
def made(make_dataset: Callable[..., DrawnDataset]) -> DrawnDataset:
    return make_dataset(labelled=True)


def checked(root: Path, labels_dir: Path | None = None, **options: Any) -> tuple[list[Finding], Checked]:
    dataset = open_dataset(root, labels_dir=labels_dir)
    checker = Checker(dataset, **options)
    found = [finding for image in dataset.list_images() for finding in checker.image(image)]
    return [*found, *checker.orphans()], checker.checked


def said(root: Path, **options: Any) -> list[tuple[int | None, str]]:
    return [(one.line, one.kind) for one in checked(root, **options)[0]]


def test_a_clean_dataset(made: DrawnDataset) -> None:
    made.images[1].label_path.write_text("\n")
    made.images[2].label_path.unlink()
    found, counts = checked(made.root)
    assert found == []
    assert counts == Checked(images=3, labelled=1, empty=1, unlabelled=1, objects=2)


def test_lines_are_named_by_their_number(made: DrawnDataset) -> None:
    lines = [
        "# a comment",
        BOX,
        "",
        "9 0.1 0.1 0.1 0.1",
        "0 0.50 0.5 0.2 0.2",
        "0 0.99 0.5 0.2 0.2",
        "1 0.2 0.2 0 0.1",
        "1 0.2 0.2 0.001 0.001",
        "0 0.501 0.5 0.2 0.2",
        "1 0.3 0.3 0.4 0.3 0.4 0.4",
        "1 0.3 0.3 0.4",
        "0 0.9 0.9 0.05 0.05 0.87",
    ]
    made.images[0].label_path.write_text("\r\n".join(lines))
    assert said(made.root) == [
        (1, "line"),
        (4, "class"),
        (5, "duplicate"),
        (6, "range"),
        (7, "degenerate"),
        (8, "tiny"),
        (9, "overlap"),
        (10, "mixed"),
        (11, "line"),
        (12, "line"),
    ]
    found, counts = checked(made.root)
    assert found[2].what.endswith("first in line 2")
    assert "line 2" in found[6].what
    assert counts.findings["line"] == 3
    assert counts.objects == 8 + 4


def test_a_byte_order_mark_and_files_that_are_no_text(made: DrawnDataset) -> None:
    made.images[0].label_path.write_text(BOX, encoding="utf-8-sig")
    made.images[1].label_path.write_text(BOX, encoding="utf-16")
    assert said(made.root) == [(1, "bom"), (None, "unreadable")]


def test_label_files_without_an_image(made: DrawnDataset) -> None:
    labels = made.images[0].label_path.parent
    made.images[1].path.unlink()
    (labels / "old").mkdir()
    (labels / "old" / "a.txt").write_text(BOX)
    (labels / "empty.txt").touch()
    (labels / "classes.txt").write_text("disc\nslab\n")
    (labels / "notes.txt").write_text("ask Ann\n")
    found, _ = checked(made.root)
    assert {one.kind for one in found} == {"orphan"}
    assert [one.file.name for one in found] == ["empty.txt", "img_001.txt", "a.txt"]


def test_labels_of_images_that_were_not_opened_are_no_orphans(made: DrawnDataset) -> None:
    upper = made.images[2].path
    upper.rename(upper.with_suffix(".PNG"))
    (made.root / "train.txt").write_text("images/train/img_000.png\nimages/train/img_001.png\n")
    made.yaml.write_text("train: train.txt\nnames: [disc, slab]\n")
    assert checked(made.root) == ([], Checked(images=2, labelled=2, objects=4))
    assert said(made.images[0].path) == []


def test_labels_elsewhere(made: DrawnDataset, tmp_path: Path) -> None:
    there = tmp_path / "mine" / "train"
    there.mkdir(parents=True)
    (there / "img_000.txt").write_text("7" + BOX[1:])
    (there / "gone.txt").write_text(BOX)
    assert said(made.root, labels_dir=tmp_path / "mine") == [(1, "class"), (None, "orphan")]


def test_two_images_with_one_label_file_are_said_once(made: DrawnDataset) -> None:
    made.images[0].label_path.write_text("7" + BOX[1:])
    made.images[0].path.with_suffix(".jpg").write_bytes(made.images[0].path.read_bytes())
    found, _ = checked(made.root)
    assert sorted(one.kind for one in found) == ["class", "shared"]
    shared = next(one for one in found if one.kind == "shared")
    assert shared.what == "img_000.jpg and img_000.png share it"


def test_images_are_opened_on_request_only(made: DrawnDataset) -> None:
    def opened(path: Path) -> None:
        if path == made.images[1].path:
            raise ImageError("img_001.png cannot be shown", "it ends early")

    assert said(made.root) == []
    found, _ = checked(made.root, open_image=opened)
    assert found == [
        Finding(made.images[1].path, None, "image", "img_001.png cannot be shown: it ends early")
    ]


def test_what_is_tiny_can_be_said(made: DrawnDataset) -> None:
    wh = made.images[0].wh
    made.images[0].label_path.write_text(yolo_line(0, (10, 10, 40, 40), wh))
    assert said(made.root, tiny=0.02) == [(1, "tiny")]


def test_nothing_is_changed(made: DrawnDataset) -> None:
    made.images[0].label_path.write_text(f"{BOX}\n{BOX}\n# x")
    before = {path: path.read_bytes() for path in made.root.rglob("*") if path.is_file()}
    assert len(said(made.root)) == 2
    assert {path: path.read_bytes() for path in made.root.rglob("*") if path.is_file()} == before


def test_what_can_be_mended_is_said(made: DrawnDataset) -> None:
    made.images[0].label_path.write_text(f"\ufeff9{BOX[1:]}\n0 0.99 0.5 0.2 0.2\n9{BOX[1:]}\n# x\n")
    found, counts = checked(made.root)
    assert [(one.line, one.kind, one.mend) for one in found] == [
        (1, "bom", "taken off"),
        (1, "class", ""),
        (2, "range", "cut at the image's border"),
        (3, "duplicate", "deleted, line 1 stays"),
        (3, "class", "deleted, line 1 stays"),
        (4, "line", ""),
    ]
    assert counts.safe == 4


def test_every_kind_has_a_next_step() -> None:
    assert all(Finding(Path("a"), 1, kind, "x").fix for kind in FIXES)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("yolo_detect_coco8", []),
        ("yolo_segment_coco8seg", []),
        ("yolo_segment_pothole", []),
        ("yolo_obb_dota8", [(4, "range")]),
        ("datumaro/yolo_dataset", [(None, "orphan")]),
        ("datumaro/roboflow_dataset/yolo", []),
    ],
)
def test_foreign_datasets(shared: Path, name: str, expected: list[tuple[int | None, str]]) -> None:
    assert said(shared / "data" / "formats" / name) == expected

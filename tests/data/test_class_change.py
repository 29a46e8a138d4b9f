"""What a change of classes means for each file of a dataset, and for where labels came from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.test_recovery import plant
from datasets import DrawnDataset
from tui.data import class_change
from tui.data.class_plan import Moves
from tui.data.dataset import open_dataset
from tui.data.formats.yolo import parse_labels
from tui.data.formats.yolo_ids import renumbered
from tui.data.journal_state import Kept, digest_of, step
from tui.data.recovery import find
from tui.data.sidecar import sidecar_of
from tui.data.sidecar_records import Origin, line_digest
from tui.errors import LabelFileError, UsageError
from tui.types.instance import Instance
from tui.types.shapes import Box


@pytest.fixture
def drawn(make_dataset: Callable[..., DrawnDataset]) -> DrawnDataset:
    return make_dataset(labelled=True)


def test_merging_moves_lines_and_the_list(drawn: DrawnDataset) -> None:
    plan = class_change.merge(open_dataset(drawn.root), ["disc"], "slab")
    assert plan.new == ("slab",)
    assert (plan.lines, plan.label_files) == (3, 3)  # the other three say 0 already
    assert [file.path for file in plan.files if file.is_list] == ["data.yaml"]
    for file in plan.files[:-1]:
        lines = (file.before or b"").decode().splitlines()
        assert file.after.decode().splitlines() == [f"0{line[1:]}" for line in lines]
        assert [(drawn.root / image).is_file() for image in file.images] == [True]


def test_lines_that_say_the_same_after_a_merge_are_counted(drawn: DrawnDataset) -> None:
    box = "0.5 0.5 0.2 0.2"
    drawn.images[0].label_path.write_text(f"0 {box}\n1 {box}\n0 {box}\n")  # the third stood twice before
    plan = class_change.merge(open_dataset(drawn.root), ["disc"], "slab")
    assert class_change.doubled(plan) == (1, 1)
    assert class_change.doubled(class_change.rename(open_dataset(drawn.root), "disc", "ring")) == (0, 0)


def test_other_lists_follow_where_they_agree(drawn: DrawnDataset) -> None:
    (drawn.root / "classes.txt").write_text("disc\nslab\n")
    (drawn.root / "labels" / "classes.txt").write_text("something else\n")
    plan = class_change.rename(open_dataset(drawn.root), "disc", "ring")
    assert {file.path: file.after for file in plan.files if file.path == "classes.txt"} == {
        "classes.txt": b"ring\nslab\n"
    }
    assert [file.path for file in plan.files] == ["data.yaml", "classes.txt"]


def test_label_files_without_image_and_of_other_splits_follow(drawn: DrawnDataset) -> None:
    for name in ("train/gone.txt", "test/1.txt"):
        path = drawn.root / "labels" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("1 0.5 0.5 0.1 0.1\n")
    plan = class_change.merge(open_dataset(drawn.root), ["disc"], "slab")
    assert {"labels/train/gone.txt", "labels/test/1.txt"} < {file.path for file in plan.files}


def test_a_file_that_two_names_lead_to_is_changed_once(drawn: DrawnDataset) -> None:
    folder = drawn.images[0].label_path.parent
    (folder.parent / "again").symlink_to(folder)
    (drawn.root / "images" / "again").symlink_to(drawn.images[0].path.parent)
    (drawn.root / "data.yaml").write_text("train: images\nnames: [disc, slab]\n")
    plan = class_change.merge(open_dataset(drawn.root), ["disc"], "slab")
    assert plan.label_files == len(drawn.images)


def test_deleting_with_instances_needs_a_word(drawn: DrawnDataset) -> None:
    dataset = open_dataset(drawn.root)
    with pytest.raises(UsageError, match="it has 3 instances in 3 label files"):
        class_change.delete(dataset, "disc", drop=False)
    plan = class_change.delete(dataset, "disc", drop=True)
    assert class_change.dropped(plan) == (3, 3)
    assert all(file.after.startswith(b"0 ") for file in plan.files[:-1])


def test_lines_that_are_not_understood_stop_only_what_would_change_them(drawn: DrawnDataset) -> None:
    path = drawn.images[1].label_path
    path.write_bytes(path.read_bytes() + b"1 0.5 0.5 0.1 0.1 0.99\n")
    dataset = open_dataset(drawn.root)
    with pytest.raises(LabelFileError, match=rf"{path.name} line 3 names class 1: 6 columns"):
        class_change.merge(dataset, ["disc"], "slab")
    assert class_change.rename(dataset, "slab", "bar").lines == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: class_change.add(d, " slab "), "in the list already"),
        (lambda d: class_change.add(d, "a\nb"), "control characters"),
        (lambda d: class_change.rename(d, "disc", "slab"), "in the list already"),
        (lambda d: class_change.rename(d, "no", "x"), "no class 'no'. The classes are disc, slab"),
        (lambda d: class_change.merge(d, ["slab", "disc"], "disc"), "into itself"),
    ],
)
def test_refused(drawn: DrawnDataset, change: Callable[..., object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        change(open_dataset(drawn.root))


def test_counts_name_what_is_beyond_the_list(drawn: DrawnDataset) -> None:
    drawn.images[0].label_path.write_text("7 0.5 0.5 0.1 0.1\n" * 2 + "1 7\n# 1\n")
    drawn.images[1].label_path.write_bytes(b"\0")
    rows, odd, unreadable = class_change.counts(open_dataset(drawn.root))
    assert [(row.class_id, row.instances, row.images, row.listed) for row in rows] == [
        (0, 1, 1, True),
        (1, 1, 1, True),
        (7, 2, 1, False),
    ]
    assert (odd, len(unreadable)) == (1, 1)


def test_where_a_label_came_from_follows_it(drawn: DrawnDataset) -> None:
    dataset = open_dataset(drawn.root)
    image, lines = drawn.images[0].path, drawn.images[0].label_lines()
    sidecar = sidecar_of(dataset)
    sidecar.update(image, objects=2, origins=[Origin(line_digest(line), source="m") for line in lines])
    plan = class_change.delete(dataset, "disc", drop=True)
    for _ in range(2):
        class_change.carry_origins(sidecar, dataset.root, plan, plan.files[0])
        record = sidecar.record(image)
        assert [origin.line for origin in record.origins] == [line_digest(f"0{lines[1][1:]}")]
        assert record.image.objects == 1


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from("12")), max_size=6),
    st.sampled_from([Moves((0,)), Moves((1,), 0), Moves((0, 2), 3), Moves((0,), 3)]),
)
def test_carrying_twice_is_carrying_once(content: list[tuple[int, str]], moves: Moves) -> None:
    data = "".join(f"{class_id} 0.5 0.5 0.1 0.{size}\n" for class_id, size in content).encode()
    pairs = [(line.text, new) for line, new in renumbered(parse_labels(Path("x"), data, (1, 1)), moves)]
    origins = tuple(Origin(line_digest(line), source=f"m{i}") for i, (line, _) in enumerate(pairs))
    once = class_change.carried(origins, pairs)
    wanted = [line_digest(new) for _, new in pairs if new is not None]
    assert sorted(origin.line for origin in once) == sorted(wanted)
    assert class_change.carried(once, pairs) == once


def test_unsaved_labels_of_a_dead_session_come_first(drawn: DrawnDataset) -> None:
    dataset = open_dataset(drawn.root)
    assert class_change.waiting(dataset) == ""
    image = drawn.images[0]
    known = digest_of(image.label_path.read_bytes())
    kept = Kept(image.wh, known, (Instance(1, Box(32, 24, 96, 72)),), (), ((),))
    plant(drawn.root, dict(step(image.path, None, kept) or {}))
    assert "ttylabel recover" in class_change.waiting(dataset)
    assert class_change.put_histories_aside(dataset) == 1
    assert find(drawn.root) == []

"""Counting a whole dataset: bins, splits, and samples that are the same in every run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from datasets import DrawnDataset
from tui.data.dataset import open_dataset
from tui.data.statistics import NUMBERS, SIDES, Sample, Sampler, Statistics, number_names, side_names


def counted(root: Path) -> Statistics:
    dataset = open_dataset(root)
    found = Statistics(dataset)
    for image, source in dataset.stream():
        found.take(image, source)
    return found


def test_everything_is_counted_once(make_dataset: Callable[..., DrawnDataset]) -> None:
    made = make_dataset(count=5, labelled=True)  # train and val are the same folder
    made.images[1].label_path.write_text("")
    made.images[2].label_path.unlink()
    made.images[3].label_path.write_bytes(b"\xff\xfe0")
    made.images[4].label_path.write_text("1 0.5 0.5 0.3 0.3\n1 0.5 0.5 0.004 0.004\n# x\n")
    found = counted(made.root)
    tally = found.tally
    assert (tally.seen, tally.labelled, tally.empty, tally.unlabelled, tally.unreadable) == (5, 2, 1, 1, 1)
    assert found.images_with == {0: 1, 1: 2}
    assert found.not_understood == 1
    assert dict(zip(number_names(), found.numbers, strict=True))["2"] == 2
    assert sum(found.numbers) == 3
    sides = dict(zip(side_names(), found.sides, strict=True))
    assert (sides["0–1 %"], sides["20–50 %"], sum(found.sides)) == (1, 3, 4)
    assert {name: (split.images, split.labelled) for name, split in found.splits.items()} == {"train": (5, 3)}
    assert found.splits["train"].by_class == {0: 1, 1: 3}
    assert {Path(sample.image).name for sample in found.pictures.samples} == {"img_000.png", "img_004.png"}
    assert {class_id: len(sampler.samples) for class_id, sampler in found.crops.items()} == {0: 1, 1: 3}


def test_splits_are_told_by_folders_lists_and_sources(make_dataset: Callable[..., DrawnDataset]) -> None:
    made = make_dataset(count=4)
    (made.root / "images" / "val").mkdir()
    made.images[0].path.rename(made.root / "images" / "val" / "a.png")
    made.yaml.write_text("train: images/train\nval: images/val\nnames: [disc]\n")
    assert {name: split.images for name, split in counted(made.root).splits.items()} == {"train": 3, "val": 1}
    (made.root / "images" / "train").rename(made.root / "pictures")
    (made.root / "some.txt").write_text("images/val/a.png\n")
    made.yaml.write_text("train: pictures\nval: some.txt\nnames: [disc]\n")
    assert set(counted(made.root).splits) == {"pictures", "val"}
    made.yaml.unlink()
    assert set(counted(made.root / "pictures").splits) == {"all"}


@given(st.permutations(range(30)))
def test_samples_do_not_depend_on_the_order(order: list[int]) -> None:
    sampler = Sampler(5)
    for digest in order:
        if sampler.worth(digest):
            sampler.offer(digest, Sample(digest, str(digest)))
    assert [sample.digest for sample in sampler.samples] == [0, 1, 2, 3, 4]


def test_bins_have_names() -> None:
    assert len(side_names()) == len(SIDES)
    assert len(number_names()) == len(NUMBERS)
    assert number_names()[5:8] == ["5", "6–10", "11–20"]

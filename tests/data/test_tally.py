"""Counts over label files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from datasets import DrawnDataset
from tui.data.dataset import open_dataset
from tui.data.tally import Tally, tally


def test_every_kind_of_image_is_counted(make_dataset: Callable[..., DrawnDataset]) -> None:
    made = make_dataset(count=5, labelled=True)
    made.images[1].label_path.write_text("")
    made.images[2].label_path.unlink()
    made.images[3].label_path.write_bytes("0 0.5 0.5 0.1 0.1\n".encode("utf-16"))
    dataset = open_dataset(made.root)
    found = tally(dataset, dataset.list_images(), lambda _: True)
    assert (found.seen, found.labelled, found.empty, found.unlabelled, found.unreadable) == (5, 2, 1, 1, 1)
    assert found.by_class == Counter({0: 2, 1: 2})
    assert found.instances == 4
    width, height = found.sizes[0]
    x0, y0, x1, y1 = made.images[0].box(0)
    assert abs(width - (x1 - x0) / 320) < 1e-5
    assert abs(height - (y1 - y0) / 240) < 1e-5


def test_it_can_be_ended(dataset: DrawnDataset) -> None:
    opened = open_dataset(dataset.root)
    asked: list[int] = []

    def stop(so_far: Tally) -> bool:
        asked.append(so_far.seen)
        return False

    many = opened.list_images() * 400
    assert tally(opened, many, stop).seen == 500
    assert asked == [500]

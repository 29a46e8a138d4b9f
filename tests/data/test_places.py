"""Where a person stopped is remembered beside the dataset, never in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from datasets import DrawnDataset
from tui.config import state_dir
from tui.data.dataset import open_dataset
from tui.data.places import image_of, place_file, read_place, write_place
from tui.types.place import Place
from tui.types.shapes import Box


def test_a_place_comes_back_and_the_dataset_is_untouched(dataset: DrawnDataset) -> None:
    opened = open_dataset(dataset.root)
    before = sorted(dataset.root.rglob("*"))
    path = dataset.images[1].path
    place = Place(
        path.relative_to(opened.image_root).as_posix(), (320, 240), "slab", Box(10, 20, 110, 95), (50.5, 60)
    )
    assert read_place(opened) is None
    assert write_place(opened, place)
    assert read_place(open_dataset(dataset.root)) == place
    assert image_of(opened, place) == path
    assert sorted(dataset.root.rglob("*")) == before
    assert place_file(opened).is_relative_to(state_dir())


def test_a_folder_and_an_image_of_it_are_remembered_apart(dataset: DrawnDataset) -> None:
    whole, one = open_dataset(dataset.root), open_dataset(dataset.images[0].path)
    write_place(whole, Place("images/x.png", (1, 1)))
    assert place_file(whole) != place_file(one)
    assert read_place(one) is None


def test_a_place_whose_image_is_gone_is_none(make_dataset: Callable[..., DrawnDataset]) -> None:
    made = make_dataset()
    opened = open_dataset(made.root)
    path = made.images[1].path
    write_place(opened, Place(path.relative_to(opened.image_root).as_posix(), (320, 240)))
    path.unlink()
    assert read_place(opened) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"image": 3, "image_wh": [1, 1], "cursor": [0, 0]}',
        '{"image": "a.png", "image_wh": [0, 1], "cursor": [0, 0]}',
        '{"image": "a.png", "image_wh": [1, 1], "cursor": [NaN, 0]}',
        '{"image": "a\\u0000.png", "image_wh": [1, 1], "cursor": [0, 0]}',
        "[" * 10_000,
    ],
)
def test_what_is_no_place_is_forgotten(dataset: DrawnDataset, text: str) -> None:
    opened = open_dataset(dataset.root)
    file = place_file(opened)
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert read_place(opened) is None


def test_a_view_that_is_none_is_left_out(dataset: DrawnDataset) -> None:
    opened = open_dataset(dataset.root)
    name = dataset.images[0].path.relative_to(opened.image_root).as_posix()
    file = place_file(opened)
    file.parent.mkdir(parents=True)
    file.write_text(f'{{"image": "{name}", "image_wh": [320, 240], "view": [9, 9, 1, 1], "cursor": [4, 5]}}')
    assert read_place(opened) == Place(name, (320, 240), cursor=(4.0, 5.0))


def test_a_disk_that_takes_nothing_costs_only_the_memory(dataset: DrawnDataset) -> None:
    opened = open_dataset(dataset.root)
    place_file(opened).parent.parent.mkdir(parents=True)
    place_file(opened).parent.write_text("in the way")
    assert not write_place(opened, Place("a.png", (1, 1)))

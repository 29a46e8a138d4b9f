"""The dataset as the app uses it."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from datasets import DrawnDataset
from tui.app.library import Library
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.errors import ConflictError, ImageError
from tui.types.instance import Instance
from tui.types.shapes import Box


def library(place: DrawnDataset | Path) -> Library:
    root = place.root if isinstance(place, DrawnDataset) else place
    return Library(open_dataset(root), Config())


def test_one_image_at_once_all_after_listing(dataset: DrawnDataset) -> None:
    opened = library(dataset)
    assert len(opened) == 1
    first = opened.path(0)
    opened.list_all()
    assert [opened.path(i) for i in range(len(opened))] == [image.path for image in dataset.images]
    assert opened.index(first) == 0
    assert opened.index(Path("/elsewhere.jpg")) is None


def test_find_by_number_and_name(dataset: DrawnDataset) -> None:
    opened = library(dataset)
    opened.list_all()
    assert opened.find("2") == 1
    assert opened.find("IMG_002") == 2
    assert opened.find("001") == 1
    assert opened.find("4") is None
    assert opened.find("nothing") is None


def test_pictures_are_decoded_once(dataset: DrawnDataset) -> None:
    opened = library(dataset)
    path = dataset.images[0].path
    assert opened.picture(path) is opened.picture(path)
    assert opened.picture(path).rgb.shape == dataset.images[0].rgb.shape


def test_old_pictures_are_dropped(dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.app.library._PICTURE_BYTES", 300_000)
    opened = library(dataset)
    first = opened.picture(dataset.images[0].path)
    opened.picture(dataset.images[1].path)
    assert opened.picture(dataset.images[0].path) is not first


def test_identity_changes_with_the_file(dataset: DrawnDataset) -> None:
    opened = library(dataset)
    path = dataset.images[0].path
    before = opened.identity(path)
    path.write_bytes(path.read_bytes() + b"x")
    assert opened.identity(path) != before


def test_load_save_load(make_dataset: Callable[..., DrawnDataset]) -> None:
    dataset = make_dataset(labelled=True)
    opened = library(dataset)
    path, label = dataset.images[0].path, dataset.images[0].label_path
    loaded = opened.load(path)
    assert loaded.has_file
    assert not loaded.blocked
    before = label.read_text()
    new = Instance(1, Box(10, 20, 40.5, 60))
    saved = opened.save(path, (*loaded.instances, new))
    assert label.read_text().startswith(before)
    assert [i.shape for i in saved] == [*(i.shape for i in loaded.instances), new.shape]
    assert saved[-1].source == label.read_text().splitlines()[-1]
    again = opened.save(path, saved[1:])
    assert label.read_text().splitlines() == [i.source for i in again]


def test_a11_saving_without_an_edit_touches_nothing(make_dataset: Callable[..., DrawnDataset]) -> None:
    dataset = make_dataset(labelled=True)
    opened = library(dataset)
    image = dataset.images[0]
    before = image.label_path.stat()
    opened.save(image.path, opened.load(image.path).instances)
    after = image.label_path.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_c2_a_file_changed_underneath_is_not_overwritten(make_dataset: Callable[..., DrawnDataset]) -> None:
    dataset = make_dataset(labelled=True)
    opened = library(dataset)
    image = dataset.images[0]
    loaded = opened.load(image.path)
    image.label_path.write_text("1 0.5 0.5 0.25 0.25\n")
    with pytest.raises(ConflictError):
        opened.save(image.path, loaded.instances[:1])
    assert image.label_path.read_text() == "1 0.5 0.5 0.25 0.25\n"


def test_unknown_lines_are_said_and_kept(make_dataset: Callable[..., DrawnDataset]) -> None:
    dataset = make_dataset(labelled=True)
    image = dataset.images[0]
    text = "# by hand\n" + image.label_path.read_text() + "cat 1 2 3 4\n"
    image.label_path.write_text(text)
    opened = library(dataset)
    loaded = opened.load(image.path)
    assert image.label_path.name in loaded.warning
    assert "1 more" in loaded.warning
    opened.save(image.path, (replace(loaded.instances[0], class_id=1, source=None), *loaded.instances[1:]))
    lines = image.label_path.read_text().splitlines()
    assert lines[0] == "# by hand"
    assert lines[-1] == "cat 1 2 3 4"
    assert lines[1].startswith("1 ")


def test_unreadable_labels_block_but_the_image_is_there(make_dataset: Callable[..., DrawnDataset]) -> None:
    dataset = make_dataset(labelled=True)
    image = dataset.images[0]
    image.label_path.write_bytes("0 0.5 0.5 0.1 0.1\n".encode("utf-16"))
    loaded = library(dataset).load(image.path)
    assert loaded.blocked
    assert loaded.instances == ()
    assert loaded.picture.wh == image.wh


def test_a_damaged_image_is_an_error(dataset: DrawnDataset) -> None:
    dataset.images[0].path.write_bytes(b"nothing")
    with pytest.raises(ImageError):
        library(dataset).load(dataset.images[0].path)


def test_e6_images_that_share_a_label_file_are_named(dataset: DrawnDataset) -> None:
    twin = dataset.images[0].path.with_suffix(".jpg")
    twin.write_bytes(dataset.images[0].path.read_bytes())
    opened = library(dataset)
    opened.list_all()
    (warning,) = opened.listing_warnings()
    assert twin.name in warning
    assert dataset.images[0].path.name in warning


def test_stale_trainer_cache_is_said_once(make_dataset: Callable[..., DrawnDataset]) -> None:
    dataset = make_dataset(labelled=True)
    image = dataset.images[0]
    cache = image.label_path.parent.with_suffix(".cache")
    cache.write_bytes(b"old")
    opened = library(dataset)
    loaded = opened.load(image.path)
    opened.save(image.path, loaded.instances)
    assert opened.stale_cache_warning() == ""
    opened.save(image.path, loaded.instances[:1])
    assert str(cache) in opened.stale_cache_warning()
    opened.save(image.path, ())
    assert opened.stale_cache_warning() == ""
    assert cache.read_bytes() == b"old"


def test_a19_leftovers_of_dead_saves_are_swept(make_dataset: Callable[..., DrawnDataset]) -> None:
    dataset = make_dataset(labelled=True)
    label = dataset.images[0].label_path
    host = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
    leftover = label.with_name(f".{label.name}.999999999.{host}0123abcd.tmp")
    leftover.write_bytes(b"half")
    library(dataset).sweep()
    assert label.exists()
    assert not leftover.exists()

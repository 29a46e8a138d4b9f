"""Pictures of labels as files: where they go, when they are made again, and what is never replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from datasets import DrawnDataset
from tui.batch import pictures
from tui.batch.pictures import Drawer, Drawn, Look, prepare
from tui.data.dataset import open_dataset
from tui.data.sidecar import sidecar_of
from tui.data.sidecar_records import Origin, line_digest
from tui.errors import SaveError, UsageError
from tui.render.scene import Rgb
from tui.session.review import parse_filter

PINK: Rgb = (255, 0, 255)


def pink(class_id: int) -> Rgb:
    return PINK


@pytest.fixture
def made(make_dataset: Callable[..., DrawnDataset]) -> DrawnDataset:
    return make_dataset(labelled=True)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def drawer(made: DrawnDataset, out: Path, words: str = "", **look: Any) -> Drawer:
    dataset = open_dataset(made.root)
    wanted = parse_filter(f"all {words}", dataset.classes.names) if words else None
    sidecar = sidecar_of(dataset, read_only=True)
    return Drawer(dataset, sidecar, out, replace(Look(pink), **look), wanted)


def every(made: DrawnDataset, out: Path, words: str = "", **look: Any) -> list[Drawn]:
    one = drawer(made, out, words, **look)
    return [one.draw(image.path) for image in made.images]


def pixels(path: Path) -> np.ndarray:
    shown = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    return shown[..., ::-1]


def names(out: Path) -> list[str]:
    return sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())


def test_photos_with_their_labels(made: DrawnDataset, out: Path) -> None:
    made.images[1].label_path.unlink()
    found = every(made, out, suffix=".png", captions=False)
    assert [one.outcome for one in found] == ["made", "nothing", "made"]
    assert names(out) == ["train/img_000.png", "train/img_002.png"]
    rows, columns = np.nonzero((pixels(out / "train/img_000.png") == PINK).all(axis=2))
    x0, _, x1, _ = made.images[0].box(0)
    assert abs(columns.min() - x0) <= 2
    assert rows.size > 0
    assert x1 > x0


def test_crops_by_class(made: DrawnDataset, out: Path) -> None:
    every(made, out, crops=True)
    assert names(out)[:3] == [
        "disc/train/img_000.png-1.jpg",
        "disc/train/img_001.png-1.jpg",
        "disc/train/img_002.png-1.jpg",
    ]
    assert len(names(out)) == 6
    x0, y0, x1, y1 = made.images[0].box(1)
    crop = pixels(out / "slab/train/img_000.png-2.jpg")
    assert crop.shape == (y1 - y0, x1 - x0, 3)
    assert crop[..., 2].mean() > 180  # the slab is blue
    wider = every(made, out, crops=True, margin=0.5)
    assert [one.written for one in wider] == [2, 2, 2]
    assert pixels(out / "slab/train/img_000.png-2.jpg").shape > crop.shape


def test_only_what_changed_is_made_again(
    made: DrawnDataset, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every(made, out)
    read: list[Path] = []
    reader = pictures.read_image
    monkeypatch.setattr(pictures, "read_image", lambda path, **o: (read.append(path), reader(path, **o))[1])
    assert [one.outcome for one in every(made, out)] == ["current"] * 3
    assert read == []
    first, second, third = made.images
    first.label_path.write_text(first.label_lines()[0])
    third.path.write_bytes(second.path.read_bytes())
    (out / "train" / "img_001.png.jpg").unlink()
    assert [one.outcome for one in every(made, out)] == ["made"] * 3
    assert [one.outcome for one in every(made, out)] == ["current"] * 3
    assert [one.outcome for one in every(made, out, side=64)] == ["made"] * 3
    made.yaml.write_text(made.yaml.read_text().replace("slab", "plate"))
    assert [one.outcome for one in every(made, out, side=64)] == ["current", "made", "made"]


def test_files_of_others_and_links_are_left(made: DrawnDataset, out: Path, tmp_path: Path) -> None:
    theirs = out / "train" / "img_000.png.jpg"
    theirs.parent.mkdir()
    theirs.write_bytes(made.images[0].path.read_bytes())
    there = tmp_path / "there.jpg"
    (out / "train" / "img_001.png.jpg").symlink_to(there)
    before = theirs.read_bytes()
    found = every(made, out)
    assert [one.outcome for one in found] == ["failed", "failed", "made"]
    assert "another file" in found[0].reason
    assert theirs.read_bytes() == before
    assert not there.exists()


def test_what_cannot_be_drawn_is_said(made: DrawnDataset, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made.images[0].path.write_bytes(b"no image")
    made.images[1].label_path.write_bytes(b"\0")
    found = every(made, out)
    assert [one.outcome for one in found] == ["failed", "failed", "made"]
    assert all(one.reason for one in found[:2])

    def full(*args: object, **options: Any) -> None:
        raise SaveError("Not saved", "no space left") from OSError(28, "No space left on device")

    monkeypatch.setattr(pictures, "write_atomic", full)
    made.images[2].label_path.write_text("0 0.5 0.5 0.1 0.1")
    with pytest.raises(SaveError, match="no space"):
        every(made, out)


def test_a_filter_leaves_objects_out(made: DrawnDataset, out: Path) -> None:
    sidecar = sidecar_of(open_dataset(made.root))
    first = made.images[0]
    lines = first.label_lines()
    origins = [
        Origin(line_digest(lines[0]), source="yolo", score=0.3, accepted=True),
        Origin(line_digest(lines[1]), source="yolo", score=0.9),
    ]
    sidecar.update(first.path, state="accepted", origins=origins)
    assert [one.files for one in every(made, out, "class:slab", crops=True)] == [1, 1, 1]
    assert {name.split("/")[0] for name in names(out)} == {"slab"}
    assert [one.files for one in every(made, out, "score<0.5", crops=True)] == [1, 0, 0]
    assert "disc/train/img_000.png-1.jpg" in names(out)
    assert [one.files for one in every(made, out, "state:accepted")] == [1, 0, 0]


def test_hostile_class_names_stay_in_the_folder(made: DrawnDataset, out: Path) -> None:
    made.yaml.write_text("train: images/train\nnames: ['../../x', 'a/b']\n")
    made.images[0].label_path.write_text("0 0.5 0.5 0.1 0.1\n7 0.5 0.5 0.1 0.1\n-1 0.2 0.5 0.1 0.1\n")
    drawer(made, out, crops=True).draw(made.images[0].path)
    assert {name.split("/")[0] for name in names(out)} == {"_.._x-0", "class 7", "class -1"}


def test_places_inside_and_around_the_dataset_are_refused(made: DrawnDataset, tmp_path: Path) -> None:
    dataset = open_dataset(made.root)
    link = tmp_path / "link"
    link.symlink_to(made.root / "images")
    for place in (made.root / "out", made.root, tmp_path, link, made.root / "labels" / ".." / "x"):
        with pytest.raises(UsageError, match="in one another"):
            prepare(place, dataset)
    assert not (made.root / "out").exists()
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="no folder"):
        prepare(tmp_path / "file", dataset)
    with pytest.raises(SaveError):
        prepare(tmp_path / "file" / "below", dataset)
    assert prepare(tmp_path / "new" / "out", dataset).is_dir()

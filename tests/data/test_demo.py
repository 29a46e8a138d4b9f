"""The demo dataset."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.data import demo
from tui.data.dataset import open_dataset
from tui.data.image import read_image
from tui.errors import SaveError, UsageError


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pictures: the layout is the same."""
    monkeypatch.setattr(demo, "_SIZE_HW", (120, 180))


@pytest.mark.usefixtures("small")
def test_demo_is_a_dataset_with_exact_masks(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    demo.write_demo(tmp_path / "demo", lambda done, total: steps.append((done, total)))
    dataset = open_dataset(tmp_path / "demo")
    images = dataset.list_images()
    assert [done for done, _ in steps] == list(range(len(images) + 1))
    assert dataset.classes.names == demo.CLASSES
    for image in images:
        picture = read_image(image, max_bytes=10**8, max_pixels=10**8)
        truth = demo.read_truth(image)
        assert truth
        for class_id, mask in truth:
            assert mask.shape == picture.rgb.shape[:2]
            assert mask.any()
            assert 0 <= class_id < len(demo.CLASSES)
        assert not dataset.label_path(image).exists()


@pytest.mark.usefixtures("small")
def test_existing_demo_is_left_as_it_is(tmp_path: Path) -> None:
    demo.write_demo(tmp_path, lambda *_: None)
    label = tmp_path / "labels" / "mine.txt"
    label.parent.mkdir()
    label.write_text("0 0.5 0.5 0.1 0.1\n")
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    demo.write_demo(tmp_path, lambda *_: None)
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        demo.write_demo(tmp_path, lambda *_: None)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SaveError, match="Cannot write the demo"):
        demo.write_demo(tmp_path / "file" / "demo", lambda *_: None)

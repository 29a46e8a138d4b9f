"""Mended label files: what they held is kept, records come first, and what changed meanwhile is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datasets import DrawnDataset
from tui.data import mender
from tui.data.check import Checker, Finding
from tui.data.dataset import Dataset, open_dataset
from tui.data.mender import FileMender
from tui.data.sidecar import Sidecar, sidecar_of
from tui.data.sidecar_records import Origin, line_digest
from tui.errors import SaveError

BOX = "0 0.5 0.5 0.2 0.2"


@pytest.fixture
def made(make_dataset: Callable[..., DrawnDataset]) -> DrawnDataset:
    made = make_dataset(labelled=True)
    made.images[1].label_path.write_text(f"{BOX}\n{BOX}\n9{BOX[1:]}\n")
    return made


def mended(root: Path) -> tuple[list[Finding], FileMender, Checker]:
    dataset = open_dataset(root)
    files = FileMender(dataset, sidecar_of(dataset), stamp="now")
    checker = Checker(dataset, mender=files)
    return [one for image in dataset.list_images() for one in checker.image(image)], files, checker


def test_what_was_is_kept_and_what_is_left_is_told(made: DrawnDataset) -> None:
    label = made.images[1].label_path
    before, others = label.read_bytes(), [made.images[i].label_path.stat().st_mtime_ns for i in (0, 2)]
    cache = label.parent.with_suffix(".cache")
    cache.touch()
    found, files, checker = mended(made.root)
    assert [(one.kind, one.line, one.mended) for one in found] == [
        ("duplicate", 2, True),
        ("class", 2, False),
    ]
    assert label.read_text() == f"{BOX}\n9{BOX[1:]}\n"
    assert (files.kept / label.relative_to(made.root)).read_bytes() == before
    assert files.kept.is_relative_to(made.root / ".ttylabel" / "mended")
    assert (files.files, list(files.caches), files.problems) == (1, [cache], [])
    assert others == [made.images[i].label_path.stat().st_mtime_ns for i in (0, 2)]
    assert (checker.checked.mended, checker.checked.findings, checker.checked.objects) == (
        {"duplicate": 1},
        {"class": 1},
        6,
    )


def test_records_follow_and_a_save_that_fails_leaves_them_usable(
    made: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    sidecar, image = sidecar_of(open_dataset(made.root)), made.images[1].path
    out, cut = "0 0.95 0.5 0.2 0.2", "0 0.925000 0.500000 0.150000 0.200000"
    made.images[1].label_path.write_text(f"{out}\n")
    sidecar.update(image, state="proposed", objects=1, origins=[Origin(line_digest(out), source="yolo")])
    write = mender.write_checked

    def full(path: Path, data: bytes, **options: Any) -> bool:
        if path == made.images[1].label_path:
            raise SaveError("Not saved", "no space left") from OSError(28, "No space left on device")
        return write(path, data, **options)

    monkeypatch.setattr(mender, "write_checked", full)
    with pytest.raises(SaveError, match="no space"):
        mended(made.root)
    assert {one.line for one in sidecar.record(image).origins} >= {line_digest(out)}
    monkeypatch.setattr(mender, "write_checked", write)
    mended(made.root)
    assert made.images[1].label_path.read_text() == f"{cut}\n"
    record = sidecar.record(image)
    assert line_digest(cut) in {one.line for one in record.origins}
    assert (record.image.state, record.image.objects) == ("proposed", 1)


def test_c2_a_file_that_changed_meanwhile_is_left(
    made: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    label, record = made.images[1].label_path, Sidecar.record

    def meanwhile(sidecar: Sidecar, image: Path) -> object:
        label.write_text("1 0.1 0.1 0.1 0.1\n")
        return record(sidecar, image)

    monkeypatch.setattr(Sidecar, "record", meanwhile)
    found, files, _ = mended(made.root)
    assert label.read_text() == "1 0.1 0.1 0.1 0.1\n"
    assert [one.mended for one in found] == [False, False]
    assert "changed on disk" in files.problems[0]


def test_a_link_out_of_the_dataset_is_not_followed(made: DrawnDataset, tmp_path: Path) -> None:
    label, there = made.images[1].label_path, tmp_path / "theirs.txt"
    label.rename(there)
    label.symlink_to(there)
    before = there.read_bytes()
    found, files, _ = mended(made.root)
    assert there.read_bytes() == before
    assert not any(one.mended for one in found)
    assert "outside" in files.problems[0]


def test_without_a_place_for_the_old_files_nothing_is_mended(made: DrawnDataset) -> None:
    dataset: Dataset = open_dataset(made.root)
    with pytest.raises(SaveError, match="no place"):
        FileMender(dataset, sidecar_of(dataset, read_only=True), stamp="now")

"""The doctor on a dataset: its disk, its claim, what is unsaved."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from cli.test_recover import leave
from data.test_claims import other_session
from datasets import DrawnDataset, draw_dataset
from tui.cli import doctor_dataset
from tui.cli.doctor_dataset import examine_dataset, examine_journals
from tui.data.dataset import open_dataset
from tui.data.disks import Disk
from tui.errors import TtylabelError


class Report:
    """What was found and what is wrong."""

    def __init__(self) -> None:
        self.sections: dict[str, object] = {}
        self.problems: list[str] = []

    def wrong(self, error: TtylabelError | str) -> None:
        self.problems.append(error if isinstance(error, str) else error.sentence)

    def dataset(self, path: Path) -> dict[str, object]:
        examine_dataset(path, self.sections, self.wrong)
        section = self.sections.get("dataset", {})
        assert isinstance(section, dict)
        return section


def test_an_ordinary_dataset_is_fine(dataset: DrawnDataset) -> None:
    report = Report()
    facts = report.dataset(dataset.root)
    assert (facts["locks"], facts["fsync"], facts["folder_fsync"]) == ("works", "works", "works")
    assert facts["held_by"] == ""
    assert report.problems == []


def test_a_path_that_is_no_dataset_is_wrong(tmp_path: Path) -> None:
    report = Report()
    assert report.dataset(tmp_path / "absent") == {}
    assert len(report.problems) == 1


@pytest.mark.parametrize(
    ("disk", "words"),
    [
        (Disk("absent", "works", "works", 10**12, 10**6), "no locks"),
        (Disk("pretends", "works", "works", 10**12, None), "grants locks to everybody"),
        (Disk("works", "input/output error", "works", 10**12, None), "durable"),
        (Disk("works", "works", "the disk reports a read error", 10**12, None), "cannot be synced"),
        (Disk("works", "works", "works", 10**6, None), "1 MB"),
        (Disk("works", "works", "works", 10**12, 5), "5 more files"),
    ],
)
def test_c8_what_a_disk_lacks_is_said(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch, disk: Disk, words: str
) -> None:
    monkeypatch.setattr(doctor_dataset, "examine_disk", lambda _: disk)
    report = Report()
    report.dataset(dataset.root)
    (problem,) = report.problems
    assert words in problem


def test_a_folder_that_knows_no_fsync_is_tolerated(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk("works", "works", OSError(errno.EINVAL, "Invalid argument").strerror.lower(), 10**12, None)
    monkeypatch.setattr(doctor_dataset, "examine_disk", lambda _: disk)
    report = Report()
    report.dataset(dataset.root)
    assert report.problems == []


def test_c6_a_stale_claim_is_found(dataset: DrawnDataset) -> None:
    with other_session(open_dataset(dataset.root).root) as child:
        live = Report()
        assert f"process {child.pid}" in str(live.dataset(dataset.root)["held_by"])
        assert live.problems == []
        child.kill()
        child.wait()
        dead = Report()
        dead.dataset(dataset.root)
        (problem,) = dead.problems
        assert "ttylabel unlock" in problem


def test_unsaved_labels_of_dead_sessions_are_found(tmp_path: Path) -> None:
    report = Report()
    examine_journals(report.sections, report.wrong)
    assert report.sections["journals"] == {"sessions": 0, "running": 0, "unsaved_images": 0}
    made = draw_dataset(tmp_path / "set", labelled=True)
    leave(made, 0)
    leave(made, 1)
    examine_journals(report.sections, report.wrong)
    assert report.sections["journals"] == {"sessions": 2, "running": 0, "unsaved_images": 2}
    (problem,) = report.problems
    assert "2 images" in problem

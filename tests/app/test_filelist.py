"""Images by number, name, pattern and mark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datasets import DrawnDataset
from tui.app.filelist import MARKS, FileList
from tui.app.library import Library
from tui.config import Config
from tui.data.dataset import open_dataset


@pytest.fixture
def files(make_dataset: Callable[..., DrawnDataset]) -> FileList:
    library = Library(open_dataset(make_dataset(count=12).root), Config())
    library.list_all()
    return FileList(library)


def found(files: FileList, query: str) -> list[int]:
    indices = files.search(query).indices
    return list(range(len(files))) if indices is None else indices.tolist()


def test_parts_of_names_in_any_case_and_patterns(files: FileList) -> None:
    assert found(files, "IMG_01") == [10, 11]
    assert found(files, "/0[37]\\./") == [3, 7]
    assert found(files, "/^img/") == list(range(12))
    assert found(files, "nothing") == []
    assert found(files, "") == list(range(12))


def test_numbers(files: FileList) -> None:
    assert files.search("#7").line == 6
    assert found(files, "#7") == list(range(12))
    assert found(files, "7") == [7]  # a name holds it
    assert files.search("#99").fault
    assert files.search("#x").fault


def test_a_broken_pattern_is_said(files: FileList) -> None:
    assert "Not a pattern" in files.search("/[/").fault


def test_marks_come_from_the_sidecar_and_the_label_files(files: FileList) -> None:
    library = files._library
    paths = [library.path(i) for i in range(4)]
    for path, text in ((paths[0], "0 0.5 0.5 0.1 0.1\n"), (paths[1], "")):
        label: Path = library.dataset.label_path(path)
        label.parent.mkdir(parents=True, exist_ok=True)
        label.write_text(text)
    assert library.sidecar.update(paths[2], state="rejected")
    assert files.mark(0) == ""
    assert files.fetch([0, 1, 2, 3])
    assert [files.mark(i) for i in range(4)] == ["labelled", "empty", "rejected", ""]
    assert not files.fetch([0, 1, 2, 3])
    assert found(files, "=rej") == [2]
    assert found(files, "=empty") == [1]
    assert "accepted" in files.search("=what").fault
    assert all(mark in MARKS for mark in ("labelled", "empty", "rejected"))


def test_a_search_that_nobody_wants_any_more_ends(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.filelist._ASK_EVERY", 1)
    library = Library(open_dataset(dataset.root), Config())
    library.list_all()
    for query in ("img", "/img/", "=empty"):
        asked: list[bool] = []

        def go_on(asked: list[bool] = asked) -> bool:
            asked.append(len(asked) < 1)
            return asked[-1]

        found = FileList(library).search(query, go_on)
        assert found.indices is not None
        assert len(found.indices) <= 1
        assert asked == [True, False]

"""What stays on the screen after leaving."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.app.farewell import farewell


def test_it_says_what_was_done_where_it_is_and_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    labels = tmp_path / "set" / "labels"
    assert farewell(Path("set/images"), {labels / "a.txt": 2, labels / "b.txt": 3}) == (
        "Saved: labels of 2 images, which hold 5 objects, in set/labels/",
        "Go on where you stopped: ttylabel set/images",
    )
    one, _ = farewell(Path("set"), {labels / "train" / "a.txt": 1})
    assert one == "Saved: labels of 1 image, which holds 1 object, in set/labels/train/"


def test_labels_in_several_folders_or_elsewhere_are_named_by_what_holds_them(tmp_path: Path) -> None:
    files = {tmp_path / "train" / "a.txt": 1, tmp_path / "val" / "b.txt": 0}
    assert farewell(Path("x"), files)[0].endswith(f" in {tmp_path}/")


def test_nothing_changed_and_foreign_names() -> None:
    nothing, again = farewell(Path("my \x1b[2J pics"), {})
    assert nothing == "No labels were changed"
    assert again.startswith("Go on where you stopped: ttylabel 'my ")
    assert "\x1b" not in again

"""Folder names of classes: safe anywhere, and each its own."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.data.filenames import folder_names


def test_plain_names_stay() -> None:
    assert folder_names(("cat", "traffic light", "猫", "v1.5")) == ("cat", "traffic light", "猫", "v1.5")


def test_what_is_no_folder_name_gets_its_number() -> None:
    assert folder_names(("a/b", "..", "", "con", "Cat", "cat", " x.", "\x1b[2J", "../../etc")) == (
        "a_b-0",
        "1",
        "2",
        "con_-3",
        "Cat-4",
        "cat-5",
        "x-6",
        "__2J-7",
        "_.._etc-8",
    )


@settings(max_examples=50)
@given(st.lists(st.text(max_size=200), max_size=8))
def test_any_names(names: list[str]) -> None:
    found = folder_names(names)
    assert len({one.casefold() for one in found}) == len(names)
    for one in found:
        assert one.strip(" .") == one != ""
        assert not set(one) & set('/\\\0:*?"<>|\n\x1b')
        assert len(one.encode("utf-8", "replace")) < 120

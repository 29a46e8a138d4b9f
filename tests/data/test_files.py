"""Opening what may be anything."""

from __future__ import annotations

import os

import pytest

from tui.data.files import SMALL_FOLDER, NotRegularError, read_regular, small_listing, why


def test_reads_at_most_one_byte_more_than_allowed(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_regular(tmp_path / "a", 5) == b"12345"
    assert read_regular(tmp_path / "a", 3) == b"1234"


@pytest.mark.parametrize(
    ("make", "words"), [("mkdir", "it is a folder"), ("mkfifo", "it is not a regular file")]
)
def test_only_regular_files(tmp_path, make, words):
    getattr(os, make)(tmp_path / "x")
    with pytest.raises(NotRegularError) as caught:
        read_regular(tmp_path / "x", 10)
    assert why(caught.value) == words


def test_a_nul_in_the_name_is_an_ordinary_failure(tmp_path):
    with pytest.raises(OSError, match="null"):
        read_regular(tmp_path / "a\0b", 10)


def test_small_listing(tmp_path):
    for name in ("b.yaml", "a.yaml", "c.txt", ".d.yaml"):
        (tmp_path / name).touch()
    assert small_listing(tmp_path, (".yaml",)) == [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    assert small_listing(tmp_path / "none", (".yaml",)) == []
    for k in range(SMALL_FOLDER):
        (tmp_path / f"{k}.jpg").touch()
    assert small_listing(tmp_path, (".yaml",)) == []

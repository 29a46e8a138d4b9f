"""Marks in picture files: pictures stay whole, and what is not from here is told."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tui.data.marked import mark_of, with_mark

MARK = "0123456789abcdef" * 2
PICTURE = np.random.default_rng(1).integers(0, 255, (20, 30, 3)).astype(np.uint8)


def encoded(suffix: str) -> bytes:
    return bytes(cv2.imencode(suffix, PICTURE)[1].tobytes())


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_marked_picture_is_the_same_picture(suffix: str, tmp_path: Path) -> None:
    plain, path = encoded(suffix), tmp_path / f"a{suffix}"
    path.write_bytes(with_mark(plain, MARK))
    assert mark_of(path) == MARK
    with Image.open(path) as shown:
        shown.load()
        assert shown.size == (30, 20)
    pixels = [cv2.imdecode(np.frombuffer(data, np.uint8), 1) for data in (plain, path.read_bytes())]
    assert (pixels[0] == pixels[1]).all()


def test_other_files_have_no_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    assert mark_of(path) is None
    for data in (encoded(".jpg"), b"", f"ttylabel {MARK}".encode(), b"\xff\xd8ttylabel xyz"):
        path.write_bytes(data)
        assert mark_of(path) == ""
    path.unlink()
    os.mkfifo(path)
    assert mark_of(path) == ""
    assert mark_of(tmp_path) == ""


def test_only_pictures_are_marked() -> None:
    with pytest.raises(ValueError, match="neither"):
        with_mark(b"GIF89a", MARK)

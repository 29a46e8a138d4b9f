"""Every hostile image file of the reference set: shown at the right size, or refused in one sentence."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from tui.data.image import DecodedImage, image_wh, read_image
from tui.errors import ImageError

TOO_SLOW = frozenset({"made/bomb_12000x12000.jpg"})
"""Below the limit of 200 megapixels, so it is decoded: 900 MB and seconds."""


def read(path: Path) -> DecodedImage | ImageError:
    try:
        return read_image(path)
    except ImageError as error:
        return error


def test_i2_i3_i6_every_file_is_shown_upright_or_refused_in_a_sentence(shared: Path, capfd) -> None:
    folder = shared / "data" / "hard"
    with (folder / "expected.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["file"] not in TOO_SLOW]
    shown = 0
    for row in rows:
        path = folder / row["file"]
        answer = read(path)
        if isinstance(answer, ImageError):
            assert row["pillow_13_load"] != "ok", f"{path.name}: {answer.sentence}"
            assert path.name in answer.sentence
            assert "\n" not in answer.sentence
            continue
        shown += 1
        width, height = (int(part) for part in (row["size_upright"] or row["size"]).split("x"))
        assert answer.wh == (width, height) == image_wh(path), path.name
        assert answer.rgb.shape == (height, width, 3)
        assert row["pillow_13_load"] == "ok" or "damaged" in answer.warning, path.name
    assert shown > 80
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("name", ["flower.webp", "hopper.avif", "test-card-lossless.jp2"])
def test_i6_newer_formats_are_shown(shared: Path, name: str) -> None:
    assert read_image(shared / "data" / "hard" / "modes" / name).rgb.any()


@pytest.mark.parametrize("suffix", [".heic", ".jxl"])
def test_i6_a_format_that_nothing_here_decodes_says_so(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + os.urandom(64))
    answer = read(path)
    assert isinstance(answer, ImageError)
    assert f"a{suffix} " in answer.sentence

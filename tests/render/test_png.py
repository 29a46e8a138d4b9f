"""PNGs read back by another decoder."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tui.render import png


def rgba(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))


@pytest.mark.parametrize("count", [2, 3, 4, 5, 16, 17, 24])
@pytest.mark.parametrize("width", [1, 7, 8, 13])
def test_palette_pngs_of_every_depth_read_back(count: int, width: int) -> None:
    colours = [(n * 10, 255 - n * 10, n, 255 if n else 0) for n in range(count)]
    index = np.random.default_rng(count).integers(0, count, (5, width)).astype(np.uint8)
    assert np.array_equal(rgba(png.palette_png(index, colours)), np.array(colours, np.uint8)[index])


def test_a_photo_reads_back() -> None:
    photo = np.random.default_rng(1).integers(0, 255, (9, 11, 3)).astype(np.uint8)
    assert np.array_equal(rgba(png.photo_png(photo))[..., :3], photo)


def test_the_margin_is_transparent_and_the_photo_is_not_even_in_the_key_colour() -> None:
    photo = np.full((4, 6, 3), 50, np.uint8)
    photo[1, 1] = png.CLEAR_KEY
    picture = rgba(png.photo_png(photo, margin=(3, 2)))
    assert picture.shape == (6, 9, 4)
    assert (picture[:4, :6, 3] == 255).all()
    assert not picture[4:, :, 3].any()
    assert not picture[:, 6:, 3].any()
    assert tuple(picture[1, 1, :3]) == (0, 0, 0)


def test_a_disc_fits_in_little() -> None:
    y, x = np.mgrid[:390, :520]
    index = (np.hypot(x - 260, y - 195) < 150).astype(np.uint8)
    assert len(png.palette_png(index, [(0, 0, 0, 0), (255, 200, 0, 80)])) < 1000


def test_a_picture_of_nothing_is_transparent_and_small() -> None:
    data = png.clear_png(1500, 1000)
    assert not rgba(data)[..., 3].any()
    assert len(data) < 600

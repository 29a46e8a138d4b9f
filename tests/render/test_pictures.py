"""Pictures for files: shapes where they belong, captions, crops at the border, encodings that read back."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from tui.render.pictures import crop, encoded, labelled, shrunk
from tui.render.scene import Rgb
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon

RED: Rgb = (255, 0, 0)
GREY = np.full((200, 300, 3), 90, np.uint8)


def red(class_id: int) -> Rgb:
    return RED


def drawn(*instances: Instance, **options: Any) -> np.ndarray:
    return labelled(GREY, instances, colour=red, names=("cat", "猫"), **options)


def is_red(picture: np.ndarray) -> np.ndarray:
    return np.asarray((picture == RED).all(axis=2))


def test_shapes_are_drawn_in_their_colour_and_place() -> None:
    box = is_red(drawn(Instance(0, Box(100, 50, 200, 150)), letters=0.0))
    rows, columns = np.nonzero(box)
    assert abs(columns.min() - 100) <= 2
    assert abs(rows.max() - 150) <= 2
    assert not box[70:130, 120:180].any()
    ring = is_red(drawn(Instance(0, Polygon(((10, 10), (90, 10), (10, 90)))), letters=0.0))
    assert ring[5:15, 40:60].any()
    assert not ring[60:95, 60:95].any()


def test_sizes() -> None:
    one = Instance(0, Box(100, 50, 200, 150))
    assert drawn(one).shape == (200, 300, 3)
    assert drawn(one, side=150).shape == (100, 150, 3)
    assert drawn(one, side=600).shape == (200, 300, 3)
    assert drawn(one, side=600, grow=True).shape == (400, 600, 3)
    assert (GREY == 90).all()


def test_captions_are_left_out_in_a_crowd_where_they_would_hide_the_rest() -> None:
    few = [Instance(1, Box(20.0 * i, 100, 20.0 * i + 12, 110)) for i in range(5)]
    many = [Instance(1, Box(20.0 * i, 100, 20.0 * i + 12, 110)) for i in range(12)]
    bare = is_red(drawn(*few, letters=0.0)).sum()
    assert is_red(drawn(*few)).sum() > bare
    assert (drawn(*many) == drawn(*many, letters=0.0)).all()


def test_crops_keep_inside_the_image() -> None:
    picture = np.arange(200 * 300 * 3, dtype=np.uint32).astype(np.uint8).reshape(200, 300, 3)
    assert (crop(picture, Box(10.2, 20, 20.1, 40)) == picture[20:40, 10:21]).all()
    assert crop(picture, Box(0, 0, 40, 20), margin=0.5).shape == (40, 60, 3)
    assert crop(picture, Box(299.5, 199.5, 400, 300), margin=0.1).size > 0
    assert crop(picture, Box(500, 500, 500, 500)).shape == (1, 1, 3)
    assert crop(picture, Box(0, 0, 300, 100), side=30).shape == (10, 30, 3)
    assert shrunk(picture, None) is picture


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_encoded_pictures_read_back(suffix: str) -> None:
    picture = np.zeros((8, 16, 3), np.uint8)
    picture[..., 0] = 250
    back = cv2.imdecode(np.frombuffer(encoded(picture, suffix), np.uint8), cv2.IMREAD_COLOR)
    assert back is not None
    assert abs(back[..., ::-1].astype(int) - picture).max() < 12


def test_a_picture_that_its_kind_cannot_hold_is_said() -> None:
    with pytest.raises(ValueError, match="70000x1"):
        encoded(np.zeros((1, 70_000, 3), np.uint8), ".jpg")

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from datasets import CLASSES, DrawnDataset, Shape, draw, draw_dataset, scene_shapes, yolo_line


def test_masks_and_boxes_are_those_of_the_pixels(tmp_path: Path) -> None:
    for image in draw_dataset(tmp_path, count=4).images:
        on_disk = cv2.imdecode(np.frombuffer(image.path.read_bytes(), np.uint8), cv2.IMREAD_COLOR_RGB)
        assert (on_disk == image.rgb).all()
        for index, shape in enumerate(image.shapes):
            painted = np.abs(on_disk.astype(int) - shape.colour).max(axis=2) <= 3
            assert (painted == image.mask(index)).all()
            x0, y0, x1, y1 = (int(edge) for edge in image.box(index))
            assert image.mask(index)[y0:y1, x0:x1].sum() == image.mask(index).sum()
            assert image.mask(index)[y0:y1, x0].any()
            assert image.mask(index)[y1 - 1, x0:x1].any()


def test_shapes_do_not_touch_each_other_or_the_border() -> None:
    for number in range(8):
        masks = [shape.mask((320, 240)) for shape in scene_shapes(number, (320, 240))]
        assert not (masks[0] & masks[1]).any()
        for mask in masks:
            border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
            assert not border.any()


def test_drawing_is_repeatable() -> None:
    shapes = [Shape(0, 20, 20, 8, 6, (200, 10, 10))]
    assert (draw(shapes, (50, 40), seed=3) == draw(shapes, (50, 40), seed=3)).all()


def test_labels_are_the_known_boxes(tmp_path: Path) -> None:
    image = draw_dataset(tmp_path, count=1, labelled=True).images[0]
    assert image.label_path.read_text().splitlines() == image.label_lines()
    assert yolo_line(1, (0, 0, 160, 120), (320, 240)) == "1 0.250000 0.250000 0.500000 0.500000"


def test_the_fixture_has_no_labels(dataset: DrawnDataset) -> None:
    assert len(dataset.images) == 3
    assert not any(image.label_path.exists() for image in dataset.images)
    assert all(name in dataset.yaml.read_text() for name in CLASSES)

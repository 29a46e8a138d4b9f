"""Tiny datasets drawn into a directory: coloured shapes whose masks and boxes are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = tuple[int, int, int]
Xyxy = tuple[float, float, float, float]

CLASSES = ("disc", "slab")
GROUND: Rgb = (70, 74, 80)


@dataclass(frozen=True, slots=True)
class Shape:
    """A disc (class 0) or slab (class 1): centre and half extents in pixels, and its colour."""

    class_id: int
    x: int
    y: int
    rx: int
    ry: int
    colour: Rgb

    def mask(self, wh: tuple[int, int]) -> NDArray[np.bool_]:
        """The shape's pixels, [H, W]."""
        rows, columns = np.mgrid[0 : wh[1], 0 : wh[0]]
        dx, dy = np.abs(columns + 0.5 - self.x), np.abs(rows + 0.5 - self.y)
        if self.class_id == 0:
            return np.asarray((dx / self.rx) ** 2 + (dy / self.ry) ** 2 <= 1)
        return np.asarray((dx <= self.rx) & (dy <= self.ry))


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One image of a dataset and what is known about it."""

    path: Path
    label_path: Path
    rgb: NDArray[np.uint8]
    shapes: tuple[Shape, ...]

    @property
    def wh(self) -> tuple[int, int]:
        return self.rgb.shape[1], self.rgb.shape[0]

    def mask(self, index: int) -> NDArray[np.bool_]:
        """Pixels of one shape."""
        return self.shapes[index].mask(self.wh)

    def box(self, index: int) -> Xyxy:
        """Tight half-open box of one shape, xyxy pixels."""
        rows, columns = np.nonzero(self.mask(index))
        return float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1)

    def label_lines(self) -> list[str]:
        """The shapes as YOLO boxes."""
        return [yolo_line(s.class_id, self.box(i), self.wh) for i, s in enumerate(self.shapes)]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnDataset:
    """A dataset in the Ultralytics layout: `data.yaml`, `images/train`, `labels/train`."""

    root: Path
    yaml: Path
    images: tuple[Drawn, ...]
    classes: tuple[str, ...] = CLASSES


def yolo_line(class_id: int, box: Xyxy, wh: tuple[int, int]) -> str:
    """`class cx cy w h`, normalised, six decimals."""
    x0, y0, x1, y1 = box
    values = ((x0 + x1) / 2 / wh[0], (y0 + y1) / 2 / wh[1], (x1 - x0) / wh[0], (y1 - y0) / wh[1])
    return " ".join([str(class_id), *(f"{value:.6f}" for value in values)])


def scene_shapes(number: int, wh: tuple[int, int]) -> tuple[Shape, ...]:
    """A red disc left of the middle and a blue slab right of it; `number` moves them a little."""
    width, height = wh
    shift = 5 * (number % 4)
    unit = min(width, height)
    disc = Shape(0, width // 3 + shift, height // 2, unit // 6, unit // 5, (214, 52, 46))
    slab = Shape(1, 3 * width // 4, height // 2 - shift, unit // 9, unit // 4, (52, 96, 216))
    return disc, slab


def draw(shapes: Sequence[Shape], wh: tuple[int, int], *, seed: int = 0) -> NDArray[np.uint8]:
    """The shapes on a faintly grained ground, RGB [H, W, 3]: flat enough to recognise colours by."""
    grain = np.random.default_rng(seed).integers(-3, 4, (wh[1], wh[0], 1))
    picture = np.full((wh[1], wh[0], 3), GROUND, np.int64)
    for shape in shapes:
        picture[shape.mask(wh)] = shape.colour
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def write_image(path: Path, rgb: NDArray[np.uint8]) -> None:
    """Encode by the path's suffix (`.png`, `.jpg`) and write; directories are made."""
    ok, data = cv2.imencode(path.suffix, rgb[..., ::-1])
    assert ok, path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.tobytes())


def draw_dataset(
    root: Path,
    *,
    count: int = 3,
    labelled: bool = False,
    wh: tuple[int, int] = (320, 240),
    suffix: str = ".png",
) -> DrawnDataset:
    """Draw `count` images named `img_000`, ... below `root`; with `labelled` their true boxes too."""
    images = []
    for number in range(count):
        shapes = scene_shapes(number, wh)
        image = Drawn(
            path=root / "images" / "train" / f"img_{number:03d}{suffix}",
            label_path=root / "labels" / "train" / f"img_{number:03d}.txt",
            rgb=draw(shapes, wh, seed=number),
            shapes=shapes,
        )
        write_image(image.path, image.rgb)
        if labelled:
            image.label_path.parent.mkdir(parents=True, exist_ok=True)
            image.label_path.write_text("".join(f"{line}\n" for line in image.label_lines()))
        images.append(image)
    yaml = root / "data.yaml"
    names = "".join(f"  {i}: {name}\n" for i, name in enumerate(CLASSES))
    yaml.write_text(f"path: .\ntrain: images/train\nval: images/train\nnames:\n{names}")
    return DrawnDataset(root, yaml, tuple(images))

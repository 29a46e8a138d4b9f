"""A dataset of two coloured squares, and workers on it whose models are fakes."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from datasets import write_image
from fakes_detect import FakeDetector, FakeGrounder
from inference.detectors import tinyyolo
from pipelines.boxfiller import BoxFiller, scene
from tui.batch.models import Models
from tui.batch.recipe import Recipe, Task
from tui.batch.work import Worker
from tui.data.dataset import Dataset, open_dataset
from tui.data.sidecar import Sidecar, sidecar_of

DETECT = Recipe(mode="detect", task="detect")
LINES = ("0 0.200000 0.500000 0.200000 0.400000", "1 0.700000 0.500000 0.400000 0.800000")
"""The label lines of `scene`: its red square, and its green one."""


@dataclass
class World:
    """An opened dataset with its records."""

    root: Path
    dataset: Dataset
    sidecar: Sidecar

    def task(self, index: int = 0) -> Task:
        image = self.dataset.list_images()[index]
        return Task(self.sidecar.key(image), str(image), str(self.dataset.label_path(image)))

    def worker(self, recipe: Recipe = DETECT, targets: tuple[int | None, ...] = (0, 1, None)) -> Worker:
        models = Models(
            recipe,
            detector=FakeDetector() if recipe.mode == "detect" else None,
            grounder=FakeGrounder() if recipe.mode == "text" else None,
            segmenter=BoxFiller() if recipe.segmenter else None,
        )
        return Worker(models, self.sidecar, targets=targets, root=self.dataset.root, run="now")

    def label(self, index: int = 0) -> str | None:
        path = Path(self.task(index).label)
        return path.read_text() if path.exists() else None

    def write(self, text: str, index: int = 0) -> Path:
        path = Path(self.task(index).label)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


def make_world(root: Path, count: int = 1, *, task: str = "detect") -> World:
    """`count` equal images, classes red and green, no labels."""
    for i in range(count):
        write_image(root / "images" / f"{i:03}.png", scene())
    (root / "classes.txt").write_text("red\ngreen\n")
    dataset = open_dataset(root, task="segment" if task == "segment" else "detect")
    return World(root, dataset, sidecar_of(dataset))


def merging(recipe: Recipe = DETECT) -> Recipe:
    return replace(recipe, existing="merge")


def tiny_detector(folder: Path) -> Path:
    """A real YOLO file that finds a car (0.75) and a person (0.875) in every picture."""
    path = folder / "tiny.onnx"
    path.write_bytes(tinyyolo.model(tinyyolo.raw()))
    return path


def tree(root: Path) -> dict[str, bytes]:
    """All files of a dataset but its records and ledgers."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".ttylabel" not in path.parts
    }


def objects(text: str) -> list[dict[str, Any]]:
    """JSON lines."""
    return [json.loads(line) for line in text.splitlines()]

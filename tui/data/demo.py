"""The demo dataset: drawn pictures, their exact masks, and a data.yaml."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.data.drawing import SCENES, Scene
from tui.errors import SaveError, UsageError

CLASSES = ("apple", "orange", "lemon", "boat", "car", "cell")
_PICTURES = ("fruit", "harbour", "parking", "dish", "fruit", "parking")
_SIZE_HW = (800, 1200)
_MARKER = "# ttylabel demo dataset"


def write_demo(directory: Path, progress: Callable[[int, int], None]) -> None:
    """Draw the demo into `directory`: images/, data.yaml, and truth/ with an exact mask per object.

    `progress(done, total)` is called before each picture and at the end. A directory that already holds the
    demo is left as it is, labels included. Raises UsageError for a directory that holds something else,
    SaveError when it cannot be written.
    """
    yaml = directory / "data.yaml"
    try:
        if is_demo(directory):
            return
        if directory.exists() and any(directory.iterdir()):
            raise UsageError(
                f"{directory} is not empty", "the demo needs a folder of its own", "Name another one"
            )
        (directory / "images").mkdir(parents=True, exist_ok=True)
        (directory / "truth").mkdir(exist_ok=True)
        for number, name in enumerate(_PICTURES):
            progress(number, len(_PICTURES))
            scene = SCENES[name](np.random.default_rng(20 + number), _SIZE_HW)
            _write_scene(directory, f"{number + 1}-{name}", scene)
        yaml.write_text(_yaml(), "utf-8")
    except OSError as error:
        raise SaveError(
            f"Cannot write the demo to {directory}",
            error.strerror or str(error),
            "Name a folder you can write to",
        ) from error
    progress(len(_PICTURES), len(_PICTURES))


def is_demo(directory: Path) -> bool:
    """True when the directory holds a finished demo (its data.yaml is written last)."""
    yaml = directory / "data.yaml"
    return yaml.is_file() and yaml.read_text("utf-8", "replace").startswith(_MARKER)


def read_truth(image: Path) -> list[tuple[int, NDArray[np.bool_]]]:
    """Class id and mask (bool [H, W]) of every object of a demo image."""
    stem = image.parent.parent / "truth" / image.stem
    layers = cv2.imdecode(
        np.frombuffer(stem.with_suffix(".png").read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE
    )
    ids = [int(text) for text in stem.with_suffix(".txt").read_text("ascii").split()]
    return [(class_id, np.asarray(layers == number)) for number, class_id in enumerate(ids, 1)]


def _write_scene(directory: Path, name: str, scene: Scene) -> None:
    rgb = np.clip(scene.rgb, 0, 255).astype(np.uint8)
    ids = np.zeros(rgb.shape[:2], np.uint8)
    visible = [(kind, mask) for kind, mask in scene.objects if mask.any()]
    for number, (_, mask) in enumerate(visible, 1):
        ids[mask] = number
    classes = " ".join(str(CLASSES.index(kind)) for kind, _ in visible)
    (directory / "images" / f"{name}.jpg").write_bytes(
        cv2.imencode(".jpg", np.ascontiguousarray(rgb[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 92])[
            1
        ].tobytes()
    )
    (directory / "truth" / f"{name}.png").write_bytes(cv2.imencode(".png", ids)[1].tobytes())
    (directory / "truth" / f"{name}.txt").write_text(classes + "\n", "ascii")


def _yaml() -> str:
    names = "".join(f"  {number}: {name}\n" for number, name in enumerate(CLASSES))
    return f"{_MARKER}\npath: .\ntrain: images\nval: images\nnames:\n{names}"

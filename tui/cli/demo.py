"""`ttylabel demo`: draw the demo dataset, then open it, or without a terminal label and measure it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.cli.label import open_labeler
from tui.cli.output import emit, emit_json, say
from tui.config import Config, load_config
from tui.data.dataset import Dataset, open_dataset
from tui.data.demo import read_truth, write_demo
from tui.data.formats.yolo import read_labels, save_labels
from tui.data.image import read_image
from tui.data.shards import escaped
from tui.errors import UsageError
from tui.geometry.boxes import clip, iou
from tui.geometry.masks import full_mask
from tui.inference.detectors.base import DetectorOptions
from tui.inference.segmenters.base import Segmenter
from tui.inference.segmenters.registry import open_segmenter
from tui.pipelines.segment import segment, trace_candidate
from tui.types.instance import Instance
from tui.types.prompt import Prompt
from tui.types.shapes import Box

_LOOSE = 0.06
"""How much wider than the object the demo's box prompts are, per side, as a share of the box."""


_HEADLESS = {"segmenter", "task", "labels_dir", "classes_file"}
"""The labeler's options that a demo without a screen heeds too."""


@dataclass(frozen=True, slots=True)
class _Score:
    """One object: IoU of mask and box with what was drawn."""

    mask: float
    box: float


def run_demo(
    directory: Path | None, *, headless: bool, as_json: bool, quiet: bool, options: dict[str, Any]
) -> int:
    """Draw the demo and open it; returns the exit code."""
    directory = directory or Path("ttylabel-demo")
    headless = headless or as_json
    if not headless and not (sys.stdin.isatty() and sys.stderr.isatty()):
        say("No terminal here: labeling the demo headless, each object from a loose box.", quiet=quiet)
        headless = True
    if headless:
        _refuse_idle(options)
    write_demo(directory, lambda done, total: _progress(done, total, quiet=quiet))
    if headless:
        return _label_headless(directory, options, as_json=as_json, quiet=quiet)
    return open_labeler(directory, **options)


def _refuse_idle(options: dict[str, Any]) -> None:
    """Flags that say how a screen is to be are none of a demo without one. Raises UsageError."""
    for name, value in options.items():
        if name not in _HEADLESS and value not in (None, (), False, "", DetectorOptions()):
            raise UsageError(f"--{name.replace('_', '-')} says nothing without a screen")


def _progress(done: int, total: int, *, quiet: bool) -> None:
    if quiet or not sys.stderr.isatty():
        return
    end = "\n" if done == total else ""
    sys.stderr.write(f"\rDrawing the demo: {done}/{total}{end}")
    sys.stderr.flush()


def _label_headless(directory: Path, options: dict[str, Any], *, as_json: bool, quiet: bool) -> int:
    dataset = open_dataset(
        directory,
        labels_dir=options["labels_dir"],
        classes_file=options["classes_file"],
        task=options["task"],
    )
    config = load_config()
    model = open_segmenter(options["segmenter"] or config.segmenter)
    report: list[dict[str, object]] = []
    kept = 0
    for image in dataset.list_images():
        if dataset.label_path(image).exists():
            kept += 1
            continue
        scores = _label_image(dataset, model, image, config)
        report.append(
            {
                "image": escaped(str(image)),
                "labels": escaped(str(dataset.label_path(image))),
                "objects": len(scores),
                "mask_iou": round(float(np.mean([s.mask for s in scores])), 3),
                "box_iou": round(float(np.mean([s.box for s in scores])), 3),
            }
        )
    model.close()
    if kept:
        say(f"{kept} images have labels already and were left alone.", quiet=quiet)
    if as_json:
        emit_json(
            {"dataset": escaped(str(directory)), "segmenter": model.name, "images": report, "kept": kept}
        )
        return 0
    for row in report:
        emit(
            f"{Path(str(row['image'])).name:<16} {row['objects']:>3} objects"
            f"   mask IoU {row['mask_iou']:.3f}   box IoU {row['box_iou']:.3f}"
        )
    place = options["labels_dir"] or directory / "labels"
    say(f"Labels are in {place}; `ttylabel {directory}` opens them.", quiet=quiet)
    return 0


def _label_image(dataset: Dataset, model: Segmenter, image: Path, config: Config) -> list[_Score]:
    """Segment every drawn object from its loosened box and save the label file."""
    picture = read_image(image, max_bytes=config.max_image_bytes, max_pixels=config.max_pixels)
    labels = read_labels(dataset.label_path(image), picture.wh)
    embedding = model.encode(picture.rgb)
    instances, scores = [], []
    for class_id, truth in read_truth(image):
        tight = _extent(truth)
        box = clip(_loosen(tight), picture.wh)
        answer = segment(model, embedding, Prompt(box=box))
        traced = trace_candidate(answer.chosen, picture.wh, dataset.task)
        if traced is None:
            scores.append(_Score(0.0, 0.0))
            continue
        mask = full_mask(answer.chosen.mask, picture.wh)
        overlap = float((mask & truth).sum() / max(1, (mask | truth).sum()))
        scores.append(_Score(overlap, iou(traced.box, tight)))
        instances.append(Instance(class_id, traced.shape))
    save_labels(labels, tuple(instances), picture.wh, root=dataset.root)
    return scores


def _extent(mask: NDArray[np.bool_]) -> Box:
    ys, xs = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return Box(float(xs[0]), float(ys[0]), float(xs[-1]) + 1, float(ys[-1]) + 1)


def _loosen(box: Box) -> Box:
    dx, dy = box.width * _LOOSE, box.height * _LOOSE
    return Box(box.x0 - dx, box.y0 - dy, box.x1 + dx, box.y1 + dy)

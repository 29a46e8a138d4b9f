"""A detector's boxes as proposals, refined by a segmenter if there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tui.inference.detectors.base import Detector, Thresholds
from tui.pipelines.classmap import ClassMap
from tui.pipelines.propose import propose
from tui.pipelines.refine import Refiner
from tui.types.detections import Proposal
from tui.types.instance import Task


def detect(
    detector: Detector,
    image: NDArray[np.uint8],
    classes: ClassMap,
    task: Task,
    *,
    refiner: Refiner | None = None,
    thresholds: Thresholds | None = None,
) -> Iterator[Proposal]:
    """Proposals for `image` (RGB uint8 [H, W, 3]), best first, each as soon as it is ready.

    `classes` maps the detector's classes to the dataset's; what leads nowhere is not looked for.
    `thresholds` None means the detector's own. Raises ValueError when `classes` is for another detector,
    ModelError when a model fails.
    """
    if len(classes.targets) != len(detector.classes):
        raise ValueError("the class map was made for another detector")
    limits = thresholds or detector.thresholds
    wanted = classes.used if limits.classes is None else classes.used & limits.classes
    found = detector.detect(image, replace(limits, classes=wanted)) if wanted else ()
    image_wh = (image.shape[1], image.shape[0])
    return propose(
        found,
        classes.targets,
        image_wh,
        task,
        origin=lambda _: detector.name,
        iou=limits.iou,
        refiner=refiner,
    )

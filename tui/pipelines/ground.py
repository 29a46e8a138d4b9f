"""Things found by words as proposals, refined by a segmenter if there is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tui.errors import UsageError
from tui.inference.grounding.base import Grounder, GroundingThresholds
from tui.inference.grounding.prompt import TextPrompt
from tui.pipelines.classmap import ClassMap, class_map
from tui.pipelines.propose import propose
from tui.pipelines.refine import Refiner
from tui.types.detections import Proposal
from tui.types.instance import Task
from tui.types.text import printable


def phrase_classes(prompt: TextPrompt, dataset_names: Sequence[str]) -> ClassMap:
    """The dataset's class for each phrase. Raises UsageError for a class that the dataset does not have.

    A class that a person wrote and that does not exist is a mistake, unlike a detector's spare classes.
    """
    classes = class_map(prompt.classes, dataset_names)
    if classes.unmapped:
        missing = ", ".join(f"'{printable(name)}'" for name in dict.fromkeys(classes.unmapped))
        raise UsageError(
            f"The dataset has no class {missing}",
            "",
            "Add it to the dataset, or write 'phrase -> class' with a class that it has",
        )
    return classes


def ground(
    grounder: Grounder,
    image: NDArray[np.uint8],
    prompt: TextPrompt,
    classes: ClassMap,
    task: Task,
    *,
    refiner: Refiner | None = None,
    thresholds: GroundingThresholds | None = None,
) -> Iterator[Proposal]:
    """Proposals for `image` (RGB uint8 [H, W, 3]), best first, each as soon as it is ready.

    `classes` is `phrase_classes` of the same prompt. Raises UsageError for phrases that the model cannot
    take, ModelError when a model fails.
    """
    limits = thresholds or GroundingThresholds()
    found = grounder.ground(image, prompt.phrases, thresholds)
    image_wh = (image.shape[1], image.shape[0])
    return propose(
        found,
        classes.targets,
        image_wh,
        task,
        origin=lambda detection: f"text: {prompt.phrases[detection.class_id]}",
        iou=limits.iou,
        refiner=refiner,
    )

"""The models of a recipe, opened, and asked about one image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tui.batch.recipe import About, Recipe
from tui.errors import UsageError
from tui.inference.detectors.base import Detector, Thresholds
from tui.inference.detectors.registry import open_detector
from tui.inference.grounding.base import Grounder, GroundingThresholds
from tui.inference.grounding.prompt import TextPrompt, parse_text_prompt
from tui.inference.grounding.registry import open_grounder
from tui.inference.segmenters.base import Segmenter
from tui.inference.segmenters.registry import open_segmenter
from tui.pipelines.classmap import ClassMap, class_ids
from tui.pipelines.crops import everything_in_parts
from tui.pipelines.detect import detect
from tui.pipelines.everything import Wish, everything, suited
from tui.pipelines.ground import ground
from tui.pipelines.propose import propose_found
from tui.pipelines.refine import Refiner, Tightened, encoder, tighten
from tui.types.detections import Proposal
from tui.types.instance import Instance


class Models:
    """A recipe's models. `open_models` makes it; tests make it from fakes."""

    def __init__(
        self,
        recipe: Recipe,
        *,
        detector: Detector | None = None,
        grounder: Grounder | None = None,
        segmenter: Segmenter | None = None,
    ) -> None:
        self.recipe = recipe
        self._detector, self._grounder, self._segmenter = detector, grounder, segmenter
        self._prompt = parse_text_prompt(recipe.text) if recipe.mode == "text" else TextPrompt((), ())
        self._wanted = class_ids(detector.classes, recipe.only) if detector and recipe.only else None

    @property
    def about(self) -> About:
        """What is known now that they are open."""
        opened = [m for m in (self._detector, self._grounder, self._segmenter) if m is not None]
        classes = self._detector.classes if self._detector else self._prompt.classes
        return About(
            " + ".join(m.name for m in opened),
            classes,
            tuple(m.fingerprint for m in opened),
            tuple(m.provider for m in opened),
            tuple(note for m in opened if (note := getattr(m, "note", ""))),
        )

    def propose(self, image: NDArray[np.uint8], targets: Sequence[int | None]) -> list[Proposal]:
        """What the pipeline offers for `image` (RGB uint8 [H, W, 3]); not for "tighten".

        `targets` is the dataset's class for each of `about.classes`; for "everything" it has one entry.
        Raises ModelError, and UsageError for what the models cannot take.
        """
        recipe = self.recipe
        refiner = encoder(self._segmenter, image) if self._segmenter else None
        if self._detector is not None:
            classes = ClassMap(self._detector.classes, tuple(targets))
            limits = self._limits(self._detector.thresholds)
            return list(
                detect(self._detector, image, classes, recipe.task, refiner=refiner, thresholds=limits)
            )
        if self._grounder is not None:
            classes = ClassMap(self._prompt.classes, tuple(targets))
            words = self._word_limits()
            return list(
                ground(
                    self._grounder,
                    image,
                    self._prompt,
                    classes,
                    recipe.task,
                    refiner=refiner,
                    thresholds=words,
                )
            )
        return self._everything(image, targets[0])

    def tighten(self, image: NDArray[np.uint8], instances: Sequence[Instance]) -> list[Tightened]:
        """Better shapes for boxes, by their index. Raises ModelError."""
        segmenter = self._needed_segmenter()
        return list(tighten(instances, encoder(segmenter, image), self.recipe.task))

    def close(self) -> None:
        """Release sessions and memory."""
        for model in (self._detector, self._grounder, self._segmenter):
            if model is not None:
                model.close()

    def _everything(self, image: NDArray[np.uint8], class_id: int | None) -> list[Proposal]:
        segmenter, recipe = self._needed_segmenter(), self.recipe
        if class_id is None:
            return []
        wish = Wish(recipe.side or None, recipe.confidence, recipe.min_stability, recipe.iou)
        options = suited(segmenter, wish)
        refiner = Refiner(segmenter, lambda: segmenter.encode(image))
        found = everything(segmenter, refiner.embed(), options)
        if recipe.layers:
            found = everything_in_parts(segmenter, image, found, recipe.layers, options)
        wh = (image.shape[1], image.shape[0])
        return list(propose_found(found, class_id, wh, recipe.task, origin=segmenter.name))

    def _needed_segmenter(self) -> Segmenter:
        if self._segmenter is None:
            raise UsageError(f"'{self.recipe.mode}' needs a segmenter", "", "Name one with --segmenter")
        return self._segmenter

    def _limits(self, own: Thresholds) -> Thresholds:
        confidence, iou = self.recipe.confidence, self.recipe.iou
        return replace(
            own,
            confidence=own.confidence if confidence is None else confidence,
            iou=own.iou if iou is None else iou,
            classes=self._wanted,
        )

    def _word_limits(self) -> GroundingThresholds:
        own, confidence, iou = GroundingThresholds(), self.recipe.confidence, self.recipe.iou
        return replace(
            own,
            confidence=own.confidence if confidence is None else confidence,
            iou=own.iou if iou is None else iou,
        )


def open_models(recipe: Recipe) -> Models:
    """Open what the recipe names. Raises ModelError, UsageError."""
    return Models(
        recipe,
        detector=open_detector(recipe.model, recipe.facts) if recipe.mode == "detect" else None,
        grounder=open_grounder(recipe.model) if recipe.mode == "text" else None,
        segmenter=open_segmenter(recipe.segmenter) if recipe.segmenter else None,
    )

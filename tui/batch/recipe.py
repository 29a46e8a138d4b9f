"""What is done with every image, as plain values that travel between processes as JSON.

Values can be read, logged and compared, and a recipe's digest says whether an image was done in the same way
before.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from tui.inference.detectors.base import DetectorOptions
from tui.pipelines.merge import Policy
from tui.types.instance import Task as LabelTask

Mode = Literal["detect", "text", "everything", "tighten"]

VERSION = 2
"""Raised when the same recipe would give other labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A pipeline and its settings; None and "" leave a setting to the model.

    `model` is the detector or the model that finds things by words, `facts` what its file does not say,
    `segmenter` what refines its boxes (needed for "everything" and "tighten"). `rules` and `only` are for
    `pipelines.classmap`. `layers`, `side` (0: what suits the segmenter) and `min_stability` are for
    "everything"; `confidence` is its least score. `max_bytes` and `max_pixels` bound an image, `provider` and
    `require_gpu` are a wish of `inference.preference`.
    """

    mode: Mode
    task: LabelTask
    existing: Policy = "keep"
    model: str = ""
    facts: DetectorOptions = field(default_factory=DetectorOptions)
    text: str = ""
    segmenter: str = ""
    rules: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    confidence: float | None = None
    iou: float | None = None
    layers: int = 0
    side: int = 0
    min_stability: float | None = None
    max_bytes: int = 512_000_000
    max_pixels: int = 200_000_000
    provider: str = "auto"
    require_gpu: bool = False

    def digest(self, *models: str, targets: tuple[int | None, ...]) -> str:
        """What decides the labels, in short: the settings, the models' fingerprints, the class mapping."""
        settings = asdict(self)
        for name in ("max_bytes", "max_pixels", "model", "segmenter", "provider", "require_gpu"):
            del settings[name]
        text = json.dumps([VERSION, settings, models, targets], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Task:
    """One image to do: its key in the sidecar, its path and that of its label file."""

    key: str
    image: str
    label: str


Outcome = Literal["labelled", "unchanged", "nothing", "kept", "gone", "failed", "unsaved"]
"""labelled: the label file was written. unchanged: it says the same already. nothing: nothing was found.
kept: what is there stays, by the policy. gone: the image was removed meanwhile. failed: the image or its
labels cannot be used, or a model failed on it. unsaved: the disk did not take the labels."""

FAILURES: frozenset[Outcome] = frozenset(("failed", "unsaved"))


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one task. `added` of `objects` instances are new; `ms` is the time in the models."""

    key: str
    outcome: Outcome
    reason: str = ""
    objects: int = 0
    added: int = 0
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class About:
    """What the opened models say of themselves: what is needed before the first image.

    `classes` are the names to be mapped to the dataset's: the detector's, or those of the text prompt; none
    for "everything" and "tighten". `fingerprints` belong to the files, `notes` say what runs otherwise than
    asked.
    """

    name: str
    classes: tuple[str, ...]
    fingerprints: tuple[str, ...]
    providers: tuple[str, ...]
    notes: tuple[str, ...] = ()


def packed(value: Recipe | Task | Result | About) -> dict[str, Any]:
    """A value as JSON."""
    return asdict(value)


def recipe_of(raw: dict[str, Any]) -> Recipe:
    """A recipe from its JSON."""
    lists = {name: tuple(raw[name]) for name in ("rules", "only")}
    return Recipe(**{**raw, **lists, "facts": _facts_of(raw["facts"])})


def about_of(raw: dict[str, Any]) -> About:
    """What models say, from its JSON."""
    lists = {name: tuple(raw[name]) for name in ("classes", "fingerprints", "providers", "notes")}
    return About(str(raw["name"]), **lists)


def _facts_of(raw: dict[str, Any]) -> DetectorOptions:
    lists = {name: tuple(raw[name]) if raw[name] else None for name in ("names", "input_wh")}
    return DetectorOptions(**{**raw, **lists})

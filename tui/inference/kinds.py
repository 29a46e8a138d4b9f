"""What a model is for, whatever family it belongs to, and opening one by that."""

from __future__ import annotations

from typing import Literal

from tui.errors import ModelError
from tui.inference.detectors.base import Detector
from tui.inference.detectors.registry import DETECTORS, open_detector
from tui.inference.grounding.base import Grounder
from tui.inference.grounding.registry import GROUNDERS, open_grounder
from tui.inference.segmenters.base import Segmenter
from tui.inference.segmenters.registry import SEGMENTERS, open_segmenter
from tui.inference.store import StoredModel

Kind = Literal["segmenter", "detector", "text"]


def kind_of(model: StoredModel) -> Kind:
    """Raises ModelError for a protocol that is not known."""
    protocol = model.manifest.protocol
    if protocol in SEGMENTERS:
        return "segmenter"
    if protocol in DETECTORS:
        return "detector"
    if protocol in GROUNDERS:
        return "text"
    raise ModelError(
        f"{model.manifest.path}: the protocol '{protocol}' is not known",
        "",
        f"Known are {', '.join((*SEGMENTERS, *DETECTORS, *GROUNDERS))}",
    )


def open_model(model: StoredModel) -> Segmenter | Detector | Grounder:
    """Open a stored model as what it is for. Raises ModelError."""
    kind = kind_of(model)
    if kind == "segmenter":
        return open_segmenter(model)
    return open_detector(model) if kind == "detector" else open_grounder(model)

"""Which protocol is spoken by which class, and opening a segmenter by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from tui.errors import ModelError
from tui.inference.preference import preferred
from tui.inference.segmenters.base import Limits, Segmenter
from tui.inference.store import StoredModel, find


def _grabcut(model: StoredModel) -> Segmenter:
    from tui.inference.segmenters.grabcut import GrabCut

    if preferred().required:
        raise ModelError(
            "'grabcut' needs no GPU and uses none", "", "Leave --require-gpu out, or choose another"
        )
    return GrabCut()


def _pair(model: StoredModel) -> Segmenter:
    from tui.inference.segmenters.families import FAMILIES
    from tui.inference.segmenters.pair import open_pair

    return open_pair(model, FAMILIES[model.manifest.protocol])


def _refined(model: StoredModel) -> Segmenter:
    from tui.inference.segmenters.pair import open_pair
    from tui.inference.segmenters.refined import Refined
    from tui.inference.segmenters.sam import Sam

    return Refined(open_pair(model, Sam))


SEGMENTERS: Mapping[str, Callable[[StoredModel], Segmenter]] = MappingProxyType(
    {
        "grabcut": _grabcut,
        "sam-cut": _refined,
        "sam": _pair,
        "hq-sam": _pair,
        "edge-sam": _pair,
        "efficient-sam": _pair,
        "sam2": _pair,
        "hf-sam": _pair,
        "hf-sam2": _pair,
    }
)
"""Protocol name to factory. Each imports its family only when it is called: starting with one kind does not
load the libraries of another."""


def limits_of(protocol: str) -> Limits:
    """What models of a protocol cannot take; nothing for one that is no segmenter's."""
    from tui.inference.segmenters.families import FAMILIES

    family = FAMILIES.get(protocol)
    return family.limits if family else Limits()


def open_segmenter(name_or_path: str | Path | StoredModel) -> Segmenter:
    """Open a segmenter: a model's name, a directory with a `manifest.toml` or with an encoder and decoder, or
    a model that was found.

    Raises ModelError when there is no such model, a file of it is absent or not the one the manifest
    states, or the model is of a protocol that is not known.
    """
    model = find(name_or_path)
    factory = SEGMENTERS.get(model.manifest.protocol)
    if factory is None:
        raise ModelError(
            f"'{model.manifest.name}' cannot answer points and boxes",
            f"its manifest says that it speaks '{model.manifest.protocol}'",
            f"Segmenters speak {', '.join(SEGMENTERS)}",
        )
    return factory(model)

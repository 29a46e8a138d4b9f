"""The reference models beside the checkout: tiny SAM graphs, drawn pictures, PyTorch's answers.

All of it lies in `../shared/refmodels`; without that the tests that need it are skipped.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from tui.inference.store import StoredModel, find
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box

_REFMODELS = Path(__file__).resolve().parents[3] / "shared" / "refmodels"

PAIRS = {
    "sam1-nchw-multi": ("sam1_nchw.encoder", "sam1_multi.decoder", "sam1"),
    "sam1-hwc-multi": ("sam1_samexporter.encoder", "sam1_multi.decoder", "sam1"),
    "sam1-nchw-single": ("sam1_nchw.encoder", "sam1_single.decoder", "sam1"),
    "sam1-hwc-frozen": ("sam1_samexporter.encoder", "sam1_samexporter_frozen.decoder", "sam1"),
    "mobile-sam": ("mobile_sam.encoder", "mobile_sam.decoder", "mobilesam"),
}
"""Encoder, decoder and golden file of each combination users have."""

IMAGES = ("land", "port", "big")


def folder() -> Path:
    """Where the reference models are; skips the test where they are absent."""
    if not _REFMODELS.is_dir():
        pytest.skip("../shared is absent")
    return _REFMODELS


def tiny(name: str) -> Path:
    """A tiny model by its name without `.onnx`."""
    return folder() / "tiny" / f"{name}.onnx"


@cache
def golden(name: str) -> dict[str, NDArray[np.generic]]:
    """PyTorch's answers by "<image>/<case>/<value>"."""
    with np.load(folder() / "golden" / f"{name}.npz", allow_pickle=False) as archive:
        return {key: archive[key] for key in archive.files}


def sample_image(name: str) -> NDArray[np.uint8]:
    image: NDArray[np.uint8] = _common().sample_image(name)
    return image


def prompts(image: str) -> dict[str, Prompt]:
    """The prompts of an image by case; "refine" lacks its previous mask, the answer to "point"."""
    return {case: _prompt(raw) for case, raw in _common().prompts_for(image).items()}


FAMILIES = {
    "hq-sam": ("sam_hq.encoder", "sam_hq.decoder", "sam_hq"),
    "edge-sam": ("edge_sam.encoder", "edge_sam.decoder", "edgesam"),
    "efficient-sam": ("efficient_sam.encoder", "efficient_sam.decoder", "efficientsam"),
    "sam2": ("sam2.encoder", "sam2.decoder", "sam2"),
    "hf-sam": ("hf_sam.vision_encoder", "hf_sam.prompt_encoder_mask_decoder", "hf_sam"),
    "hf-sam2": ("hf_sam2.vision_encoder", "hf_sam2.prompt_encoder_mask_decoder", "hf_sam2"),
}
"""The same of every other protocol, by its name."""


def bare_folder(place: Path, *models: str) -> Path:
    """A folder with links to tiny models and no manifest."""
    place.mkdir(parents=True, exist_ok=True)
    for name in models:
        (place / f"{name}.onnx").symlink_to(tiny(name))
    return place


def write_model(
    place: Path, name: str, encoder: Path, decoder: Path, *, protocol: str = "sam"
) -> StoredModel:
    """A model directory as a user makes it: a manifest beside links to two files."""
    place.mkdir(parents=True, exist_ok=True)
    lines = [f'name = "{name}"', f'title = "{name}"', f'protocol = "{protocol}"', 'licence = "test"']
    for role, source in (("encoder", encoder), ("decoder", decoder)):
        (place / f"{role}.onnx").symlink_to(source)
        lines += ["[[files]]", f'role = "{role}"', f'name = "{role}.onnx"']
    (place / "manifest.toml").write_text("\n".join(lines))
    return find(place)


def stored_pair(place: Path, pair: str) -> StoredModel:
    """One of `PAIRS` as a stored model in the folder `place`."""
    encoder, decoder, _ = PAIRS[pair]
    return write_model(place, pair, tiny(encoder), tiny(decoder))


@cache
def _common() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refmodels_common", folder() / "common.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _prompt(raw: dict[str, list[float]]) -> Prompt:
    places, labels, box = raw["points"] or [], raw["labels"] or [], raw["box"]
    points = tuple(Point(*place, label == 1) for place, label in zip(places, labels, strict=True))
    return Prompt(points, Box(*box) if box else None)

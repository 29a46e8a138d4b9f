"""What a pair of graphs in the SAM v1 layout says about itself: sizes, orders, how many masks.

Everything is read from the graphs, because published files differ: encoders take a normalised square
[1, 3, S, S] or a picture [h, w, 3]; decoders answer with one mask or with four; embeddings have other
channel counts in small variants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tui.errors import ModelError
from tui.inference.runtime import TensorInfo

EMBEDDING = "image_embeddings"
LOGITS, SCORES = "low_res_masks", "iou_predictions"
ORIGINAL_SIZE = "orig_im_size"
INPUTS = (EMBEDDING, "point_coords", "point_labels", "mask_input", "has_mask_input")

_PATCH = 16
"""Model pixels per embedding cell, in every SAM v1 encoder."""

_MASK_CELLS = 4
"""Mask cells per embedding cell: the decoder up-samples twice by two."""

_FOREIGN = {
    "high_res_feats_0": "a SAM 2 decoder",
    "high_res_features1": "a SAM 2 decoder",
    "interm_embeddings": "an HQ-SAM decoder",
    "image_positional_embeddings": "a decoder in the transformers.js layout",
    "batched_point_coords": "an EfficientSAM decoder",
}


class Graph(Protocol):
    """The part of `runtime.Session` that a layout is read from."""

    @property
    def label(self) -> str: ...

    @property
    def inputs(self) -> Mapping[str, TensorInfo]: ...

    @property
    def outputs(self) -> Mapping[str, TensorInfo]: ...


@dataclass(frozen=True, slots=True)
class EncoderLayout:
    """`side` is that of the model's square in pixels; `normalises` means the graph takes [h, w, 3] RGB 0..255
    and does the rest itself.
    """

    input: str
    output: str
    side: int
    normalises: bool


@dataclass(frozen=True, slots=True)
class DecoderLayout:
    """`mask_side` is the side of the low-resolution grid; `sized` tells whether `orig_im_size` must be fed.

    The number of masks is not kept: it may be symbolic, and every answer shows it.
    """

    embedding_shape: tuple[int | None, ...]
    mask_side: int
    sized: bool


def read_decoder(graph: Graph) -> DecoderLayout:
    """Raises ModelError when the graph is no SAM v1 decoder, naming what it is or what it lacks."""
    for name, what in _FOREIGN.items():
        if name in graph.inputs:
            raise ModelError(f"{graph.label} is {what}", "protocol 'sam' needs a SAM v1 decoder")
    missing = [n for n in INPUTS if n not in graph.inputs] + [
        n for n in (LOGITS, SCORES) if n not in graph.outputs
    ]
    if missing:
        raise ModelError(
            f"{graph.label} is no SAM v1 decoder",
            f"it lacks {', '.join(missing)}; it has inputs {_names(graph.inputs)}"
            f" and outputs {_names(graph.outputs)}",
            "Was the encoder given as the decoder?" if len(graph.inputs) == 1 else "",
        )
    embedding = graph.inputs[EMBEDDING].shape
    grid = graph.inputs["mask_input"].shape[-1]
    if grid is None and embedding[-1] is not None:
        grid = embedding[-1] * _MASK_CELLS
    masks = _last(graph.outputs[SCORES].shape)
    if masks is None and len(graph.outputs[LOGITS].shape) == 4:
        masks = graph.outputs[LOGITS].shape[1]
    if grid is None or masks not in (None, 1, 4):
        raise ModelError(
            f"{graph.label} is no SAM v1 decoder",
            f"its mask grid is {_axes(graph.inputs['mask_input'].shape)}"
            f" and it gives {masks or 'any number of'} masks; expected are 1 or 4",
        )
    return DecoderLayout(embedding, grid, ORIGINAL_SIZE in graph.inputs)


def read_encoder(graph: Graph, decoder: DecoderLayout, *, side: int | None = None) -> EncoderLayout:
    """`side` is the manifest's word, for graphs that are silent; the graph's own wins.

    Raises ModelError when the graph is no SAM v1 encoder.
    """
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise ModelError(
            f"{graph.label} is no SAM v1 encoder",
            f"one input and one output are expected; it has inputs {_names(graph.inputs)}"
            f" and outputs {_names(graph.outputs)}",
            "Was the decoder given as the encoder?" if EMBEDDING in graph.inputs else "",
        )
    (source,), (target,) = graph.inputs.values(), graph.outputs.values()
    if len(source.shape) == 3 and source.shape[-1] in (3, None):
        cells = next((n for n in (_last(target.shape), _last(decoder.embedding_shape)) if n), None)
        found = cells * _PATCH if cells else side
        if found is None:
            raise ModelError(f"{graph.label} does not say its size", "", "Write input_side in the manifest")
        return EncoderLayout(source.name, target.name, found, normalises=True)
    square = source.shape[-1] or source.shape[-2] if len(source.shape) == 4 else None
    square = square or (side if len(source.shape) == 4 else None)
    if square is None or source.shape[1] not in (3, None) or source.dtype not in ("float32", "float16"):
        raise ModelError(
            f"{graph.label} is no SAM v1 encoder",
            f"its input '{source.name}' is {source.dtype} {_axes(source.shape)};"
            " expected float [1, 3, side, side] or [height, width, 3]",
        )
    return EncoderLayout(source.name, target.name, square, normalises=False)


def check_pair(encoder: Graph, output: str, decoder: Graph) -> None:
    """Raise ModelError, naming both files, when the encoder's answer does not fit the decoder."""
    given, wanted = encoder.outputs[output].shape, decoder.inputs[EMBEDDING].shape
    same = len(given) == len(wanted) and all(
        a is None or b is None or a == b for a, b in zip(given, wanted, strict=True)
    )
    if not same:
        raise ModelError(
            f"{encoder.label} and {decoder.label} do not belong together",
            f"the encoder gives {_axes(given)}, the decoder takes {_axes(wanted)}",
            "Use the files of one model",
        )


def _last(shape: tuple[int | None, ...]) -> int | None:
    return shape[-1] if shape else None


def _axes(shape: tuple[int | None, ...]) -> str:
    return f"[{', '.join('any' if axis is None else str(axis) for axis in shape)}]"


def _names(tensors: Mapping[str, TensorInfo]) -> str:
    return ", ".join(tensors)

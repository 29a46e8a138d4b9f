"""What graphs in the SAM v1 layout and its relatives say about themselves: sizes, preparation, masks.

Everything is read from the graphs, because published files differ: encoders take a normalised square
[1, 3, S, S], a picture [h, w, 3] or bytes; decoders answer with one mask or with four; embeddings have other
channel counts in small variants.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tui.errors import ModelError
from tui.inference.recognise import axes, describe
from tui.inference.segmenters.wiring import MASK_CELLS, PATCH, need, square
from tui.inference.signature import Graph

EMBEDDING = "image_embeddings"
LOGITS, SCORES = "low_res_masks", "iou_predictions"
ORIGINAL_SIZE = "orig_im_size"
INPUTS = (EMBEDDING, "point_coords", "point_labels", "mask_input", "has_mask_input")

Preparation = Literal["square", "picture", "bytes"]


@dataclass(frozen=True, slots=True)
class EncoderLayout:
    """`side` is that of the model's square in pixels. `preparation` is what the graph takes: the finished,
    normalised and padded "square" [1, 3, side, side]; a "picture" [h, w, 3] RGB 0..255; or "bytes" [1, 3, h,
    w].
    """

    input: str
    side: int
    preparation: Preparation


@dataclass(frozen=True, slots=True)
class DecoderLayout:
    """`mask_side` is the side of the low-resolution grid; `sized` tells whether `orig_im_size` must be fed.

    The number of masks is not kept: it may be symbolic, and every answer shows it.
    """

    mask_side: int
    sized: bool


def read_decoder(graph: Graph) -> DecoderLayout:
    """Raises ModelError when the graph is no decoder in the official layout, naming what it lacks."""
    need(graph, "decoder", inputs=INPUTS, outputs=(LOGITS, SCORES))
    cells = graph.inputs[EMBEDDING].shape[-1]
    grid = graph.inputs["mask_input"].shape[-1] or (cells * MASK_CELLS if cells else None)
    masks = _last(graph.outputs[SCORES].shape)
    if masks is None and len(graph.outputs[LOGITS].shape) == 4:
        masks = graph.outputs[LOGITS].shape[1]
    if grid is None or masks not in (None, 1, 4):
        raise ModelError(
            f"{graph.label} is no SAM v1 decoder",
            f"its mask grid is {axes(graph.inputs['mask_input'].shape)}"
            f" and it gives {masks or 'any number of'} masks; expected are 1 or 4",
        )
    return DecoderLayout(grid, ORIGINAL_SIZE in graph.inputs)


def read_encoder(encoder: Graph, decoder: Graph, *, side: int | None = None) -> EncoderLayout:
    """`side` is the manifest's word, for graphs that are silent; the graphs' own wins.

    Raises ModelError when the graph takes no picture in one of the known ways, or nothing says its size.
    """
    (source,) = encoder.inputs.values()
    if len(source.shape) == 4 and source.dtype != "uint8":
        return EncoderLayout(source.name, square(encoder, side=side), "square")
    known = [encoder.outputs[EMBEDDING]] if EMBEDDING in encoder.outputs else [*encoder.outputs.values()][:1]
    cells = next((n for t in (*known, decoder.inputs[EMBEDDING]) if (n := _last(t.shape))), None)
    found = cells * PATCH if cells else side
    if len(source.shape) not in (3, 4):
        raise ModelError(f"{encoder.label} takes no picture", describe(encoder))
    if found is None:
        raise ModelError(f"{encoder.label} does not say its size", "", "Write input_side in the manifest")
    return EncoderLayout(source.name, found, "bytes" if len(source.shape) == 4 else "picture")


def _last(shape: tuple[int | None, ...]) -> int | None:
    return shape[-1] if shape else None

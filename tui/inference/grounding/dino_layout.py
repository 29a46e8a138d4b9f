"""The two layouts in which Grounding DINO is exported, and what each is fed.

    hf     pixel_values, pixel_mask, input_ids, token_type_ids, attention_mask -> logits, pred_boxes
    idea   img, input_ids, token_type_ids, position_ids, attention_mask, text_token_mask -> logits, boxes

The first is that of transformers.js; in the second the caller also says which tokens see which.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.errors import ModelError, UsageError
from tui.inference.grounding.tokens import Caption, phrase_attention
from tui.inference.preprocess import MEAN, STD
from tui.inference.signature import Graph

LOGITS = "logits"

_HF = ("pixel_values", "pred_boxes")
_IDEA = ("img", "boxes")
_TEXT_INPUTS = ("input_ids", "token_type_ids", "attention_mask")
_SHORTEST, _LONGEST = 800, 1333
_MOST_TOKENS = 256
"""Tokens the published models were trained with."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Names of the image input and the box output; the sizes that the graph fixes, else None.

    `text_length` is the number of tokens a caption must have, padding included.
    """

    image: str
    boxes: str
    image_wh: tuple[int, int] | None
    text_length: int | None


def read_layout(graph: Graph) -> Layout:
    """Raises ModelError when the graph is no Grounding DINO."""
    image, boxes = _IDEA if "text_token_mask" in graph.inputs else _HF
    needed = (image, *_TEXT_INPUTS)
    missing = [name for name in needed if name not in graph.inputs]
    missing += [name for name in (LOGITS, boxes) if name not in graph.outputs]
    shape = graph.inputs[image].shape if image in graph.inputs else ()
    if missing or len(shape) != 4:
        raise ModelError(
            f"{graph.label} is no Grounding DINO",
            f"'{missing[0]}' is not among its inputs and outputs" if missing else f"'{image}' is no image",
        )
    height, width = shape[2:]
    ids = graph.inputs["input_ids"].shape
    return Layout(
        image, boxes, (width, height) if width and height else None, ids[1] if len(ids) > 1 else None
    )


def input_wh(layout: Layout, image_wh: tuple[int, int]) -> tuple[int, int]:
    """The size at which the model sees an image.

    A graph with a fixed size gets the image stretched. Otherwise the shorter side becomes 800, unless the
    longer would exceed 1333 (Carion et al., "End-to-End Object Detection with Transformers", 2020).
    """
    if layout.image_wh:
        return layout.image_wh
    scale = min(_SHORTEST / min(image_wh), _LONGEST / max(image_wh))
    width, height = (max(1, round(length * scale)) for length in image_wh)
    return width, height


def pixels(image: NDArray[np.uint8], wh: tuple[int, int]) -> NDArray[np.float32]:
    """The image stretched to `wh` (Pillow's antialiased bilinear) and normalised: float32 [1, 3, h, w]."""
    scaled = np.asarray(Image.fromarray(image).resize(wh, Image.Resampling.BILINEAR), np.float32)
    normal = (scaled - np.array(MEAN, np.float32)) / np.array(STD, np.float32)
    return np.ascontiguousarray(normal.transpose(2, 0, 1)[None])


def feeds(
    graph: Graph, layout: Layout, canvas: NDArray[np.float32], caption: Caption
) -> dict[str, NDArray[np.generic]]:
    """All inputs the graph has, by name. Raises UsageError for a caption longer than the model takes."""
    count = len(caption.ids)
    length = layout.text_length or count
    if count > (layout.text_length or _MOST_TOKENS):
        raise UsageError(
            "The text prompt is too long for the model",
            f"it has {count} tokens, {layout.text_length or _MOST_TOKENS} are possible",
            "Give fewer or shorter phrases",
        )
    sees, position = phrase_attention(caption)
    ids, positions = (np.zeros((1, length), np.int64) for _ in range(2))
    ids[0, :count], positions[0, :count] = caption.ids, position
    attended = np.zeros((1, length), np.bool_)
    attended[0, :count] = True
    token_mask = np.eye(length, dtype=np.bool_)[None]
    token_mask[0, :count, :count] = sees
    every: dict[str, NDArray[np.generic]] = {
        layout.image: canvas,
        "pixel_mask": np.ones((1, *canvas.shape[2:]), np.int64),
        "input_ids": ids,
        "token_type_ids": np.zeros_like(ids),
        "attention_mask": attended,
        "position_ids": positions,
        "text_token_mask": token_mask,
    }
    return {name: array for name, array in every.items() if name in graph.inputs}

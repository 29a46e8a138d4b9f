"""A hand-made encoder and decoder in the SAM v1 layout, 64 pixels wide, that answer sensibly.

The encoder pools 16 x 16 blocks. The decoder lays a bell on every positive point and on both corners of a
box, takes a bell off at every negative point, and adds a tenth of the previous mask. Its masks have
different widths, its scores are constant.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inference.onnxmini import Graph, Shape
from tui.inference.preprocess import MEAN, STD

SIDE, CELLS, GRID = 64, 4, 16
WIDTHS = (9.0, 16.0, 9.0, 5.0)
"""Standard deviation of the bells of masks 0..3, in model pixels."""

SCORES = (0.5, 0.7, 0.9, 0.6)


def encoder_nchw(*, dtype: str = "float32") -> bytes:
    """Takes the normalised, padded square."""
    graph = Graph({"x": (dtype, (1, 3, SIDE, SIDE))}, {"image_embeddings": (1, 3, CELLS, CELLS)})
    _pool(graph, graph.op("Cast", "x", to=1) if dtype != "float32" else "x")
    return graph.serialize()


def encoder_hwc() -> bytes:
    """Takes a picture of any size up to the square; normalises and pads inside."""
    graph = Graph({"input_image": ("float32", ("h", "w", 3))}, {"image_embeddings": (1, 3, CELLS, CELLS)})
    normal = graph.op("Div", graph.op("Sub", "input_image", graph.const(MEAN)), graph.const(STD))
    planes = graph.op("Transpose", normal, perm=[2, 0, 1])
    free = graph.op("Sub", graph.const([3, SIDE, SIDE], "int64"), graph.op("Shape", planes))
    pads = graph.op("Concat", graph.const([0, 0, 0], "int64"), free, axis=0)
    square = graph.op("Pad", planes, pads)
    _pool(graph, graph.op("Unsqueeze", square, graph.const([0], "int64")))
    return graph.serialize()


def decoder(
    masks: int = 4,
    *,
    symbolic: bool = False,
    sized: bool = True,
    dtype: str = "float32",
    cells: int = CELLS,
    poison: bool = False,
) -> bytes:
    """`symbolic` leaves K and the grid out of the declared shapes; `poison` makes the logits NaN."""
    inputs: dict[str, tuple[str, Shape]] = {
        "image_embeddings": (dtype, (1, 3, cells, cells)),
        "point_coords": ("float32", (1, "points", 2)),
        "point_labels": ("float32", (1, "points")),
        "mask_input": ("float32", (1, 1, GRID, GRID)),
        "has_mask_input": ("float32", (1,)),
    }
    if sized:
        inputs["orig_im_size"] = ("float32", (2,))
    low: Shape = ("a", "b", "c", "d") if symbolic else (1, masks, GRID, GRID)
    graph = Graph(inputs, {"iou_predictions": ("a", "k") if symbolic else (1, masks), "low_res_masks": low})
    widths, scores = WIDTHS[:masks], SCORES[:masks]
    graph.op("Identity", graph.const([scores]), into="iou_predictions")
    bells = _bells(graph, widths)
    height = graph.op(
        "ReduceSum", graph.op("Mul", bells, _weights(graph)), graph.const([1], "int64"), keepdims=0
    )
    level = graph.op(
        "Mul", graph.op("Sub", height, graph.const(0.5)), graph.const(np.nan if poison else 20.0)
    )
    memory = graph.op("Mul", graph.op("Mul", "mask_input", "has_mask_input"), graph.const(0.1))
    graph.op("Add", graph.op("Unsqueeze", level, graph.const([0], "int64")), memory, into="low_res_masks")
    return graph.serialize()


def folder(path: Path) -> str:
    """Both halves in a new folder, as a person names a model of their own."""
    path.mkdir()
    (path / "encoder.onnx").write_bytes(encoder_nchw())
    (path / "decoder.onnx").write_bytes(decoder())
    return str(path)


def _pool(graph: Graph, source: str) -> None:
    graph.op("AveragePool", source, into="image_embeddings", kernel_shape=[16, 16], strides=[16, 16])


def _bells(graph: Graph, widths: tuple[float, ...]) -> str:
    """exp(-distance^2 / 2 width^2) of every grid cell to every token: [K, N, GRID, GRID]."""
    centre = (np.arange(GRID) + 0.5) * SIDE / GRID
    grid = np.stack(np.meshgrid(centre, centre), -1)  # [GRID, GRID, 2] as (x, y)
    places = graph.op("Unsqueeze", "point_coords", graph.const([2, 3], "int64"))
    offset = graph.op("Sub", places, graph.const(grid[None, None]))
    square = graph.op("ReduceSum", graph.op("Mul", offset, offset), graph.const([4], "int64"), keepdims=0)
    rate = np.array([-0.5 / w**2 for w in widths]).reshape(-1, 1, 1, 1)
    return graph.op("Exp", graph.op("Mul", square, graph.const(rate)))


def _weights(graph: Graph) -> str:
    """+1 for a positive point and a box corner, -1 for a negative one, 0 for padding: [1, N, 1, 1]."""
    zero = graph.const(0.0)
    positive = graph.op("Cast", graph.op("Greater", "point_labels", zero), to=1)
    negative = graph.op("Cast", graph.op("Equal", "point_labels", zero), to=1)
    return graph.op("Unsqueeze", graph.op("Sub", positive, negative), graph.const([2, 3], "int64"))

"""A hand-made SAM 3 that finds colours: "red", "green" and "blue" have an instance in a channel each."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inference.onnxmini import Graph, Shape

SIDE = 16
WORDS = ("red", "green", "blue")
BOXES = ((0.125, 0.25, 0.375, 0.5), (0.5, 0.5, 1.0, 1.0), (0.0, 0.0, 0.0, 0.5))
"""(x0, y0, x1, y1) in 0..1 of each colour's instance; that of "blue" has no area."""

_FIRST_ID = 3


def write_tokenizer(folder: Path) -> Path:
    """A vocabulary in the form of CLIP's, of three words."""
    import tokenizers

    names = ("<pad>", "<|startoftext|>", "<|endoftext|>", *WORDS, "<unk>")
    raw = tokenizers.Tokenizer(tokenizers.models.WordLevel({n: i for i, n in enumerate(names)}, "<unk>"))
    raw.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    path = folder / "tokenizer.json"
    raw.save(str(path))
    return path


def encoder(*, dtype: str = "uint8") -> bytes:
    """Planes in 0..1 as the finest features; the others are there as in the published files."""
    outputs: dict[str, Shape] = {"backbone_fpn_2": (1, 3, SIDE, SIDE), "vision_pos_enc_2": (1, 1)}
    graph = Graph({"image": (dtype, (3, SIDE, SIDE))}, outputs)
    planes = graph.op("Cast", "image", to=1)
    if dtype == "uint8":
        planes = graph.op("Div", planes, graph.const(255.0))
    else:
        planes = graph.op("Div", graph.op("Add", planes, graph.const(1.0)), graph.const(2.0))
    graph.op("Unsqueeze", planes, graph.const([0], "int64"), into="backbone_fpn_2")
    graph.op("Identity", graph.const([[0.0]]), into="vision_pos_enc_2")
    return graph.serialize()


def text() -> bytes:
    """The ids themselves as features, and which places are empty."""
    outputs: dict[str, Shape] = {"text_attention_mask": (1, 32), "text_memory": (32, 1, 1)}
    graph = Graph({"tokens": ("int64", (1, 32))}, outputs, types={"text_attention_mask": "bool"})
    graph.op("Equal", "tokens", graph.const([0], "int64"), into="text_attention_mask")
    numbers = graph.op("Cast", "tokens", to=1)
    graph.op("Reshape", numbers, graph.const([32, 1, 1], "int64"), into="text_memory")
    return graph.serialize()


def decoder(
    *, raw: bool = False, slots: int = 1, poison: bool = False, feature: str = "backbone_fpn_2"
) -> bytes:
    """`raw`: as newer exports answer. `slots`: places for boxes, of which none may be filled."""
    inputs: dict[str, tuple[str, Shape]] = {
        feature: ("float32", (1, 3, SIDE, SIDE)),
        "vision_pos_enc_2": ("float32", (1, 1)),
        "language_mask": ("bool", (1, 32)),
        "language_features": ("float32", (32, 1, 1)),
        "original_height": ("int64", ()),
        "original_width": ("int64", ()),
        "box_coords": ("float32", (slots, 1, 4)),
        "box_labels": ("int64", (slots, 1)),
        "box_masks": ("bool", (1, slots)),
    }
    if raw:
        outputs: dict[str, Shape] = {
            "pred_logits": (1, 3, 1),
            "presence_logit_dec": (1, 1),
            "pred_boxes": (1, 3, 4),
            "pred_masks": (1, 3, SIDE, SIDE),
        }
    else:
        outputs = {"boxes": (3, 4), "scores": (3,), "masks": (3, 1, SIDE, SIDE)}
    graph = Graph(inputs, outputs, types={"masks": "bool"})
    score = _scores(graph, poison=poison)
    if raw:
        _raw_answer(graph, score, feature)
    else:
        _finished_answer(graph, score, feature)
    return graph.serialize()


def _scores(graph: Graph, *, poison: bool) -> str:
    """0.8 for a colour that a word names, 0.1 for the others; nothing at all where a box was given: [3]."""
    ids = graph.const([[_FIRST_ID + i for i in range(len(WORDS))]])
    words = graph.op("Reshape", "language_features", graph.const([32, 1], "int64"))
    there = graph.op("Cast", graph.op("Not", "language_mask"), to=1)
    hit = graph.op("Cast", graph.op("Equal", words, ids), to=1)
    counted = graph.op("Mul", hit, graph.op("Reshape", there, graph.const([32, 1], "int64")))
    best = graph.op("ReduceMax", counted, axes=[0], keepdims=0)
    no_box = graph.op("ReduceMin", graph.op("Cast", "box_masks", to=1), keepdims=0)
    high = graph.op("Mul", graph.op("Mul", best, no_box), graph.const(np.nan if poison else 0.7))
    return graph.op("Add", high, graph.const(0.1))


def _finished_answer(graph: Graph, score: str, feature: str) -> None:
    graph.op("Identity", score, into="scores")
    wide, high = (graph.op("Cast", f"original_{n}", to=1) for n in ("width", "height"))
    parts = [graph.op("Unsqueeze", n, graph.const([0], "int64")) for n in (wide, high, wide, high)]
    graph.op("Mul", graph.const(BOXES), graph.op("Concat", *parts, axis=0), into="boxes")
    planes = graph.op("Reshape", feature, graph.const([3, 1, SIDE, SIDE], "int64"))
    graph.op("Greater", planes, graph.const(0.5), into="masks")


def _raw_answer(graph: Graph, score: str, feature: str) -> None:
    rest = graph.op("Sub", graph.const(1.0), score)
    logit = graph.op("Log", graph.op("Div", score, rest))
    graph.op("Reshape", logit, graph.const([1, 3, 1], "int64"), into="pred_logits")
    graph.op("Identity", graph.const([[40.0]]), into="presence_logit_dec")
    boxes = [((a + c) / 2, (b + d) / 2, c - a, d - b) for a, b, c, d in BOXES]
    graph.op("Identity", graph.const([boxes]), into="pred_boxes")
    graph.op("Sub", feature, graph.const(0.5), into="pred_masks")


def write_model(folder: Path, **options: object) -> Path:
    """The three graphs beside the vocabulary, as a person has them."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(folder)
    (folder / "sam3_image_encoder.onnx").write_bytes(encoder())
    (folder / "sam3_language_encoder.onnx").write_bytes(text())
    (folder / "sam3_decoder.onnx").write_bytes(decoder(**options))
    return folder

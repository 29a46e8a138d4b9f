"""A hand-made Grounding DINO in both layouts: each box stands for one word of a small vocabulary."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inference.onnxmini import Graph, Shape

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "?")
WORDS = ("red", "green", "car", "cat", "kit", "##ten")
VOCABULARY = (*SPECIAL, *WORDS)

BOXES = (
    ("car", (0.5, 0.5, 0.5, 0.25), 2.0),
    ("car", (0.51, 0.5, 0.5, 0.25), 1.0),
    ("##ten", (0.25, 0.75, 0.25, 0.25), 1.5),
    ("cat", (0.75, 0.25, 0.25, 0.25), 0.5),
    ("red", (0.9, 0.9, 0.0, 0.0), 3.0),
    ("green", (0.1, 0.1, 0.5, 0.5), -3.0),
)
"""(word, box as centre and size in 0..1, logit where the word stands) of every query."""


def write_vocabulary(folder: Path) -> Path:
    path = folder / "vocab.txt"
    path.write_text("\n".join(VOCABULARY) + "\n")
    return path


def model(
    kind: str = "hf", *, size: Shape = (48, 64), tokens: int | str = "s", poison: bool = False
) -> bytes:
    """`kind` is "hf" or "idea"; `size` (height, width) and `tokens` are what the graph declares."""
    hf = kind == "hf"
    text: Shape = (1, tokens)
    inputs: dict[str, tuple[str, Shape]] = {
        "pixel_values" if hf else "img": ("float32", (1, 3, *size)),
        "input_ids": ("int64", text),
        "token_type_ids": ("int64", text),
        "attention_mask": ("int64" if hf else "bool", text),
    }
    inputs |= (
        {"pixel_mask": ("int64", (1, *size))}
        if hf
        else {"position_ids": ("int64", text), "text_token_mask": ("bool", (1, tokens, tokens))}
    )
    boxes = "pred_boxes" if hf else "boxes"
    graph = Graph(inputs, {"logits": (1, len(BOXES), tokens), boxes: (1, len(BOXES), 4)})
    words = graph.const([[[VOCABULARY.index(word)] for word, _, _ in BOXES]], "int64")
    strength = graph.const([[[np.nan if poison else logit] for _, _, logit in BOXES]])
    row = graph.op("Unsqueeze", "input_ids", graph.const([1], "int64"))
    hit = graph.op("Cast", graph.op("Equal", row, words), to=1)
    miss = graph.op("Mul", graph.op("Sub", hit, graph.const(1.0)), graph.const(9.0))
    graph.op("Add", graph.op("Mul", hit, strength), miss, into="logits")
    graph.op("Identity", graph.const([[box for _, box, _ in BOXES]]), into=boxes)
    return graph.serialize()


def write_model(folder: Path, kind: str = "hf", **options: object) -> Path:
    """The model beside its vocabulary, as a person has them."""
    folder.mkdir(parents=True, exist_ok=True)
    write_vocabulary(folder)
    path = folder / f"{kind}.onnx"
    path.write_bytes(model(kind, **options))
    return path

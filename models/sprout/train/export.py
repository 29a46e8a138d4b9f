"""A checkpoint's moving average as two ONNX files, checked against PyTorch, with their manifest."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from network import MASKS, ConvNorm, Sprout, Widths
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from validate import SIDE

ENCODER, DECODER, MANIFEST = "encoder.onnx", "decoder.onnx", "manifest.toml"
_TOLERANCE = 0.02
"""Largest difference of logits, of their standard deviation: what 16-bit weights cost."""

_log = logging.getLogger(__name__)


class _DecoderGraph(nn.Module):
    """The decoder with SAM v1's inputs and outputs."""

    def __init__(self, model: Sprout) -> None:
        super().__init__()
        self.decoder = model.decoder

    def forward(
        self,
        image_embeddings: Tensor,
        point_coords: Tensor,
        point_labels: Tensor,
        mask_input: Tensor,
        has_mask_input: Tensor,
    ) -> tuple[Tensor, Tensor]:
        there = has_mask_input.view(1, 1, 1, 1)
        logits, quality = self.decoder(image_embeddings, point_coords, point_labels, mask_input, there)
        return logits, torch.sigmoid(quality)


def load(checkpoint: Path) -> Sprout:
    """The moving average of a checkpoint, ready to be used, batch norms folded away."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    widths = {name: tuple(value) for name, value in json.loads(state["plan"])["widths"].items()}
    model = Sprout(Widths(**widths))
    model.load_state_dict(state["smooth"])
    model.eval().requires_grad_(False)
    for part in list(model.modules()):
        if isinstance(part, ConvNorm):
            part[0], part[1] = fuse_conv_bn_eval(part[0], part[1]), nn.Identity()
    return model


def export(checkpoint: Path, folder: Path) -> None:
    """Write encoder, decoder and manifest into `folder`.

    Raises ValueError when the files answer otherwise than PyTorch.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = load(checkpoint)
    picture = torch.zeros(1, 3, SIDE, SIDE)
    options: dict[str, Any] = {"opset_version": 17, "dynamo": False, "do_constant_folding": True}
    names = ["image_embeddings", "point_coords", "point_labels", "mask_input", "has_mask_input"]
    torch.onnx.export(
        model.encoder,
        (picture,),
        str(folder / ENCODER),
        input_names=["image"],
        output_names=names[:1],
        **options,
    )
    decoder = _DecoderGraph(model)
    inputs = _prompt(np.random.default_rng(1), model.encoder(picture).numpy(), 3, box=True)
    torch.onnx.export(
        decoder,
        tuple(torch.from_numpy(inputs[name]) for name in names),
        str(folder / DECODER),
        input_names=names,
        output_names=["low_res_masks", "iou_predictions"],
        dynamic_axes={"point_coords": {1: "points"}, "point_labels": {1: "points"}},
        **options,
    )
    for name in (ENCODER, DECODER):
        _halve(folder / name)
    difference = parity(model, folder)
    _log.info("largest difference to PyTorch: %.4f of the logits' deviation", difference)
    if difference > _TOLERANCE:
        raise ValueError(f"the exported files differ from PyTorch by {difference:.3f}")
    _write_manifest(folder)


def _halve(path: Path) -> None:
    """Store the weights in 16 bits; a Cast behind each, folded when the file is loaded, restores 32."""
    model = onnx.load(str(path))
    graph = model.graph
    kept, casts = [], []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or values.size < 64:
            kept.append(weight)
            continue
        half = weight.name + "_half"
        kept.append(numpy_helper.from_array(values.astype(np.float16), half))
        casts.append(helper.make_node("Cast", [half], [weight.name], to=TensorProto.FLOAT))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def parity(model: Sprout, folder: Path) -> float:
    """Largest difference between the files' logits and PyTorch's over some prompts, of their deviation."""
    encoder, decoder = (
        onnxruntime.InferenceSession(str(folder / name), providers=["CPUExecutionProvider"])
        for name in (ENCODER, DECODER)
    )
    rng = np.random.default_rng(3)
    picture = rng.normal(0, 1, (1, 3, SIDE // 16, SIDE // 16)).astype(np.float32).repeat(16, 2).repeat(16, 3)
    (embedding,) = encoder.run(None, {"image": picture})
    with torch.no_grad():
        ours = model.encoder(torch.from_numpy(picture))
        worst = _difference(embedding, ours.numpy())
        for points, box in ((1, False), (5, False), (0, True), (2, True)):
            feeds = _prompt(rng, embedding, points, box=box)
            logits, quality = decoder.run(None, feeds)
            given = [torch.from_numpy(value) for value in feeds.values()]
            expected, guess = _DecoderGraph(model)(ours, *given[1:])
            if logits.shape != (1, MASKS, SIDE // 2, SIDE // 2):
                raise ValueError(f"the decoder answers with {logits.shape}")
            worst = max(
                worst, _difference(logits, expected.numpy()), float(np.abs(quality - guess.numpy()).max())
            )
    return worst


def _difference(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    """The 99.9th percentile of the difference: `hold` puts single samples on a side by comparison."""
    return float(np.quantile(np.abs(ours - theirs), 0.999) / theirs.std())


def _prompt(
    rng: np.random.Generator, embedding: NDArray[np.float32], points: int, *, box: bool
) -> dict[str, NDArray[np.float32]]:
    labels = [*rng.integers(0, 2, points), *((2, 3) if box else (-1,))]
    coordinates = rng.uniform(60, 200, (1, len(labels), 2)).astype(np.float32)
    if box:
        coordinates[0, -1] += 200
    return {
        "image_embeddings": embedding,
        "point_coords": coordinates,
        "point_labels": np.array([labels], np.float32),
        "mask_input": rng.normal(0, 4, (1, 1, SIDE // 2, SIDE // 2)).astype(np.float32),
        "has_mask_input": np.array([float(points > 1)], np.float32),
    }


def _write_manifest(folder: Path) -> None:
    """Sizes and digests of the files into the manifest, whose other lines stay as they are."""
    path = folder / MANIFEST
    head = (
        path.read_text(encoding="utf-8").partition("[[files]]")[0] if path.exists() else 'name = "sprout"\n'
    )
    blocks = []
    for role, name in (("encoder", ENCODER), ("decoder", DECODER)):
        data = (folder / name).read_bytes()
        size = f"{len(data):_}"
        digest = hashlib.sha256(data).hexdigest()
        blocks.append(f'[[files]]\nrole = "{role}"\nname = "{name}"\nsize = {size}\nsha256 = "{digest}"\n')
    path.write_text(head.rstrip() + "\n\n" + "\n".join(blocks), encoding="utf-8")

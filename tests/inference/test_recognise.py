"""Telling models apart by what goes in and out of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference import refmodels, tinysam
from inference.onnxmini import Graph, doubler
from tui.errors import ModelError
from tui.inference.recognise import expect, recognise
from tui.inference.signature import Signature, read_signature

REFERENCE = {
    "edge_sam.decoder": ("decoder", "edge-sam"),
    "edge_sam.encoder": ("encoder", "edge-sam"),
    "efficient_sam.decoder": ("decoder", "efficient-sam"),
    "efficient_sam.encoder": ("encoder", "efficient-sam"),
    "fastsam_s": ("model", "yolo"),
    "gdino_hf": ("model", "grounding-dino"),
    "gdino_idea": ("model", "grounding-dino"),
    "hf_sam.prompt_encoder_mask_decoder": ("decoder", "hf-sam"),
    "hf_sam.vision_encoder": ("encoder", "hf-sam"),
    "hf_sam2.prompt_encoder_mask_decoder": ("decoder", "hf-sam2"),
    "hf_sam2.vision_encoder": ("encoder", "hf-sam2"),
    "mobile_sam.decoder": ("decoder", "sam"),
    "mobile_sam.encoder": ("encoder", "sam"),
    "sam1_multi.decoder": ("decoder", "sam"),
    "sam1_nchw.encoder": ("encoder", "sam"),
    "sam1_samexporter.encoder": ("encoder", "sam"),
    "sam1_samexporter_frozen.decoder": ("decoder", "sam"),
    "sam1_single.decoder": ("decoder", "sam"),
    "sam2.decoder": ("decoder", "sam2"),
    "sam2.encoder": ("encoder", "sam2"),
    "sam_hq.decoder": ("decoder", "hq-sam"),
    "sam_hq.encoder": ("encoder", "hq-sam"),
    "yolo11n_det": ("model", "yolo"),
    "yolo11n_det_dynamic": ("model", "yolo"),
    "yolo11n_det_nms": ("model", "yolo"),
    "yolo26n_det_end2end": ("model", "yolo"),
    "yolo26n_det_raw": ("model", "yolo"),
    "yolo26n_seg_end2end": ("model", "yolo"),
    "yolov8n_seg": ("model", "yolo"),
}


def test_no_reference_model_is_left_out() -> None:
    assert {path.stem for path in (refmodels.folder() / "tiny").glob("*.onnx")} == REFERENCE.keys()


@pytest.mark.parametrize("name", REFERENCE)
def test_every_reference_model_is_recognised(name: str) -> None:
    kind = recognise(read_signature(refmodels.tiny(name)))
    assert kind is not None
    role, protocol = REFERENCE[name]
    assert kind.role == role
    assert protocol in kind.protocols


def signature(folder: Path, data: bytes) -> Signature:
    path = folder / "image.onnx"
    path.write_bytes(data)
    return read_signature(path)


def inputs(**shapes: tuple[str, tuple[int | str, ...]]) -> bytes:
    """A graph with these inputs; its body is beside the point."""
    graph = Graph({name.replace("__", "."): info for name, info in shapes.items()}, {"y": (1,)})
    graph.op("Identity", next(iter(graph.inputs)), into="y")
    return graph.serialize()


CLICKS = {"point_coords": ("float32", (1, "n", 2)), "point_labels": ("float32", (1, "n"))}


@pytest.mark.parametrize(
    ("data", "role", "protocols"),
    [
        (tinysam.encoder_nchw(), "encoder", ("sam", "edge-sam")),
        (tinysam.encoder_hwc(), "encoder", ("sam", "edge-sam")),
        (tinysam.decoder(1, sized=False), "decoder", ("sam",)),
        (inputs(image_embeddings=("float32", (1,)), **CLICKS), "decoder", ("edge-sam",)),
        (inputs(high_res_features1=("float32", (1,)), **CLICKS), "decoder", ("sam2",)),
        (inputs(image=("uint8", (3, 1008, 1008))), "encoder", ("sam3",)),
        (inputs(tokens=("int64", (1, 32))), "text", ("sam3",)),
        (
            inputs(language_mask=("float32", (1,)), backbone_fpn_2=("float32", (1,))),
            "decoder",
            ("sam3",),
        ),
        (
            inputs(batched_images=("float32", (1,)), batched_point_coords=("float32", (1,))),
            "model",
            (),
        ),
    ],
)
def test_graphs_are_told_apart(tmp_path: Path, data: bytes, role: str, protocols: tuple[str, ...]) -> None:
    kind = recognise(signature(tmp_path, data))
    assert kind is not None
    assert (kind.role, kind.protocols) == (role, protocols)


def test_something_else_is_nothing(tmp_path: Path) -> None:
    assert recognise(signature(tmp_path, doubler())) is None


def test_m2_expecting_names_what_was_found_instead(tmp_path: Path) -> None:
    found = signature(tmp_path, tinysam.decoder())
    expect(found, "sam", "decoder")
    with pytest.raises(ModelError, match=r"is a SAM v1 decoder: protocol 'sam' needs its encoder here\. Was"):
        expect(found, "sam", "encoder")
    with pytest.raises(ModelError, match="is a SAM v1 decoder: it does not fit the protocol 'sam2'"):
        expect(found, "sam2", "decoder")
    with pytest.raises(ModelError, match="no decoder that is known: it has inputs 'x'"):
        expect(signature(tmp_path, doubler()), "sam", "decoder")

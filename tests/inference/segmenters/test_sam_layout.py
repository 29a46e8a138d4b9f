"""Graphs that are not what they are given as: a sentence names what was found and what is needed (M2)."""

from __future__ import annotations

import numpy as np
import pytest

from inference import refmodels, tinysam
from inference.onnxmini import doubler
from inference.recording import RecordingGraph
from tui.errors import ModelError
from tui.inference.runtime import Session, SessionOptions, open_session
from tui.inference.segmenters import sam_layout as layout
from tui.inference.segmenters.sam import Sam

ONE = SessionOptions(threads=1)


def graph(data: bytes) -> Session:
    return open_session(data, ONE)


def pair(encoder: bytes, decoder: bytes) -> Sam:
    return Sam(graph(encoder), graph(decoder), name="x", digest="0")


@pytest.mark.parametrize("sized", [True, False])
@pytest.mark.parametrize("symbolic", [True, False])
def test_a_decoders_grid_is_read_from_the_graph(symbolic: bool, sized: bool) -> None:
    found = layout.read_decoder(graph(tinysam.decoder(symbolic=symbolic, sized=sized)))
    assert (found.mask_side, found.sized) == (tinysam.GRID, sized)


def test_a_number_of_masks_that_means_nothing_is_refused() -> None:
    with pytest.raises(ModelError, match="gives 3 masks"):
        layout.read_decoder(graph(tinysam.decoder(3)))


@pytest.mark.parametrize(
    ("data", "preparation"), [(tinysam.encoder_nchw(), "square"), (tinysam.encoder_hwc(), "picture")]
)
def test_an_encoders_order_and_side_are_read_from_the_graph(data: bytes, preparation: str) -> None:
    found = layout.read_encoder(graph(data), graph(tinysam.decoder()))
    assert (found.side, found.preparation) == (tinysam.SIDE, preparation)


def test_an_encoder_of_bytes_is_given_bytes() -> None:
    encoder = RecordingGraph(
        {"image": (1, 3, None, None)},
        {"image_embeddings": np.zeros((1, 3, 4, 4), np.float32)},
        types={"image": "uint8"},
    )
    found = layout.read_encoder(encoder, graph(tinysam.decoder()))
    assert (found.side, found.preparation) == (tinysam.SIDE, "bytes")


def test_encoder_and_decoder_exchanged() -> None:
    with pytest.raises(ModelError, match="Was the encoder given as the decoder"):
        pair(tinysam.decoder(), tinysam.encoder_nchw())


def test_a_decoder_in_the_encoders_place() -> None:
    with pytest.raises(ModelError, match="Was the decoder given as the encoder"):
        pair(tinysam.decoder(), tinysam.decoder())


def test_a_pair_of_two_models_names_both_shapes() -> None:
    with pytest.raises(ModelError, match=r"gives \[1, 3, 4, 4\], the decoder takes \[1, 3, 8, 8\]"):
        pair(tinysam.encoder_nchw(), tinysam.decoder(cells=8))


def test_a_model_of_another_kind() -> None:
    with pytest.raises(ModelError, match=r"no decoder that is known: it has inputs 'x' float32 \[2\]"):
        pair(tinysam.encoder_nchw(), doubler())
    with pytest.raises(ModelError, match="no encoder that is known"):
        pair(doubler(), tinysam.decoder())


def test_a_decoder_without_what_is_needed_says_what_it_lacks() -> None:
    with pytest.raises(ModelError, match=r"lacks image_embeddings, .*; it has inputs 'x'"):
        layout.read_decoder(graph(doubler()))


@pytest.mark.parametrize(
    ("decoder", "what"),
    [
        ("sam2.decoder", "a SAM 2 decoder"),
        ("sam_hq.decoder", "an HQ-SAM decoder"),
        ("efficient_sam.decoder", "an EfficientSAM decoder"),
        ("hf_sam.prompt_encoder_mask_decoder", "transformers.js"),
        ("edge_sam.decoder", "an EdgeSAM decoder"),
    ],
)
def test_decoders_of_other_families_are_named(decoder: str, what: str) -> None:
    foreign = open_session(refmodels.tiny(decoder), ONE)
    with pytest.raises(ModelError, match=what):
        Sam(graph(tinysam.encoder_nchw()), foreign, name="x", digest="0")


@pytest.mark.parametrize(
    "encoder", ["sam2.encoder", "sam_hq.encoder", "efficient_sam.encoder", "edge_sam.decoder"]
)
def test_encoders_of_other_families_do_not_pass(encoder: str) -> None:
    with pytest.raises(ModelError):
        Sam(
            open_session(refmodels.tiny(encoder), ONE),
            open_session(refmodels.tiny("sam1_multi.decoder"), ONE),
            name="x",
            digest="0",
        )

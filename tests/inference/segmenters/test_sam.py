"""How SAM v1 graphs are fed, and what their answers become."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from inference import tinysam
from inference.recording import RecordingGraph
from inference.refmodels import write_model
from tui.errors import ModelError
from tui.inference.embedding import Embedding
from tui.inference.runtime import SessionOptions, TensorInfo, open_session
from tui.inference.segmenters.base import Interruptible
from tui.inference.segmenters.pair import open_pair
from tui.inference.segmenters.sam import Sam
from tui.inference.store import find
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, LogitMask


def recording(masks: int = 4, scores: Sequence[float] = (0.5, 0.7, 1.4, -0.2)) -> tuple[Sam, RecordingGraph]:
    """A Sam over recording graphs: side 1024, grid 256; mask i is filled with i."""
    low = np.repeat(np.arange(masks, dtype=np.float32), 256 * 256).reshape(1, masks, 256, 256)
    encoder = RecordingGraph(
        {"image": (1, 3, 1024, 1024)}, {"image_embeddings": np.zeros((1, 8, 64, 64), np.float32)}
    )
    decoder = RecordingGraph(
        {
            "image_embeddings": (1, 8, 64, 64),
            "point_coords": (1, None, 2),
            "point_labels": (1, None),
            "mask_input": (1, 1, 256, 256),
            "has_mask_input": (1,),
            "orig_im_size": (2,),
        },
        {"low_res_masks": low, "iou_predictions": np.array([scores[:masks]], np.float32)},
    )
    return Sam(encoder, decoder, name="recording", digest="d"), decoder


def embedding_of(sam: Sam, wh: tuple[int, int] = (512, 256)) -> Embedding:
    return sam.encode(np.zeros((wh[1], wh[0], 3), np.uint8))


CLICK = Prompt((Point(10, 20),))


def test_without_a_previous_mask_the_mask_input_is_off() -> None:
    sam, decoder = recording()
    sam.decode(embedding_of(sam), CLICK)
    (fed,) = decoder.fed
    assert fed["has_mask_input"].tolist() == [0.0]
    assert not fed["mask_input"].any()
    assert fed["orig_im_size"].tolist() == [1.0, 1.0]


def test_a_previous_mask_is_fed_as_it_is() -> None:
    sam, decoder = recording()
    logits = np.linspace(-30, 30, 256 * 256, dtype=np.float32).reshape(256, 256)
    sam.decode(embedding_of(sam), Prompt(CLICK.points * 2, previous=LogitMask(logits, Box(0, 0, 1, 1))))
    (fed,) = decoder.fed
    assert fed["has_mask_input"].tolist() == [1.0]
    np.testing.assert_array_equal(fed["mask_input"], logits[None, None])


def test_a_click_alone_offers_the_three_masks_and_keeps_the_scores_in_range() -> None:
    sam, _ = recording()
    candidates = sam.decode(embedding_of(sam), CLICK)
    assert [c.mask.logits[0, 0] for c in candidates] == [1, 2, 3]
    assert [c.score for c in candidates] == pytest.approx([0.7, 1.0, 0.0])


@pytest.mark.parametrize(
    "prompt",
    [
        Prompt(CLICK.points * 2),
        Prompt(box=Box(0, 0, 9, 9)),
        Prompt(CLICK.points, Box(0, 0, 9, 9)),
        Prompt(CLICK.points, previous=LogitMask(np.zeros((256, 256), np.float32), Box(0, 0, 1, 1))),
    ],
    ids=["two clicks", "box", "box and click", "click on a previous mask"],
)
def test_a_prompt_that_leaves_no_doubt_offers_the_first_mask_alone(prompt: Prompt) -> None:
    sam, _ = recording()
    (candidate,) = sam.decode(embedding_of(sam), prompt)
    assert candidate.mask.logits[0, 0] == 0


def test_a_decoder_with_one_mask_offers_it_for_every_prompt() -> None:
    sam, _ = recording(masks=1)
    assert len(sam.decode(embedding_of(sam), CLICK)) == 1


def test_the_mask_lies_on_the_image_with_the_padding_beyond_it() -> None:
    sam, _ = recording()
    mask = sam.decode(embedding_of(sam, (512, 256)), CLICK)[0].mask
    assert mask.region == Box(0, 0, 512, 512)
    assert mask.via == 1024


def test_a_graph_that_is_silent_about_its_size_takes_the_manifests_word() -> None:
    sam, decoder = recording()
    encoder = RecordingGraph(
        {"picture": (None, None, 3)}, {"image_embeddings": np.zeros((1, 8, 64, 64), np.float32)}
    )
    silent = TensorInfo("image_embeddings", (1, None, None, None), "float32")
    encoder.outputs["image_embeddings"] = decoder.inputs["image_embeddings"] = silent
    with pytest.raises(ModelError, match="Write input_side"):
        Sam(encoder, decoder, name="x", digest="0")
    sam = Sam(encoder, decoder, name="x", digest="0", side=512)
    embedding_of(sam, (100, 50))
    assert encoder.fed[0]["picture"].shape == (256, 512, 3)


def test_an_embedding_of_another_segmenter_is_refused() -> None:
    sam, _ = recording()
    foreign = Embedding(embedding_of(sam).arrays, (512, 256), "another")
    with pytest.raises(ValueError, match="another segmenter"):
        sam.decode(foreign, CLICK)


def test_a_previous_mask_of_another_grid_is_refused() -> None:
    sam, _ = recording()
    previous = LogitMask(np.zeros((8, 8), np.float32), Box(0, 0, 1, 1))
    with pytest.raises(ValueError, match="previous mask"):
        sam.decode(embedding_of(sam), Prompt(CLICK.points, previous=previous))


def test_an_answer_of_a_wrong_shape_is_a_sentence() -> None:
    sam, decoder = recording()
    embedding = embedding_of(sam)
    decoder.answers = {
        "low_res_masks": np.zeros((1, 4, 64, 64), np.float32),
        "iou_predictions": np.zeros((1, 4), np.float32),
    }
    with pytest.raises(ModelError, match="shapes"):
        sam.decode(embedding, CLICK)


def test_a_mask_that_is_not_a_number_is_a_sentence_and_the_session_lives_on() -> None:
    options = SessionOptions(threads=1)
    encoder = open_session(tinysam.encoder_hwc(), options)
    poisoned = Sam(encoder, open_session(tinysam.decoder(poison=True), options), name="x", digest="0")
    embedding = poisoned.encode(np.zeros((20, 30, 3), np.uint8))
    for _ in range(2):
        with pytest.raises(ModelError, match="not finite"):
            poisoned.decode(embedding, CLICK)


def test_both_kinds_of_encoder_prepare_the_picture_alike() -> None:
    image = np.random.default_rng(0).integers(0, 256, (150, 90, 3)).astype(np.uint8)
    options = SessionOptions(threads=1)
    decoder = open_session(tinysam.decoder(), options)
    square, free = (
        Sam(open_session(data, options), decoder, name="x", digest="0").encode(image)
        for data in (tinysam.encoder_nchw(), tinysam.encoder_hwc())
    )
    np.testing.assert_allclose(square.arrays["image_embeddings"], free.arrays["image_embeddings"], atol=1e-5)


def test_the_fingerprint_follows_the_encoder_and_not_the_decoder(tmp_path: Path) -> None:
    files = {
        "square.onnx": tinysam.encoder_nchw(),
        "free.onnx": tinysam.encoder_hwc(),
        "four.onnx": tinysam.decoder(4),
        "one.onnx": tinysam.decoder(1),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    prints = [
        open_pair(write_model(tmp_path / f"{e}{d}", "m", tmp_path / e, tmp_path / d), Sam).fingerprint
        for e, d in [
            ("square.onnx", "four.onnx"),
            ("square.onnx", "one.onnx"),
            ("free.onnx", "one.onnx"),
        ]
    ]
    assert prints[0] == prints[1] != prints[2]


def test_a_manifest_without_a_decoder_says_so(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text('name = "m"\ntitle = "m"\nprotocol = "sam"\nlicence = "m"\n')
    with pytest.raises(ModelError, match="no file with role 'encoder'"):
        open_pair(find(tmp_path), Sam)


def test_an_encode_can_be_interrupted() -> None:
    sam, _ = recording()
    assert isinstance(sam, Interruptible)
    sam.interrupt()
    assert sam._encoder.terminated == 1


def test_a_pair_on_two_providers_says_both() -> None:
    sam, _ = recording()
    sam._encoder.provider = "CUDA"
    assert sam.provider == "CUDA/CPU"

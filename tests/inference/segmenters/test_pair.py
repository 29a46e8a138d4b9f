"""What all encoder and decoder pairs share: batches, limits, what is offered, the cache's key."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference import refmodels, tinysam
from tui.errors import ModelError
from tui.inference.runtime import Pinned, Session, SessionOptions
from tui.inference.segmenters import pair
from tui.inference.segmenters.families import FAMILIES
from tui.inference.segmenters.pair import EncoderDecoder, digest_of, open_pair
from tui.inference.store import find
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, LogitMask

CLICK = Prompt((Point(5, 5),))
MASK = LogitMask(np.zeros((4, 4), np.float32), Box(0, 0, 1, 1))


def test_digests_keep_their_parts_apart() -> None:
    assert digest_of("ab", "c") != digest_of("a", "bc")
    assert len(digest_of("a")) == 32


@pytest.fixture(scope="module")
def sam2(tmp_path_factory: pytest.TempPathFactory) -> EncoderDecoder:
    encoder, decoder, _ = refmodels.FAMILIES["sam2"]
    folder = refmodels.bare_folder(tmp_path_factory.mktemp("m") / "sam2", encoder, decoder)
    return open_pair(find(folder), FAMILIES["sam2"])


def test_prompts_of_different_form_are_answered_too(sam2: EncoderDecoder) -> None:
    embedding = sam2.encode(np.zeros((30, 40, 3), np.uint8))
    previous = sam2.decode(embedding, CLICK)[0].mask
    prompts = (
        CLICK,
        Prompt(CLICK.points * 2),
        Prompt(box=Box(1, 1, 20, 20)),
        Prompt(CLICK.points * 2, previous=previous),
    )
    for prompt, together in zip(prompts, sam2.decode_many(embedding, prompts), strict=True):
        for a, b in zip(together, sam2.decode(embedding, prompt), strict=True):
            np.testing.assert_allclose(a.mask.logits, b.mask.logits, atol=1e-3)
    assert sam2.decode_many(embedding, ()) == ()


def ahead_of(place: Path, options: SessionOptions) -> tuple[EncoderDecoder, object]:
    """A pair, and the session that it encodes ahead on."""
    (place / "encoder.onnx").write_bytes(tinysam.encoder_nchw())
    (place / "decoder.onnx").write_bytes(tinysam.decoder())
    sam = open_pair(find(place), FAMILIES["sam"], options)
    sam.encode_ahead(np.zeros((30, 40, 3), np.uint8))
    return sam, sam._ahead


def test_work_ahead_leaves_a_core_free(tmp_path: Path) -> None:
    sam, ahead = ahead_of(tmp_path, SessionOptions(threads=3))
    assert isinstance(ahead, Session)
    assert ahead is not sam._encoder
    assert ahead._raw.get_session_options().intra_op_num_threads == 2


def test_with_one_thread_there_is_one_encoder(tmp_path: Path) -> None:
    sam, ahead = ahead_of(tmp_path, SessionOptions(threads=1))
    assert ahead is sam._encoder


def test_an_encoder_too_large_to_have_twice_is_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair, "_LARGEST_TWICE", 10)
    sam, ahead = ahead_of(tmp_path, SessionOptions(threads=3))
    assert ahead is sam._encoder


def test_the_embedding_in_front_is_handed_over_once(sam2: EncoderDecoder) -> None:
    first, second = (sam2.encode(np.full((30, 40, 3), shade, np.uint8)) for shade in (0, 200))
    answers = []
    for embedding in (first, first, second):
        answers.append(sam2.decode(embedding, CLICK)[0].mask.logits)
        assert sam2._front is not None
        pins = sam2._front[1]
        assert sam2._front[0] is embedding
        assert set(pins) == set(embedding.arrays)
        assert all(isinstance(feed, Pinned) for feed in pins.values())
    np.testing.assert_array_equal(answers[0], answers[1])
    assert np.abs(answers[0] - answers[2]).max() > 0.1


def test_a_file_of_another_family_is_refused_by_name(tmp_path: Path) -> None:
    encoder, decoder, _ = refmodels.FAMILIES["sam2"]
    model = refmodels.write_model(
        tmp_path / "m", "m", refmodels.tiny(encoder), refmodels.tiny(decoder), protocol="hq-sam"
    )
    with pytest.raises(ModelError, match="is a SAM 2 decoder: it does not fit the protocol 'hq-sam'"):
        open_pair(model, FAMILIES["hq-sam"])

"""What all encoder and decoder pairs share: batches, limits, what is offered, the cache's key."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference import refmodels
from tui.errors import ModelError, UsageError
from tui.inference.segmenters.base import Limits
from tui.inference.segmenters.families import FAMILIES
from tui.inference.segmenters.pair import EncoderDecoder, check_limits, digest_of, offered, open_pair
from tui.inference.store import find
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, LogitMask

CLICK = Prompt((Point(5, 5),))
MASK = LogitMask(np.zeros((4, 4), np.float32), Box(0, 0, 1, 1))


@given(masks=st.sampled_from([1, 2, 3, 5]))
def test_all_masks_of_a_decoder_that_chose_already_are_offered(masks: int) -> None:
    assert list(offered(masks, CLICK)) == list(range(masks))


def test_of_four_masks_the_first_is_for_prompts_that_leave_no_doubt() -> None:
    assert list(offered(4, CLICK)) == [1, 2, 3]
    for prompt in (
        Prompt(CLICK.points * 2),
        Prompt(box=Box(0, 0, 2, 2)),
        Prompt(CLICK.points, Box(0, 0, 2, 2)),
        Prompt(CLICK.points, previous=MASK),
    ):
        assert list(offered(4, prompt)) == [0]


@pytest.mark.parametrize(
    ("limits", "prompt", "words"),
    [
        (Limits(boxes=False), Prompt(box=Box(0, 0, 2, 2)), "'m' takes no boxes"),
        (Limits(negative_points=False), Prompt((Point(1, 1, False),)), "'m' takes no negative points"),
        (Limits(mask_input=False), Prompt(CLICK.points, previous=MASK), "'m' takes no mask input"),
        (Limits(max_points=2), Prompt(CLICK.points, Box(0, 0, 2, 2)), "at most 2 points: these are 3"),
    ],
)
def test_a_prompt_beyond_a_limit_is_a_sentence(limits: Limits, prompt: Prompt, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        check_limits("m", limits, prompt)
    check_limits("m", Limits(), prompt)


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


def test_a_file_of_another_family_is_refused_by_name(tmp_path: Path) -> None:
    encoder, decoder, _ = refmodels.FAMILIES["sam2"]
    model = refmodels.write_model(
        tmp_path / "m", "m", refmodels.tiny(encoder), refmodels.tiny(decoder), protocol="hq-sam"
    )
    with pytest.raises(ModelError, match="is a SAM 2 decoder: it does not fit the protocol 'hq-sam'"):
        open_pair(model, FAMILIES["hq-sam"])

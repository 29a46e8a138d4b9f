"""Limits in words, and which masks are offered."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import UsageError
from tui.inference.segmenters.base import Limits
from tui.inference.segmenters.prompt_rules import check_limits, offered
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

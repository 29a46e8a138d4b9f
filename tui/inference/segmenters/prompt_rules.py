"""What a pair of graphs is asked, and which of its answers count.

Which masks are offered. A decoder with four masks has one (index 0) for prompts that leave no doubt and three
(1..3: whole, part, subpart) for a prompt that does. One click alone is such a prompt: the three are offered.
Everything else (a box, several clicks, a click on a previous mask) gets index 0 alone, as in the reference
predictors with `multimask_output=False`: in training the three saw first prompts only, so their scores for
a longer prompt cannot be compared with index 0's, and offering them beside it would let a meaningless score
win. A decoder with one or three masks made that choice when it was exported: all it gives are offered.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui.errors import UsageError
from tui.inference.segmenters.base import Limits
from tui.types.prompt import Prompt

_WITH_SINGLE = 4
"""Masks of a decoder that gives the single mask and the three alternatives."""


def check_limits(name: str, limits: Limits, prompt: Prompt) -> None:
    """Raise ValueError for an empty prompt, UsageError that names the limit for one the model cannot take."""
    if prompt.empty:
        raise ValueError("an empty prompt has no answer")
    if prompt.box and not limits.boxes:
        raise UsageError(
            f"'{name}' takes no boxes", "its graph has no input for them", "Give a click instead"
        )
    if not limits.negative_points and not all(p.positive for p in prompt.points):
        raise UsageError(
            f"'{name}' takes no negative points", "the model has none", "Give positive points or a box"
        )
    if prompt.previous and not limits.mask_input:
        raise UsageError(f"'{name}' takes no mask input", "its graph has no input for it")
    count = len(prompt.points) + (2 if prompt.box else 0)
    if limits.max_points is not None and count > limits.max_points:
        raise UsageError(
            f"'{name}' takes at most {limits.max_points} points",
            f"these are {count}, the two corners of a box included",
            "Remove some",
        )


def previous_logits(prompt: Prompt, side: int) -> NDArray[np.float32]:
    """The previous mask as a decoder takes it, [1, 1, side, side]: the logits as they were, or zeros.

    Raises ValueError for a mask of another grid.
    """
    if prompt.previous is None:
        return np.zeros((1, 1, side, side), np.float32)
    if prompt.previous.logits.shape != (side, side):
        raise ValueError("the previous mask was made by another segmenter")
    return prompt.previous.logits[None, None]


def has_previous(prompt: Prompt) -> NDArray[np.float32]:
    """`has_mask_input`: exactly 0 or 1, because the graphs blend with it."""
    return np.array([prompt.previous is not None], np.float32)


def offered(masks: int, prompt: Prompt) -> range:
    """Indices of the masks that are offered for a prompt; the module's docstring says why."""
    if masks != _WITH_SINGLE:
        return range(masks)
    ambiguous = len(prompt.points) == 1 and prompt.box is None and prompt.previous is None
    return range(1, masks) if ambiguous else range(1)

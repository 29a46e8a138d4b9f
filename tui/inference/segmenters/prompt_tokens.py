"""Prompts as the decoders' prompt encoders take them: coordinates and labels of tokens.

Whether a padding token follows differs between families and matters: a missing or an extra one moves the
logits by 1 to 78 standard deviations. The reference's prompt encoder adds one when there is no box; some
graphs do that themselves, others leave it to the caller.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui.inference.preprocess import Fit
from tui.types.prompt import Prompt

NEGATIVE, POSITIVE, TOP_LEFT, BOTTOM_RIGHT, PADDING = 0, 1, 2, 3, -1
"""Point labels of the prompt encoder."""

Coordinates = NDArray[np.float32]
Labels = NDArray[np.float32]


def padded_tokens(prompt: Prompt, fit: Fit) -> tuple[Coordinates, Labels]:
    """`tokens`, followed by one padding token when there is no box."""
    coordinates, labels = tokens(prompt, fit)
    return (coordinates, labels) if prompt.box else pad(coordinates, labels)


def tokens(prompt: Prompt, fit: Fit) -> tuple[Coordinates, Labels]:
    """Coordinates [1, N, 2] in model pixels and labels [1, N]: points in entry order, then box corners."""
    coordinates, labels = point_tokens(prompt, fit)
    if prompt.box is None:
        return coordinates, labels
    corners = box_corners(prompt, fit).reshape(1, 2, 2)
    return (
        np.concatenate([coordinates, corners], axis=1),
        np.concatenate([labels, np.array([[TOP_LEFT, BOTTOM_RIGHT]], np.float32)], axis=1),
    )


def point_tokens(prompt: Prompt, fit: Fit) -> tuple[Coordinates, Labels]:
    """The prompt's points alone, in entry order: [1, N, 2] and [1, N]; N may be 0."""
    places = np.array([(p.x, p.y) for p in prompt.points], np.float64).reshape(-1, 2)
    labels = [POSITIVE if p.positive else NEGATIVE for p in prompt.points]
    return fit.to_model(places)[None], np.array([labels], np.float32)


def box_corners(prompt: Prompt, fit: Fit) -> NDArray[np.float32]:
    """The prompt's box as [B, 4] (x0, y0, x1, y1) in model pixels; B is 0 without one."""
    corners = np.array(prompt.box.xyxy if prompt.box else (), np.float64).reshape(-1, 2)
    return fit.to_model(corners).reshape(-1, 4)


def pad(coordinates: Coordinates, labels: Labels) -> tuple[Coordinates, Labels]:
    """One padding token, (0, 0) with label -1, after the others."""
    return (
        np.concatenate([coordinates, np.zeros((1, 1, 2), np.float32)], axis=1),
        np.concatenate([labels, np.array([[PADDING]], np.float32)], axis=1),
    )

"""A segmenter for tests that fills a box with its inscribed ellipse, and pictures with known objects."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fakes import FakeSegmenter
from tui.inference.embedding import Embedding
from tui.types.instance import Candidate
from tui.types.prompt import Prompt


class BoxFiller(FakeSegmenter):
    """Offers the whole alone, so that its mask's tight box is the prompt's box."""

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        return super().decode(embedding, prompt)[:1]


def scene() -> NDArray[np.uint8]:
    """200 x 100: a red square (20, 30)-(60, 70), a green one (100, 10)-(180, 90); both fill their boxes."""
    image = np.zeros((100, 200, 3), np.uint8)
    image[30:70, 20:60] = (230, 20, 10)
    image[10:90, 100:180] = (10, 220, 30)
    return image

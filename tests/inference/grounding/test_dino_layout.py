"""What a Grounding DINO graph is fed."""

from __future__ import annotations

import numpy as np
import pytest

from inference import onnxmini
from inference.grounding import tinydino
from tui.errors import ModelError, UsageError
from tui.inference.grounding.dino_layout import feeds, input_wh, pixels, read_layout
from tui.inference.grounding.tokens import Caption
from tui.inference.preprocess import MEAN, STD
from tui.inference.runtime import Session, open_session

CAPTION = Caption(np.array([2, 9, 5, 3], np.int64), ((1, 2),))


def graph(kind: str = "hf", **options: object) -> Session:
    return open_session(tinydino.model(kind, **options))


def test_sizes_come_from_the_graph() -> None:
    fixed = read_layout(graph(tokens=16))
    assert (fixed.image, fixed.boxes, fixed.image_wh, fixed.text_length) == (
        "pixel_values",
        "pred_boxes",
        (64, 48),
        16,
    )
    free = read_layout(graph("idea", size=("h", "w")))
    assert (free.image, free.boxes, free.image_wh, free.text_length) == ("img", "boxes", None, None)


@pytest.mark.parametrize(
    ("image_wh", "seen"),
    [
        ((640, 480), (1067, 800)),
        ((480, 640), (800, 1067)),
        ((4000, 1000), (1333, 333)),
        ((5000, 1), (1333, 1)),
    ],
)
def test_a_free_graph_sees_the_reference_size(image_wh: tuple[int, int], seen: tuple[int, int]) -> None:
    assert input_wh(read_layout(graph(size=("h", "w"))), image_wh) == seen


def test_pixels_are_stretched_and_normalised() -> None:
    image = np.full((5, 9, 3), (0, 128, 255), np.uint8)
    canvas = pixels(image, (64, 48))
    assert canvas.shape == (1, 3, 48, 64)
    expected = (np.array((0, 128, 255)) - MEAN) / np.array(STD)
    np.testing.assert_allclose(canvas[0, :, 20, 30], expected, rtol=1e-5)


@pytest.mark.parametrize("kind", ["hf", "idea"])
def test_every_input_is_fed_and_no_other(kind: str) -> None:
    session = graph(kind)
    fed = feeds(session, read_layout(session), np.zeros((1, 3, 48, 64), np.float32), CAPTION)
    assert set(fed) == set(session.inputs)
    assert all(fed[name].ndim == len(info.shape) for name, info in session.inputs.items())


def test_a_short_text_is_padded_where_the_graph_fixes_its_length() -> None:
    session = graph("idea", tokens=6)
    fed = feeds(session, read_layout(session), np.zeros((1, 3, 48, 64), np.float32), CAPTION)
    assert fed["input_ids"].tolist() == [[2, 9, 5, 3, 0, 0]]
    assert fed["attention_mask"].tolist() == [[True] * 4 + [False] * 2]
    assert fed["text_token_mask"][0, 4:].tolist() == np.eye(6, dtype=bool)[4:].tolist()
    short = graph(tokens=3)
    with pytest.raises(UsageError, match="4 tokens, 3 are possible"):
        feeds(short, read_layout(short), np.zeros((1, 3, 48, 64), np.float32), CAPTION)


def test_a_text_beyond_the_models_training_is_refused() -> None:
    session = graph()
    long = Caption(np.zeros(300, np.int64), ((1, 2),))
    with pytest.raises(UsageError, match="300 tokens"):
        feeds(session, read_layout(session), np.zeros((1, 3, 48, 64), np.float32), long)


def test_another_graph_is_refused_in_words() -> None:
    with pytest.raises(ModelError, match="no Grounding DINO"):
        read_layout(open_session(onnxmini.doubler()))

"""The contract of `Grounder`, asked of both layouts and of the fake that stands for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fakes_detect import FakeGrounder
from inference.grounding import tinydino, tinysam3
from tui.inference.grounding.base import Grounder, GroundingThresholds
from tui.inference.grounding.registry import open_grounder

pytest.importorskip("tokenizers")

LOW = GroundingThresholds(confidence=0.01)

ALL: dict[str, tuple[Callable[[Path], Grounder], tuple[str, ...]]] = {
    "fake": (lambda _: FakeGrounder(), ("green thing", "red")),
    "hf": (lambda folder: open_grounder(tinydino.write_model(folder, "hf")), ("cat", "red car")),
    "idea": (lambda folder: open_grounder(tinydino.write_model(folder, "idea")), ("cat", "red car")),
    "hf, fixed text length": (
        lambda folder: open_grounder(tinydino.write_model(folder, "hf", tokens=16)),
        ("cat", "red car"),
    ),
    "sam3": (lambda folder: open_grounder(tinysam3.write_model(folder)), ("green", "red")),
    "sam3, raw": (lambda folder: open_grounder(tinysam3.write_model(folder, raw=True)), ("green", "red")),
}
"""Each with phrases that it finds."""


@pytest.fixture(scope="module", params=ALL)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Grounder, tuple[str, ...]]]:
    make, phrases = ALL[request.param]
    grounder = make(tmp_path_factory.mktemp("model"))
    yield grounder, phrases
    grounder.close()


def picture(wh: tuple[int, int]) -> NDArray[np.uint8]:
    """A red and a green rectangle on black."""
    width, height = wh
    image = np.zeros((height, width, 3), np.uint8)
    image[height // 4 : height // 2 + 1, width // 8 : width // 3 + 1] = (230, 20, 10)
    image[height // 2 :, width // 2 :] = (10, 220, 30)
    return image


@pytest.mark.parametrize("wh", [(90, 60), (40, 100), (1, 1), (300, 7)])
def test_detections_are_well_formed(case: tuple[Grounder, tuple[str, ...]], wh: tuple[int, int]) -> None:
    grounder, phrases = case
    image = picture(wh)
    before = image.copy()
    found = grounder.ground(image, phrases, LOW)
    np.testing.assert_array_equal(image, before)
    assert found
    assert [d.score for d in found] == sorted((d.score for d in found), reverse=True)
    for detection in found:
        assert 0 < detection.score <= 1
        assert 0 <= detection.class_id < len(phrases)
        assert 0 <= detection.box.x0 < detection.box.x1 <= wh[0]
        assert 0 <= detection.box.y0 < detection.box.y1 <= wh[1]


def test_the_order_of_phrases_only_renumbers(case: tuple[Grounder, tuple[str, ...]]) -> None:
    grounder, phrases = case
    one = grounder.ground(picture((90, 60)), phrases, LOW)
    other = grounder.ground(picture((90, 60)), phrases[::-1], LOW)
    named = [
        sorted((d.box.xyxy, p[d.class_id]) for d in f) for f, p in ((one, phrases), (other, phrases[::-1]))
    ]
    assert named[0] == named[1]


def test_thresholds_are_obeyed(case: tuple[Grounder, tuple[str, ...]]) -> None:
    grounder, phrases = case
    every = grounder.ground(picture((90, 60)), phrases, LOW)
    assert len(every) > 1
    assert len(grounder.ground(picture((90, 60)), phrases, GroundingThresholds(0.01, limit=1))) == 1
    assert not grounder.ground(picture((90, 60)), phrases, GroundingThresholds(1.0))


def test_without_phrases_it_is_a_programming_error(case: tuple[Grounder, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="phrase"):
        case[0].ground(picture((90, 60)), ())


def test_it_says_what_it_is(case: tuple[Grounder, tuple[str, ...]]) -> None:
    grounder, _ = case
    grounder.interrupt()
    assert grounder.name
    assert grounder.provider == "CPU"
    assert grounder.fingerprint

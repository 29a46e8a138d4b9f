"""The bundled network: its files are what the manifest states, and it does what a segmenter is for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tui.geometry.masks import full_mask
from tui.inference.segmenters.base import Segmenter
from tui.inference.segmenters.pair import open_pair
from tui.inference.segmenters.refined import Refined
from tui.inference.segmenters.registry import open_segmenter
from tui.inference.segmenters.sam import Sam
from tui.inference.store import find, verify
from tui.pipelines.segment import logit_at, segment
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box

WH = (320, 200)


def picture() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """An orange ellipse on a bluish, noisy ground."""
    y, x = np.mgrid[0 : WH[1], 0 : WH[0]]
    ellipse = np.hypot((x + 0.5 - 150) / 70, (y + 0.5 - 100) / 50) < 1
    flat = np.where(ellipse[..., None], (215, 120, 40), (60, 80, 105))
    noise = np.random.default_rng(0).normal(0, 6, flat.shape)
    return (flat + noise).clip(0, 255).astype(np.uint8), np.asarray(ellipse)


@pytest.fixture(scope="module")
def network() -> Iterator[Sam]:
    sam = open_pair(find("sprout"), Sam)
    yield sam
    sam.close()


def iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    return float((a & b).sum() / (a | b).sum())


def test_its_files_are_small_and_those_of_the_manifest() -> None:
    files = verify(find("sprout"))
    assert set(files) == {"encoder", "decoder"}
    assert sum(file.path.stat().st_size for file in files.values()) < 12_000_000


def test_it_opens_with_the_cut() -> None:
    segmenter = open_segmenter("sprout")
    try:
        assert isinstance(segmenter, Refined)
        assert segmenter.name == "sprout"
    finally:
        segmenter.close()


def test_a_lone_click_gives_alternatives_with_scores(network: Sam) -> None:
    rgb, _ = picture()
    embedding = network.encode(rgb)
    assert embedding.arrays["image_embeddings"].shape == (1, 256, 64, 64)
    assert len(network.decode(embedding, Prompt((Point(150, 100),)))) == 3
    assert len(network.decode(embedding, Prompt(box=Box(75, 45, 225, 155)))) == 1


@pytest.mark.parametrize("kind", ["click", "box"])
def test_it_finds_an_object_that_stands_out(network: Sam, kind: str) -> None:
    rgb, ellipse = picture()
    prompt = Prompt((Point(150, 100),)) if kind == "click" else Prompt(box=Box(72, 44, 228, 158))
    for segmenter in (network, Refined(network)):
        chosen = segment(segmenter, segmenter.encode(rgb), prompt).chosen
        assert iou(full_mask(chosen.mask, WH), ellipse) > 0.8
        assert chosen.score > 0.5


def test_late_clicks_are_obeyed(network: Sam) -> None:
    rgb, _ = picture()
    embedding = network.encode(rgb)
    prompt = Prompt((Point(150, 100),))
    for late in (Point(190, 110, False), Point(290, 30), Point(150, 60, False), Point(20, 180)):
        previous = segment(network, embedding, prompt).chosen.mask
        prompt = Prompt((*prompt.points, late), previous=previous)
        mask = segment(network, embedding, prompt).chosen.mask
        for point in prompt.points:
            assert (logit_at(mask, point.x, point.y) > 0) == point.positive


def test_the_previous_mask_is_honoured(network: Sam) -> None:
    rgb, _ = picture()
    embedding = network.encode(rgb)
    click = (Point(150, 100),)
    answers = {}
    for name, box in (("left", Box(72, 44, 150, 158)), ("whole", Box(72, 44, 228, 158))):
        previous = segment(network, embedding, Prompt(box=box)).chosen.mask
        answers[name] = segment(network, embedding, Prompt(click, previous=previous)).chosen.mask.logits
    assert np.abs(answers["left"] - answers["whole"]).mean() > 0.05


def test_a_padding_token_and_the_order_of_points_change_nothing(network: Sam) -> None:
    rgb, _ = picture()
    embedding = network.encode(rgb)
    points = (Point(150, 100), Point(20, 20, False), Point(190, 120))
    one, other = (network.decode(embedding, Prompt(order))[0] for order in (points, points[::-1]))
    np.testing.assert_allclose(one.mask.logits, other.mask.logits, atol=1e-2)


@pytest.fixture(scope="module")
def shipped() -> Iterator[Segmenter]:
    segmenter = open_segmenter("sprout")
    yield segmenter
    segmenter.close()


@pytest.mark.parametrize("source", ["coco", "aerial"])
def test_a_late_click_gets_its_pixel_on_a_photo_whatever_it_asks_for(
    shipped: Segmenter, shared: Path, source: str
) -> None:
    """Clicks at random places ask for random sides: no network would answer so by itself."""
    with Image.open(min((shared / "data" / "dev").glob(f"{source}*.jpg"))) as image:
        rgb = np.asarray(image.convert("RGB"))
    height, width = rgb.shape[:2]
    embedding = shipped.encode(rgb)
    rng = np.random.default_rng(0)
    for first in (Prompt(), Prompt(box=Box(width * 0.3, height * 0.3, width * 0.7, height * 0.7))):
        prompt = first
        for number in range(6):
            click = Point(rng.uniform(0, width), rng.uniform(0, height), bool(number % 2 == 0))
            prompt = Prompt((*prompt.points, click), prompt.box, prompt.previous)
            chosen = segment(shipped, embedding, prompt).chosen.mask
            mask = full_mask(chosen, (width, height))
            assert [bool(mask[int(p.y), int(p.x)]) for p in prompt.points] == [
                p.positive for p in prompt.points
            ]
            prompt = Prompt(prompt.points, prompt.box, chosen)

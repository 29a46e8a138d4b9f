"""The bundled segmenter on drawn images with known masks, and on everything a prompt can get wrong."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tui.geometry.masks import full_mask
from tui.inference.segmenters.grabcut import GrabCut
from tui.pipelines.segment import choose, satisfied
from tui.types.instance import Candidate
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, LogitMask

Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]

WIDTH, HEIGHT = 160, 120


def ellipse(cx: float, cy: float, rx: float, ry: float) -> Mask:
    ys, xs = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    return np.asarray(((xs - cx) / rx) ** 2 + ((ys - cy) / ry) ** 2 <= 1)


def drawn(*layers: tuple[Mask, tuple[int, int, int]], noise: float = 6.0, seed: int = 0) -> Image:
    """A green ground with coloured masks on it, later ones on top, and some grain."""
    image = np.full((HEIGHT, WIDTH, 3), (70, 120, 70), np.float64)
    for mask, colour in layers:
        image[mask] = colour
    grain = np.random.default_rng(seed).normal(0, noise, image.shape)
    return np.clip(image + grain, 0, 255).astype(np.uint8)


def answer(image: Image, prompt: Prompt) -> tuple[tuple[Candidate, ...], int, Mask]:
    """All candidates, the index of the one a person sees first, and its mask."""
    segmenter = GrabCut()
    embedding = segmenter.encode(image)
    candidates = segmenter.decode(embedding, prompt)
    selected = choose(candidates, prompt.points)
    return candidates, selected, full_mask(candidates[selected].mask, embedding.image_wh)


def iou(a: Mask, b: Mask) -> float:
    return float((a & b).sum() / (a | b).sum())


DISC = ellipse(80, 60, 30, 30)
RED, BLUE = (200, 60, 50), (50, 70, 200)


def checked() -> Image:
    """A chequered disc on a striped ground of other colours: textures, no flat areas."""
    ys, xs = np.mgrid[:HEIGHT, :WIDTH]
    ground = np.where((ys // 4 % 2 == 0)[..., None], (70, 120, 70), (100, 140, 80))
    body = np.where(((xs // 5 + ys // 5) % 2 == 0)[..., None], (210, 180, 60), (170, 60, 40))
    return np.where(DISC[..., None], body, ground).astype(np.uint8)


@pytest.mark.parametrize(
    ("image", "true", "least"),
    [
        pytest.param(drawn((DISC, RED)), DISC, 0.93, id="disc"),
        pytest.param(drawn((DISC, RED), noise=35), DISC, 0.88, id="noisy disc"),
        pytest.param(drawn((ellipse(40, 80, 9, 12), BLUE)), ellipse(40, 80, 9, 12), 0.85, id="small"),
        pytest.param(
            drawn((DISC, RED), (DISC & (np.arange(WIDTH) < 80), BLUE)), DISC, 0.93, id="two-tone disc"
        ),
        pytest.param(checked(), DISC, 0.88, id="textured disc"),
    ],
)
def test_a_loose_box_finds_the_shape(image: Image, true: Mask, least: float) -> None:
    ys, xs = np.flatnonzero(true.any(axis=1)), np.flatnonzero(true.any(axis=0))
    box = Box(float(xs[0]) - 4, float(ys[0]) - 2, float(xs[-1]) + 2, float(ys[-1]) + 4)
    _, _, mask = answer(image, Prompt(box=box))
    assert iou(mask, true) >= least


@pytest.mark.parametrize("true", [DISC, ellipse(50, 40, 20, 14), ellipse(110, 70, 9, 12)])
def test_one_click_finds_a_shape_that_stands_out(true: Mask) -> None:
    ys, xs = np.nonzero(true)
    _, _, mask = answer(drawn((true, RED)), Prompt(points=(Point(xs.mean(), ys.mean()),)))
    assert iou(mask, true) >= 0.9


def test_a_ring_keeps_its_hole() -> None:
    ring = ellipse(80, 60, 45, 45) & ~ellipse(80, 60, 24, 24)
    _, _, mask = answer(drawn((ring, RED)), Prompt(box=Box(33, 13, 127, 107)))
    assert iou(mask, ring) >= 0.9
    assert not mask[60, 80]


def test_the_whole_picture_can_be_the_object() -> None:
    image = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    _, _, mask = answer(image, Prompt(box=Box(0, 0, WIDTH, HEIGHT)))
    assert mask.mean() > 0.5
    assert mask[60, 80]


def test_a_negative_click_takes_a_part_away_and_a_positive_one_adds_it() -> None:
    left, right = ellipse(50, 60, 22, 22), ellipse(110, 60, 22, 22)
    image = drawn((left, RED), (right, RED))
    both = Prompt(points=(Point(50, 60), Point(110, 60)))
    candidates, selected, mask = answer(image, both)
    assert iou(mask, left | right) >= 0.85
    only = Prompt((*both.points, Point(113, 63, positive=False)), None, candidates[selected].mask)
    _, _, corrected = answer(image, only)
    assert not corrected[63, 113]
    assert corrected[60, 50]


@settings(max_examples=12)
@given(
    clicks=st.lists(
        st.tuples(st.floats(0, WIDTH - 0.1), st.floats(0, HEIGHT - 0.1), st.booleans()),
        min_size=1,
        max_size=5,
    ),
    boxed=st.booleans(),
)
def test_the_last_click_is_obeyed_by_every_candidate(
    clicks: list[tuple[float, float, bool]], boxed: bool
) -> None:
    points = tuple(Point(*click) for click in clicks)
    box = Box(40, 20, 120, 100) if boxed else None
    segmenter = GrabCut()
    image = drawn((DISC, RED), noise=20)
    candidates = segmenter.decode(segmenter.encode(image), Prompt(points, box))
    for candidate in candidates:
        assert satisfied(candidate.mask, points[-1:]) == 1


def test_a_box_is_not_left() -> None:
    image = drawn((ellipse(80, 60, 70, 50), RED))
    candidates, _, _ = answer(image, Prompt(box=Box(60, 40, 100, 80)))
    for candidate in candidates:
        ys, xs = np.nonzero(full_mask(candidate.mask, (WIDTH, HEIGHT)))
        assert xs.min() >= 57
        assert xs.max() < 103
        assert ys.min() >= 37
        assert ys.max() < 83


def test_an_object_that_cannot_be_told_apart_gives_the_shape_usual_in_a_box() -> None:
    image = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    _, _, mask = answer(image, Prompt(box=Box(40, 30, 120, 90)))
    assert iou(mask, ellipse(80, 60, 40, 30)) > 0.7


def test_three_candidates_of_different_extent_with_scores_in_range() -> None:
    body, eye = ellipse(80, 60, 60, 50), ellipse(80, 60, 9, 9)
    for prompt in (Prompt(points=(Point(80, 60),)), Prompt(box=Box(15, 5, 145, 115))):
        candidates, _, _ = answer(drawn((body, RED), (eye, BLUE)), prompt)
        assert len(candidates) == 3
        assert all(0 <= c.score <= 1 and 0 <= c.stability <= 1 for c in candidates)
        assert all(c.mask.logits.dtype == np.float32 and c.mask.via is None for c in candidates)
    whole, _, subpart = answer(drawn((body, RED), (eye, BLUE)), Prompt(points=(Point(80, 60),)))[0]
    area = [int(full_mask(c.mask, (WIDTH, HEIGHT)).sum()) for c in (whole, subpart)]
    assert area[0] > 2 * area[1]


def test_a_clear_object_scores_higher_than_noise() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    prompt = Prompt(box=Box(46, 26, 114, 94))
    clear, seen, _ = answer(drawn((DISC, RED)), prompt)
    vague, guessed, _ = answer(noise, prompt)
    assert clear[seen].score > vague[guessed].score + 0.2


def test_the_same_prompt_gives_the_same_answer_whatever_ran_before() -> None:
    image, prompt = (
        drawn((DISC, RED), noise=30),
        Prompt(points=(Point(80, 60), Point(20, 20, positive=False))),
    )
    first, _, _ = answer(image, prompt)
    cv2.setRNGSeed(12345)
    answer(checked(), Prompt(box=Box(10, 10, 90, 90)))
    second, _, _ = answer(image, prompt)
    for a, b in zip(first, second, strict=True):
        assert np.array_equal(a.mask.logits, b.mask.logits)
        assert (a.score, a.stability) == (b.score, b.stability)


def test_the_previous_mask_is_honoured() -> None:
    left, right = ellipse(50, 60, 22, 22), ellipse(110, 60, 22, 22)
    image = drawn((left, RED), (right, RED))
    logits = np.where(left | right, 4.0, -4.0).astype(np.float32)
    previous = LogitMask(logits, Box(0, 0, WIDTH, HEIGHT))
    click = (Point(50, 60),)
    _, _, fresh = answer(image, Prompt(points=click))
    _, _, kept = answer(image, Prompt(points=(*click, Point(110, 60)), previous=previous))
    assert not fresh[60, 110]
    assert iou(kept, left | right) >= 0.9


def test_an_empty_previous_mask_is_as_none() -> None:
    image, points = drawn((DISC, RED)), (Point(80, 60),)
    empty = LogitMask(np.full((8, 8), -4, np.float32), Box(0, 0, WIDTH, HEIGHT))
    a, _, _ = answer(image, Prompt(points))
    b, _, _ = answer(image, Prompt(points, previous=empty))
    assert all(np.array_equal(x.mask.logits, y.mask.logits) for x, y in zip(a, b, strict=True))


def test_inputs_are_not_changed() -> None:
    image = drawn((DISC, RED))
    logits = np.where(DISC, 4.0, -4.0).astype(np.float32)
    before = image.copy(), logits.copy()
    image.setflags(write=False)
    logits.setflags(write=False)
    points = (Point(80, 60), Point(10, 10, positive=False))
    for box in (None, Box(40, 20, 120, 100)):
        answer(image, Prompt(points, box, LogitMask(logits, Box(0, 0, WIDTH, HEIGHT))))
    assert np.array_equal(image, before[0])
    assert np.array_equal(logits, before[1])


def test_an_empty_prompt_is_refused() -> None:
    segmenter = GrabCut()
    with pytest.raises(ValueError, match="empty prompt"):
        segmenter.decode(segmenter.encode(drawn()), Prompt())


@pytest.mark.parametrize("image_wh", [(1, 1), (2, 1), (1, 300), (7, 5), (640, 3), (4000, 3000)])
@pytest.mark.parametrize(
    "prompt",
    [
        Prompt(points=(Point(0, 0),)),
        Prompt(points=(Point(5000, -20),)),
        Prompt(points=(Point(0.5, 0.5, positive=False),)),
        Prompt(points=(Point(0.5, 0.5), Point(0.5, 0.5, positive=False))),
        Prompt(box=Box(0, 0, 0, 0)),
        Prompt(box=Box(3, 2, 3, 90)),
        Prompt(box=Box(-50, -50, -10, -10)),
        Prompt(box=Box(9000, 9000, 9500, 9500)),
        Prompt(box=Box(-1e6, -1e6, 1e6, 1e6)),
        Prompt(points=(Point(1, 0),), box=Box(0, 0, 1, 1)),
    ],
    ids=str,
)
def test_degenerate_prompts_give_candidates(image_wh: tuple[int, int], prompt: Prompt) -> None:
    image = np.full((image_wh[1], image_wh[0], 3), 77, np.uint8)
    candidates, selected, mask = answer(image, prompt)
    assert len(candidates) == 3
    assert mask.shape == (image_wh[1], image_wh[0])
    for candidate in candidates:
        assert np.isfinite(candidate.mask.logits).all()
        assert max(candidate.mask.logits.shape) <= 160
        region = candidate.mask.region
        assert 0 <= region.x0 < region.x1 <= image_wh[0]
        assert 0 <= region.y0 < region.y1 <= image_wh[1]
    if prompt.box is not None or prompt.points[-1].positive:
        assert full_mask(candidates[selected].mask, image_wh).any()

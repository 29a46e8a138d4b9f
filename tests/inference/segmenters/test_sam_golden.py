"""The SAM v1 pipeline against the answers of the PyTorch predictors, for every combination users have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from inference import refmodels
from inference.segmenters.golden import LOGIT_TOLERANCE, Answer, iou
from tui.geometry.masks import full_mask
from tui.inference import preprocess
from tui.inference.embedding import Embedding
from tui.inference.preprocess import Fit, fit_longest
from tui.inference.runtime import SessionOptions
from tui.inference.segmenters import sam as sam_module
from tui.inference.segmenters.pair import open_pair
from tui.inference.segmenters.prompt_tokens import pad, tokens
from tui.inference.segmenters.sam import Sam
from tui.types.instance import Candidate
from tui.types.prompt import Prompt
from tui.types.shapes import Box, LogitMask

VISIBLE = 10 * LOGIT_TOLERANCE
"""A mistake is at least this far off."""

MULTI = [name for name in refmodels.PAIRS if name.endswith("multi")]


@pytest.fixture(scope="module", params=refmodels.PAIRS)
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Sam]]:
    pair = request.param
    model = refmodels.stored_pair(tmp_path_factory.mktemp("model"), pair)
    sam = open_pair(model, Sam, SessionOptions(threads=1))
    yield pair, sam
    sam.close()


@pytest.fixture(scope="module", params=refmodels.IMAGES)
def encoded(request: pytest.FixtureRequest, opened: tuple[str, Sam]) -> tuple[str, Embedding]:
    return request.param, opened[1].encode(refmodels.sample_image(request.param))


def two_step(mask: LogitMask, image_wh: tuple[int, int]) -> NDArray[np.bool_]:
    """The reference's post-processing, stated plainly: to 1024, cut the padding off, to the image."""
    fit = fit_longest(image_wh, 1024)
    square = cv2.resize(mask.logits, (1024, 1024), interpolation=cv2.INTER_LINEAR)
    inner = square[: fit.inner_wh[1], : fit.inner_wh[0]]
    return np.asarray(cv2.resize(inner, image_wh, interpolation=cv2.INTER_LINEAR) > 0)


def ask(
    sam: Sam, embedding: Embedding, image: str, case: str, file: str
) -> tuple[tuple[Candidate, ...], Answer]:
    """The candidates for a golden case, the previous mask of "refine" being the best answer to "point"."""
    prompts = refmodels.prompts(image)
    prompt: Prompt = prompts[case]
    if case == "refine":
        offered = sam.decode(embedding, prompts["point"])
        best = Answer(file, f"{image}/point").best if len(offered) > 1 else 0
        prompt = replace(prompt, previous=offered[best].mask)
    return sam.decode(embedding, prompt), Answer(file, f"{image}/{case}")


@pytest.mark.parametrize("case", ["points", "box_neg", "refine"])
def test_a_prompt_that_leaves_no_doubt_gives_pytorchs_single_mask(
    opened: tuple[str, Sam], encoded: tuple[str, Embedding], case: str
) -> None:
    (pair, sam), (image, embedding) = opened, encoded
    (candidate,), answer = ask(sam, embedding, image, case, refmodels.PAIRS[pair][2])
    answer.assert_low(candidate, 0)
    assert iou(full_mask(candidate.mask, embedding.image_wh), answer.mask) > 0.995
    assert iou(two_step(candidate.mask, embedding.image_wh), answer.mask) > 0.995


def test_a_click_gives_pytorchs_three_masks_or_the_best_of_them(
    opened: tuple[str, Sam], encoded: tuple[str, Embedding]
) -> None:
    (pair, sam), (image, embedding) = opened, encoded
    offered, answer = ask(sam, embedding, image, "point", refmodels.PAIRS[pair][2])
    assert len(offered) == (3 if pair in MULTI else 1)
    for i, candidate in enumerate(offered):
        index = i if pair in MULTI else answer.best
        answer.assert_low(candidate, index)
        full = full_mask(candidate.mask, embedding.image_wh)
        assert np.count_nonzero(full) == pytest.approx(answer.areas[index], rel=0.005)
        if index == 0:
            assert iou(full, answer.mask) > 0.995


def test_a_box_alone_is_the_single_mask_of_four_or_the_best_of_three_inside_the_graph(
    opened: tuple[str, Sam], encoded: tuple[str, Embedding]
) -> None:
    (pair, sam), (image, embedding) = opened, encoded
    file = refmodels.PAIRS[pair][2]
    case = "box" if pair in MULTI else "box_multi"
    (candidate,), answer = ask(sam, embedding, image, case, file)
    answer.assert_low(candidate, 0 if pair in MULTI else answer.best)


def test_the_unused_full_size_output_does_not_change_the_used_one(
    opened: tuple[str, Sam], encoded: tuple[str, Embedding]
) -> None:
    (_, sam), (image, embedding) = opened, encoded
    fit = fit_longest(embedding.image_wh, 1024)
    feeds = sam.feeds(embedding, refmodels.prompts(image)["points"], fit)
    width, height = embedding.image_wh
    names = ["low_res_masks", "iou_predictions"]
    small = sam._decoder.run(names, feeds)
    real = sam._decoder.run(names, feeds | {"orig_im_size": np.array([height, width], np.float32)})
    for a, b in zip(small, real, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.fixture(scope="module")
def big(opened: tuple[str, Sam]) -> Embedding:
    """The picture that is shrunk for the model."""
    return opened[1].encode(refmodels.sample_image("big"))


def error(
    opened: tuple[str, Sam], embedding: Embedding, cases: tuple[str, ...] = ("points", "box_neg")
) -> float:
    """The largest error of the prompts that every decoder answers with one mask."""
    pair, sam = opened
    found = [ask(sam, embedding, "big", case, refmodels.PAIRS[pair][2]) for case in cases]
    return max(answer.error(candidates[0], 0) for candidates, answer in found)


def test_mistakes_with_the_picture_do_not_pass(
    opened: tuple[str, Sam], monkeypatch: pytest.MonkeyPatch
) -> None:
    image = refmodels.sample_image("big")
    assert error(opened, opened[1].encode(np.ascontiguousarray(image[..., ::-1]))) > VISIBLE

    def opencv(image: NDArray[np.uint8], fit: Fit) -> NDArray[np.uint8]:
        return np.asarray(cv2.resize(image, fit.inner_wh, interpolation=cv2.INTER_LINEAR), np.uint8)

    monkeypatch.setattr(preprocess, "resize", opencv)
    assert error(opened, opened[1].encode(image)) > VISIBLE


def test_mistakes_with_coordinates_do_not_pass(
    opened: tuple[str, Sam], big: Embedding, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Fit.to_model
    monkeypatch.setattr(Fit, "to_model", lambda fit, points: right(fit, points) + np.float32(0.5))
    assert error(opened, big) > 1.5 * LOGIT_TOLERANCE, "half a pixel added twice"
    monkeypatch.setattr(Fit, "to_model", lambda fit, points: np.asarray(points, np.float32))
    assert error(opened, big) > VISIBLE, "coordinates of the image"


def test_mistakes_with_padding_do_not_pass(
    opened: tuple[str, Sam], big: Embedding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sam_module, "padded_tokens", tokens)
    assert error(opened, big, ("points",)) > VISIBLE, "no padding token for clicks"
    monkeypatch.setattr(sam_module, "padded_tokens", lambda prompt, fit: pad(*tokens(prompt, fit)))
    assert error(opened, big, ("box_neg",)) > VISIBLE, "one beside a box"


def test_the_padded_part_taken_for_picture_does_not_pass(opened: tuple[str, Sam], big: Embedding) -> None:
    candidates, answer = ask(opened[1], big, "big", "points", refmodels.PAIRS[opened[0]][2])
    whole = replace(candidates[0].mask, region=Box(0, 0, *big.image_wh))
    assert iou(full_mask(whole, big.image_wh), answer.mask) < 0.9

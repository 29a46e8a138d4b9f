"""A network's masks cut along the picture's edges: what the cut may change, and what it must not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from inference import tinysam
from tui.geometry.masks import full_mask
from tui.inference.embedding import Embedding
from tui.inference.runtime import SessionOptions, open_session
from tui.inference.segmenters.refined import PICTURE, Blend, Refined
from tui.inference.segmenters.sam import Sam
from tui.pipelines.segment import logit_at, segment
from tui.types.instance import Candidate
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box

WH = (200, 140)
CLICK = Prompt((Point(100, 70),))


def disc(radius: float = 40) -> NDArray[np.bool_]:
    y, x = np.mgrid[0 : WH[1], 0 : WH[0]]
    return np.asarray(np.hypot(x + 0.5 - 100, y + 0.5 - 70) < radius)


def picture() -> NDArray[np.uint8]:
    return np.where(disc()[..., None], (220, 120, 30), (30, 60, 90)).astype(np.uint8)


@pytest.fixture
def inner() -> Iterator[Sam]:
    options = SessionOptions(threads=1)
    encoder, decoder = tinysam.encoder_nchw(), tinysam.decoder(4)
    sam = Sam(open_session(encoder, options), open_session(decoder, options), name="tiny", digest="0")
    yield sam
    sam.close()


def iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    return float((a & b).sum() / (a | b).sum())


def answer(segmenter: Sam | Refined, prompt: Prompt) -> NDArray[np.bool_]:
    embedding = segmenter.encode(picture())
    return full_mask(segment(segmenter, embedding, prompt).chosen.mask, WH)


def test_the_cut_finds_the_edge_that_the_network_blurs(inner: Sam) -> None:
    refined = Refined(inner, Blend(agreement=0.2))
    box = Prompt(box=Box(57, 27, 143, 113))
    assert iou(answer(refined, box), disc()) > iou(answer(inner, box), disc())


def test_a_cut_that_agrees_too_little_is_not_taken(inner: Sam) -> None:
    strict = Refined(inner, Blend(agreement=1.1))
    assert iou(answer(strict, CLICK), answer(inner, CLICK)) > 0.9


def test_nothing_lies_beyond_the_box(inner: Sam) -> None:
    mask = answer(Refined(inner), Prompt(box=Box(80, 50, 120, 90)))
    ys, xs = np.nonzero(mask)
    assert len(xs)
    assert xs.min() >= 78
    assert xs.max() <= 122
    assert ys.min() >= 48
    assert ys.max() <= 92


def test_clicks_get_their_side_late_ones_too(inner: Sam) -> None:
    refined = Refined(inner)
    embedding = refined.encode(picture())
    prompt = CLICK
    for late in (Point(75, 60, False), Point(140, 70, True), Point(101, 71, False)):
        previous = segment(refined, embedding, prompt).chosen.mask
        prompt = Prompt((*prompt.points, late), previous=previous)
        mask = segment(refined, embedding, prompt).chosen.mask
        assert (logit_at(mask, late.x, late.y) > 0) == late.positive


def test_a_previous_mask_reaches_the_network_on_its_own_grid(inner: Sam) -> None:
    refined = Refined(inner)
    embedding = refined.encode(picture())
    previous = segment(refined, embedding, CLICK).chosen.mask
    again = Prompt((*CLICK.points, Point(110, 75)), previous=previous)
    seen = refined.as_network_sees(embedding, again).previous
    assert seen is not None
    assert seen.logits.shape == (inner.mask_side, inner.mask_side)
    assert iou(full_mask(seen, WH), full_mask(previous, WH)) > 0.8
    own = Prompt(again.points, previous=seen)
    assert refined.as_network_sees(embedding, own) is own


def test_many_prompts_get_the_networks_own_answers(inner: Sam) -> None:
    refined = Refined(inner)
    embedding, plain = refined.encode(picture()), inner.encode(picture())
    (many,) = refined.decode_many(embedding, [CLICK])
    for ours, theirs in zip(many, inner.decode(plain, CLICK), strict=True):
        np.testing.assert_array_equal(ours.mask.logits, theirs.mask.logits)


def test_a_large_image_is_cut_on_a_smaller_picture_and_answers_in_its_own_pixels(
    inner: Sam, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Prompt((Point(61, 60, False),), Box(57, 27, 143, 113))
    at_full = answer(Refined(inner), box)
    monkeypatch.setattr("tui.inference.segmenters.refined.LARGEST", 100)
    embedding = Refined(inner).encode(picture())
    assert embedding.arrays[PICTURE].shape == (70, 100, 3)
    mask = segment(Refined(inner), embedding, box).chosen.mask
    assert iou(full_mask(mask, WH), at_full) > 0.9
    assert logit_at(mask, 61, 60) < 0


def test_its_embedding_is_not_the_bare_networks(inner: Sam) -> None:
    refined = Refined(inner)
    assert refined.fingerprint != inner.fingerprint
    assert PICTURE in refined.encode(picture()).arrays
    with pytest.raises(ValueError, match="another segmenter"):
        refined.decode(inner.encode(picture()), CLICK)


class Scattered(Sam):
    """A network that also takes in a corner of the image."""

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        return with_corner(super().decode(embedding, prompt))

    def decode_many(
        self, embedding: Embedding, prompts: Sequence[Prompt]
    ) -> tuple[tuple[Candidate, ...], ...]:
        return tuple(with_corner(answer) for answer in super().decode_many(embedding, prompts))


def with_corner(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    changed = []
    for one in candidates:
        logits = one.mask.logits.copy()
        logits[:3, :3] = 9
        changed.append(replace(one, mask=replace(one.mask, logits=logits)))
    return tuple(changed)


def test_clicks_get_the_part_they_lie_on_and_a_box_gets_all_in_it() -> None:
    options = SessionOptions(threads=1)
    encoder, decoder = tinysam.encoder_nchw(), tinysam.decoder(4)
    sam = Scattered(open_session(encoder, options), open_session(decoder, options), name="tiny", digest="0")
    refined = Refined(sam)
    embedding = refined.encode(picture())
    (many,) = refined.decode_many(embedding, [CLICK])
    for candidate in (*refined.decode(embedding, CLICK), *many):
        mask = full_mask(candidate.mask, WH)
        assert mask[70, 100]
        assert not mask[0, 0]
    everywhere = Prompt(CLICK.points, Box(0, 0, *WH))
    assert all(full_mask(one.mask, WH)[0, 0] for one in refined.decode(embedding, everywhere)[1:])
    refined.close()

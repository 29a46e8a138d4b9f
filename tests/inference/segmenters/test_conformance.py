"""The contract of `Segmenter`, asked of every segmenter there is and of the fake that stands for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fakes import FakeSegmenter
from inference import refmodels, tinysam
from tui.errors import UsageError
from tui.inference.cancel import Cancel, Interrupted, cancellable
from tui.inference.embedding import Embedding
from tui.inference.runtime import SessionOptions, open_session
from tui.inference.segmenters.base import Segmenter, encode_ahead
from tui.inference.segmenters.refined import Refined
from tui.inference.segmenters.registry import open_segmenter
from tui.inference.segmenters.sam import Sam
from tui.pipelines.segment import logit_at, segment
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box

SIZES = [(90, 60), (40, 100), (1, 1), (300, 7)]


def _handmade(encoder: bytes, decoder: bytes) -> Sam:
    options = SessionOptions(threads=1)
    return Sam(open_session(encoder, options), open_session(decoder, options), name="handmade", digest="0")


def _reference(pair: str) -> Callable[[Path], Segmenter]:
    return lambda folder: open_segmenter(refmodels.stored_pair(folder, pair).manifest.path)


def _recognised(family: str) -> Callable[[Path], Segmenter]:
    encoder, decoder, _ = refmodels.FAMILIES[family]
    return lambda folder: open_segmenter(refmodels.bare_folder(folder / family, encoder, decoder))


SENSIBLE: dict[str, Callable[[Path], Segmenter]] = {
    "fake": lambda _: FakeSegmenter(),
    "grabcut": lambda _: open_segmenter("grabcut"),
    "sam-nchw-4": lambda _: _handmade(tinysam.encoder_nchw(), tinysam.decoder(4)),
    "sam-hwc-4": lambda _: _handmade(tinysam.encoder_hwc(), tinysam.decoder(4, symbolic=True)),
    "refined": lambda _: Refined(_handmade(tinysam.encoder_nchw(), tinysam.decoder(4))),
    "sam-nchw-1": lambda _: _handmade(tinysam.encoder_nchw(), tinysam.decoder(1, sized=False)),
    "sam-hwc-1": lambda _: _handmade(tinysam.encoder_hwc(), tinysam.decoder(1)),
    "sam-fp16": lambda _: _handmade(
        tinysam.encoder_nchw(dtype="float16"), tinysam.decoder(4, dtype="float16")
    ),
}
"""Segmenters that find things; the reference models have random weights and only answer in form."""

ALL = (
    SENSIBLE
    | {f"reference-{pair}": _reference(pair) for pair in ("sam1-nchw-multi", "mobile-sam")}
    | {f"reference-{family}": _recognised(family) for family in refmodels.FAMILIES}
)

LIMITED = {
    "edge-sam": {"mask input"},
    "efficient-sam": {"mask input", "negative points"},
    "hf-sam": {"mask input", "boxes"},
    "hf-sam2": {"mask input"},
}
"""What a model cannot take, by its name."""


@pytest.fixture(scope="module", params=ALL)
def any_segmenter(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Segmenter]:
    segmenter = ALL[request.param](tmp_path_factory.mktemp("model"))
    yield segmenter
    segmenter.close()


@pytest.fixture(params=SENSIBLE)
def segmenter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Segmenter]:
    segmenter = SENSIBLE[request.param](tmp_path)
    yield segmenter
    segmenter.close()


def picture(wh: tuple[int, int]) -> NDArray[np.uint8]:
    """A bright disc in the middle of a dark, slightly noisy image."""
    width, height = wh
    y, x = np.mgrid[0:height, 0:width]
    disc = np.hypot(x + 0.5 - width / 2, y + 0.5 - height / 2) < min(wh) * 0.3
    noise = np.random.default_rng(7).integers(0, 12, (height, width, 3))
    return np.where(disc[..., None], 220, 30).astype(np.uint8) + noise.astype(np.uint8)


def prompts(wh: tuple[int, int]) -> dict[str, Prompt]:
    width, height = wh
    middle, corner = Point(width / 2, height / 2), Point(width * 0.1, height * 0.1, False)
    box = Box(width * 0.2, height * 0.2, width * 0.8, height * 0.8)
    return {
        "click": Prompt((middle,)),
        "clicks": Prompt((middle, corner)),
        "negative": Prompt((corner,)),
        "box": Prompt(box=box),
        "box and click": Prompt((corner,), box),
    }


def possible(segmenter: Segmenter, wh: tuple[int, int]) -> list[Prompt]:
    return [prompt for prompt in prompts(wh).values() if not asked(prompt) & segmenter.limits.missing]


def asked(prompt: Prompt) -> set[str]:
    """What a prompt asks of a model beyond a click, in the words of `Limits.missing`."""
    found = {"boxes"} if prompt.box else set()
    found |= {"mask input"} if prompt.previous else set()
    return found | (set() if all(p.positive for p in prompt.points) else {"negative points"})


@pytest.mark.parametrize("wh", SIZES)
def test_the_embedding_knows_its_image_and_its_maker(any_segmenter: Segmenter, wh: tuple[int, int]) -> None:
    image = picture(wh)
    before = image.copy()
    embedding = any_segmenter.encode(image)
    assert embedding.image_wh == wh
    assert embedding.encoder == any_segmenter.fingerprint
    assert embedding.nbytes > 0
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("wh", SIZES)
def test_candidates_are_well_formed(any_segmenter: Segmenter, wh: tuple[int, int]) -> None:
    embedding = any_segmenter.encode(picture(wh))
    for prompt in possible(any_segmenter, wh):
        candidates = any_segmenter.decode(embedding, prompt)
        assert candidates
        for candidate in candidates:
            assert 0 <= candidate.score <= 1
            assert 0 <= candidate.stability <= 1
            assert candidate.mask.logits.dtype == np.float32
            assert candidate.mask.logits.ndim == 2
            assert np.isfinite(candidate.mask.logits).all()
            assert candidate.mask.region.area > 0


def test_the_same_prompt_gets_the_same_answer(any_segmenter: Segmenter) -> None:
    embedding = any_segmenter.encode(picture((90, 60)))
    for prompt in possible(any_segmenter, (90, 60)):
        first, second = (any_segmenter.decode(embedding, prompt) for _ in range(2))
        assert [c.score for c in first] == [c.score for c in second]
        for a, b in zip(first, second, strict=True):
            np.testing.assert_array_equal(a.mask.logits, b.mask.logits)


def test_work_ahead_gives_what_encode_gives(any_segmenter: Segmenter) -> None:
    image = picture((90, 60))
    now, ahead = any_segmenter.encode(image), encode_ahead(any_segmenter, image)
    assert (ahead.image_wh, ahead.encoder) == (now.image_wh, now.encoder)
    for name, array in now.arrays.items():
        np.testing.assert_allclose(ahead.arrays[name], array, atol=1e-4)


def test_no_encode_begins_under_a_set_token(any_segmenter: Segmenter) -> None:
    token = Cancel()
    token.set()
    with cancellable(token), pytest.raises(Interrupted):
        any_segmenter.encode(picture((90, 60)))
    assert any_segmenter.encode(picture((90, 60)))


def test_an_answer_may_be_fed_back_and_stays_untouched(any_segmenter: Segmenter) -> None:
    embedding = any_segmenter.encode(picture((90, 60)))
    first = Prompt((Point(45, 30),))
    chosen = segment(any_segmenter, embedding, first).chosen
    before = chosen.mask.logits.copy()
    previous = chosen.mask if any_segmenter.limits.mask_input else None
    fed = Prompt((*first.points, Point(50, 32)), previous=previous)
    assert segment(any_segmenter, embedding, fed).candidates
    np.testing.assert_array_equal(chosen.mask.logits, before)


def test_a_prompt_beyond_the_limits_is_a_sentence_that_names_the_limit(any_segmenter: Segmenter) -> None:
    embedding = any_segmenter.encode(picture((90, 60)))
    click = Prompt((Point(45, 30),))
    previous = Prompt(click.points, previous=any_segmenter.decode(embedding, click)[0].mask)
    for prompt in (*prompts((90, 60)).values(), previous):
        if beyond := asked(prompt) & any_segmenter.limits.missing:
            with pytest.raises(UsageError, match="|".join(beyond)):
                any_segmenter.decode(embedding, prompt)
    most = any_segmenter.limits.max_points
    if most is not None:
        with pytest.raises(UsageError, match=f"at most {most} points"):
            any_segmenter.decode(embedding, Prompt(click.points * (most + 1)))


def test_an_empty_prompt_is_a_programming_error(any_segmenter: Segmenter) -> None:
    embedding = any_segmenter.encode(picture((90, 60)))
    with pytest.raises(ValueError, match="prompt"):
        any_segmenter.decode(embedding, Prompt())


def test_it_says_what_it_is(any_segmenter: Segmenter) -> None:
    assert any_segmenter.name
    assert any_segmenter.provider == "CPU"
    assert any_segmenter.limits.missing == LIMITED.get(any_segmenter.name, set())


@pytest.mark.parametrize("wh", [(90, 60), (60, 90)])
def test_clicks_get_what_they_ask_for(segmenter: Segmenter, wh: tuple[int, int]) -> None:
    embedding = segmenter.encode(picture(wh))
    for name in ("click", "clicks"):
        prompt = prompts(wh)[name]
        mask = segment(segmenter, embedding, prompt).chosen.mask
        for point in prompt.points:
            assert (logit_at(mask, point.x, point.y) > 0) == point.positive


def test_a_box_gives_something_in_the_box(segmenter: Segmenter) -> None:
    embedding: Embedding = segmenter.encode(picture((90, 60)))
    box = Box(25.0, 10.0, 65.0, 50.0)
    mask = segment(segmenter, embedding, Prompt(box=box)).chosen.mask
    inside = [logit_at(mask, x, y) > 0 for x in range(25, 65, 2) for y in range(10, 50, 2)]
    assert any(inside)

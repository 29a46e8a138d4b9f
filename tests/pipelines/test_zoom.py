"""A segmenter for a region: the same contract, the same answers as for the region alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeSegmenter
from inference import refmodels, tinysam
from tui.geometry.masks import full_mask
from tui.inference.runtime import SessionOptions, open_session
from tui.inference.segmenters.registry import open_segmenter
from tui.inference.segmenters.sam import Sam
from tui.pipelines.segment import segment, trace_candidate
from tui.pipelines.zoom import LEAST, Zoomed, zoom_region
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box

WH = (300, 200)
REGION = Box(100, 50, 200, 150)

views = st.tuples(*(st.floats(0, 1) for _ in range(4)), st.integers(1, 5000), st.integers(1, 5000))


def picture() -> np.ndarray:
    image = np.random.default_rng(0).integers(0, 90, (WH[1], WH[0], 3), np.uint8)
    image[90:110, 140:165] = (220, 40, 30)
    return image


def handmade() -> Sam:
    options = SessionOptions(threads=1)
    sessions = (
        open_session(tinysam.encoder_nchw(), options),
        open_session(tinysam.decoder(4), options),
    )
    return Sam(*sessions, name="handmade", digest="0")


@given(view=views)
def test_a_region_holds_the_view_and_lies_in_the_image(view: tuple[float, ...]) -> None:
    left, top, across, down, width, height = view
    box = Box(
        left * width, top * height, (left + across * (1 - left)) * width, (top + down * (1 - top)) * height
    )
    region = zoom_region(box, (int(width), int(height)))
    assert region.x0 <= box.x0 + 1e-6
    assert region.y0 <= box.y0 + 1e-6
    assert region.x1 >= box.x1 - 1e-6
    assert region.y1 >= box.y1 - 1e-6
    assert region.width >= min(LEAST, width)
    Zoomed(FakeSegmenter(), region, (int(width), int(height)))  # takes it


def test_the_region_is_a_square_with_a_margin() -> None:
    assert zoom_region(Box(100, 100, 200, 150), (1000, 1000)) == Box(90, 65, 210, 185)


@pytest.mark.parametrize(
    "region",
    [Box(0, 0, 0, 0), Box(0.5, 0, 100.5, 100), Box(0, 0, 301, 200), Box(0, 0, 50, 100), Box(0, 0, 99, 50)],
)
def test_another_region_is_refused(region: Box) -> None:
    with pytest.raises(ValueError, match="no region"):
        Zoomed(FakeSegmenter(), region, WH)


@pytest.mark.parametrize("make", [FakeSegmenter, handmade])
@pytest.mark.parametrize(
    "prompt",
    [
        Prompt((Point(150, 100),)),
        Prompt((Point(150, 100), Point(120, 60, positive=False))),
        Prompt(box=Box(138, 88, 168, 112)),
    ],
)
def test_a_zoomed_answer_is_that_of_the_region_alone_in_its_place(make, prompt) -> None:
    segmenter, image = make(), picture()
    zoomed = Zoomed(segmenter, REGION, WH)
    alone = np.ascontiguousarray(image[50:150, 100:200])
    inner = Prompt(
        tuple(Point(p.x - 100, p.y - 50, p.positive) for p in prompt.points),
        Box(38, 38, 68, 62) if prompt.box else None,
    )
    expected = segment(segmenter, segmenter.encode(alone), inner)
    answer = segment(zoomed, zoomed.encode(image), prompt)
    assert answer.selected == expected.selected
    for found, wanted in zip(answer.candidates, expected.candidates, strict=True):
        whole = full_mask(found.mask, WH)
        assert np.array_equal(whole[50:150, 100:200], full_mask(wanted.mask, (100, 100)))
        assert whole.sum() == whole[50:150, 100:200].sum()
        assert (found.score, found.stability) == (wanted.score, wanted.stability)


def test_the_previous_mask_is_fed_back_in_the_regions_place() -> None:
    segmenter, image = FakeSegmenter(), picture()
    zoomed = Zoomed(segmenter, REGION, WH)
    embedding = zoomed.encode(image)
    first = segment(zoomed, embedding, Prompt((Point(150, 100),)))
    zoomed.decode(
        embedding, Prompt((Point(150, 100), Point(110, 60, positive=False)), previous=first.chosen.mask)
    )
    assert segmenter.decoded[-1].previous is not None
    assert segmenter.decoded[-1].previous.region == Box(0, 0, 100, 100)
    assert segmenter.decoded[-1].points[0] == Point(50, 50)


def test_its_embedding_has_a_key_of_its_own_and_is_taken_by_no_other() -> None:
    segmenter, image = FakeSegmenter(), picture()
    zoomed, other = Zoomed(segmenter, REGION, WH), Zoomed(segmenter, Box(0, 0, 100, 100), WH)
    assert len({segmenter.fingerprint, zoomed.fingerprint, other.fingerprint}) == 3
    embedding = zoomed.encode(image)
    for wrong in (segmenter, other):
        with pytest.raises(ValueError, match="another"):
            wrong.decode(embedding, Prompt((Point(50, 60),)))


def test_a_prompt_that_leaves_the_region_is_refused() -> None:
    zoomed = Zoomed(FakeSegmenter(), REGION, WH)
    embedding = zoomed.encode(picture())
    outside = Prompt((Point(150, 100), Point(20, 20, positive=False)))
    assert not zoomed.covers(outside)
    with pytest.raises(ValueError, match="leaves the region"):
        zoomed.decode(embedding, outside)
    assert not zoomed.covers(Prompt(box=Box(90, 60, 120, 80)))
    assert zoomed.covers(Prompt(box=Box(100, 50, 200, 150)))


def test_an_image_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="another image"):
        Zoomed(FakeSegmenter(), REGION, WH).encode(np.zeros((10, 10, 3), np.uint8))


def test_closing_leaves_the_segmenter_open() -> None:
    segmenter = FakeSegmenter()
    Zoomed(segmenter, REGION, WH).close()
    assert not segmenter.closed


def test_a_small_object_gets_a_finer_outline(tmp_path) -> None:
    segmenter = handmade()  # 16 x 16 cells: 19 pixels each on the whole, 4 in the region
    image, prompt = picture(), Prompt((Point(152, 100),))
    zoomed = Zoomed(segmenter, zoom_region(Box(138, 88, 168, 112), WH), WH)
    areas = [
        trace_candidate(s.decode(s.encode(image), prompt)[2], WH, "segment") for s in (segmenter, zoomed)
    ]
    assert areas[0] is not None
    assert areas[1] is not None
    assert areas[1].area < areas[0].area / 4


def test_a_reference_model_takes_a_region(tmp_path) -> None:
    segmenter = open_segmenter(refmodels.stored_pair(tmp_path / "m", "sam1-nchw-multi").manifest.path)
    zoomed = Zoomed(segmenter, REGION, WH)
    candidates = zoomed.decode(zoomed.encode(picture()), Prompt((Point(150, 100),)))
    assert all(candidate.mask.region.x0 == 100 for candidate in candidates)

"""Boxes for phrases: scores over each phrase's own tokens, and PyTorch's answers reproduced."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from inference import refmodels
from inference.grounding import tinydino
from tui.errors import ModelError
from tui.inference.grounding import dino_layout
from tui.inference.grounding.base import GroundingThresholds
from tui.inference.grounding.dino import GroundingDino, phrase_scores
from tui.inference.grounding.registry import open_grounder
from tui.inference.grounding.tokens import Caption, open_tokenizer
from tui.inference.runtime import open_session

pytest.importorskip("tokenizers")

IMAGE = np.zeros((100, 200, 3), np.uint8)
TEXTS = (("red disc", "traffic light", "person"), ("chairs",), ("green circle", "cup"))
"""The phrases of the golden file's texts 0, 1 and 2."""


@pytest.mark.parametrize("kind", ["hf", "idea"])
def test_each_box_goes_to_its_best_phrase(kind: str, tmp_path: Path) -> None:
    grounder = open_grounder(tinydino.write_model(tmp_path, kind))
    found = grounder.ground(IMAGE, ("cat", "green car", "kitten"))
    assert [d.class_id for d in found] == [1, 2, 0]
    assert [d.box.xyxy for d in found] == [
        (50, 37.5, 150, 62.5),
        (25, 62.5, 75, 87.5),
        (125, 12.5, 175, 37.5),
    ]
    assert [d.score for d in found] == pytest.approx([1 / (1 + np.exp(-v)) for v in (2.0, 1.5, 0.5)])


def test_thresholds(tmp_path: Path) -> None:
    grounder = open_grounder(tinydino.write_model(tmp_path))
    assert len(grounder.ground(IMAGE, ("car",), GroundingThresholds(iou=0.99))) == 2
    assert len(grounder.ground(IMAGE, ("car", "cat"), GroundingThresholds(limit=1))) == 1
    assert not grounder.ground(IMAGE, ("car",), GroundingThresholds(confidence=0.95))
    assert not grounder.ground(IMAGE, ("red",)), "a box without area"


def test_nonsense_of_the_model_is_a_failure(tmp_path: Path) -> None:
    grounder = open_grounder(tinydino.write_model(tmp_path, poison=True))
    with pytest.raises(ModelError, match="finite"):
        grounder.ground(IMAGE, ("car",))


def test_a_phrase_scores_by_the_best_of_its_tokens() -> None:
    logits = np.array([[9, -2, 1, 9, 0, 9], [9, -np.inf, -90, 9, 3, 9]], np.float32)
    scores = phrase_scores(logits, Caption(np.zeros(6, np.int64), ((1, 3), (4, 5))))
    np.testing.assert_allclose(scores, [(0.7310586, 0.5), (0, 0.95257413)], atol=1e-6)


def reference(kind: str) -> GroundingDino:
    words = open_tokenizer(refmodels.folder() / "tiny" / "gdino_tokenizer.json")
    return GroundingDino(open_session(refmodels.tiny(f"gdino_{kind}")), words, name=kind, digest="0")


def errors(model: GroundingDino, image: str, text: int) -> tuple[float, float]:
    """Largest difference of the logits, in standard deviations, and of the boxes, in pixels of the image."""
    picture, golden = refmodels.sample_image(image), refmodels.golden("gdino")
    logits, boxes, caption = model.answer(picture, TEXTS[text])
    np.testing.assert_array_equal(caption.ids, golden[f"{image}/{text}/ids"])
    expected = golden[f"{image}/{text}/logits"]
    finite = np.isfinite(expected)
    off = abs(logits[finite] - expected[finite]).max() / expected[finite].std()
    apart = abs(boxes - golden[f"{image}/{text}/boxes"]).max() * max(picture.shape)
    return float(off), float(apart)


@pytest.mark.parametrize("kind", ["hf", "idea"])
@pytest.mark.parametrize("image", refmodels.IMAGES)
@pytest.mark.parametrize("text", range(len(TEXTS)))
def test_the_reference_is_reproduced(kind: str, image: str, text: int) -> None:
    logits, boxes = errors(reference(kind), image, text)
    assert logits < 0.01
    assert boxes < 1


@pytest.mark.parametrize("kind", ["hf", "idea"])
def test_detections_follow_from_the_reference_logits(kind: str) -> None:
    golden, picture = refmodels.golden("gdino"), refmodels.sample_image("land")
    thresholds = GroundingThresholds(confidence=0.01, iou=1.0, limit=1000)
    found = reference(kind).ground(picture, TEXTS[0], thresholds)
    logits = golden["land/0/logits"].astype(np.float64)
    ids = golden["land/0/ids"].tolist()
    ends = [i for i, token in enumerate(ids) if token == 1012]
    starts = [1, *(e + 1 for e in ends[:-1])]
    per_phrase = np.stack([logits[:, a:b].max(1) for a, b in zip(starts, ends, strict=True)], 1)
    expected = sorted(1 / (1 + np.exp(-per_phrase.max(1))), reverse=True)
    scores = [d.score for d in found]
    assert len(scores) > 10
    assert len(scores) <= len(expected)
    assert all(min(abs(score - e) for e in expected) < 0.01 for score in scores)
    chosen = {d.class_id for d in found}
    assert chosen <= set(per_phrase.argmax(1).tolist())


def _bgr(image: NDArray[np.uint8], wh: tuple[int, int]) -> NDArray[np.float32]:
    return PIXELS(np.ascontiguousarray(image[..., ::-1]), wh)


def _opencv(image: NDArray[np.uint8], wh: tuple[int, int]) -> NDArray[np.float32]:
    return PIXELS(np.asarray(cv2.resize(image, wh, interpolation=cv2.INTER_LINEAR)), wh)


def _unnormalised(image: NDArray[np.uint8], wh: tuple[int, int]) -> NDArray[np.float32]:
    return np.asarray(PIXELS(image, wh) * 0.25)


PIXELS = dino_layout.pixels


@pytest.mark.parametrize("mistake", [_bgr, _opencv, _unnormalised])
def test_a_typical_mistake_would_be_seen(mistake: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dino_layout, "pixels", mistake)
    model = reference("hf")
    assert max(errors(model, image, 0)[0] for image in refmodels.IMAGES) > 0.05


def test_the_phrase_mask_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(caption: Caption) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        count = len(caption.ids)
        return np.ones((count, count), np.bool_), np.arange(count)

    monkeypatch.setattr(dino_layout, "phrase_attention", everything)
    assert errors(reference("idea"), "land", 0)[0] > 0.05

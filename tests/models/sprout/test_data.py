"""Training data: packed photos come back as they were, samples are what they claim, clicks lie on errors."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

SIDE = 96


def load(name: str) -> Any:
    return importlib.import_module(name)


@pytest.fixture
def packed(tmp_path: Path) -> Any:
    """A pack of two photos of one source and one of another, each with two rectangles."""
    shard, rng = tmp_path / "s00", np.random.default_rng(0)
    shard.mkdir()
    for name, source in (("a", "coco"), ("b", "coco"), ("c", "other")):
        ids = np.zeros((2, 120, 160), np.uint8)
        ids[0, 20:80, 30:100], ids[1, 50:110, 60:150], ids[1, :4] = 1, 1, 255
        boxes = [[30, 20, 100, 80], [60, 50, 150, 110]]
        instances = [
            {"layer": k, "value": 1, "bbox": box, "area": int((ids[k] == 1).sum())}
            for k, box in enumerate(boxes)
        ]
        meta = {"image": f"{name}.png", "width": 160, "height": 120, "layers": 2, "source": source}
        Image.fromarray(rng.integers(0, 255, (120, 160, 3), dtype=np.uint8)).save(shard / f"{name}.png")
        Image.fromarray(ids.reshape(240, 160)).save(shard / f"{name}.ids.png")
        (shard / f"{name}.json").write_text(json.dumps(meta | {"licence": "CC0", "instances": instances}))
    load("pack").pack([shard], tmp_path / "pack")
    return load("pack").Pack(tmp_path / "pack")


def test_a_pack_gives_back_photos_and_masks(packed: Any, tmp_path: Path) -> None:
    assert len(packed) == 3
    with Image.open(tmp_path / "s00" / "b.png") as image:
        np.testing.assert_array_equal(packed[1].rgb, np.asarray(image))
    assert packed[1].mask(0).sum() == 60 * 70


def test_sources_can_be_left_out(packed: Any, tmp_path: Path) -> None:
    assert load("pack").Pack(tmp_path / "pack", frozenset({"coco"})).sources == ["other"]


def test_a_sample_has_its_size_and_visible_targets(packed: Any) -> None:
    samples = load("samples")
    for number in range(12):
        sample = samples.Sampler(packed, 3).sample(number, SIDE)
        assert sample.rgb.shape == (SIDE, SIDE, 3)
        assert sample.masks.shape == (samples.PER_PHOTO, SIDE, SIDE)
        assert (sample.masks & ~sample.ignore).any(axis=(1, 2)).all()


def test_a_samples_number_and_the_seed_decide_it(packed: Any) -> None:
    sampler = load("samples").Sampler
    one, again, other = (sampler(packed, seed).sample(5, SIDE) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.rgb, again.rgb)
    assert not np.array_equal(one.rgb, other.rgb)


def test_rendered_masks_lie_where_the_objects_were_drawn() -> None:
    rng = np.random.default_rng(1)
    flat = np.full((40, 40, 3), 128, np.uint8)
    rgb, masks = load("scenes").scene(SIDE, rng, lambda: flat)
    assert rgb.shape == (SIDE, SIDE, 3)
    assert masks
    assert sum(mask.astype(int) for mask in masks).max() == 1, "a pixel shows one object"


def test_corrections_lie_on_the_larger_error() -> None:
    clicks, rng = load("clicks"), np.random.default_rng(0)
    true, answer = np.zeros((SIDE, SIDE), bool), np.zeros((SIDE, SIDE), bool)
    true[10:60, 10:60], answer[10:60, 40:90] = True, True
    nothing = np.zeros_like(true)
    x, y, label = clicks.correction(true, answer, nothing, rng)
    error = true & ~answer if label == clicks.POSITIVE else answer & ~true
    assert error[int(y), int(x)]
    assert clicks.correction(true, true, nothing, rng) is None


def test_prompts_are_boxes_around_the_mask_or_clicks_on_it() -> None:
    clicks, rng = load("clicks"), np.random.default_rng(2)
    mask = np.zeros((SIDE, SIDE), bool)
    mask[20:60, 30:70] = True
    kinds = set()
    for _ in range(60):
        tokens = clicks.first_prompt(mask, rng)
        kinds.add(tuple(tokens.labels))
        assert tokens.lone == (tokens.labels == [clicks.POSITIVE])
        for (x, y), label in zip(tokens.points, tokens.labels, strict=True):
            assert label != clicks.POSITIVE or mask[int(y), int(x)]
    assert kinds == {(1,), (2, 3), (1, 2, 3)}


def test_shorter_prompts_are_padded() -> None:
    clicks = load("clicks")
    one, two = clicks.Tokens([(1, 2)], [1]), clicks.Tokens([(3, 4), (5, 6)], [1, 0])
    points, labels = clicks.batch_tokens([one, two])
    assert points.shape == (2, 2, 2)
    assert labels.tolist() == [[1, clicks.PADDING], [1, 0]]


def test_curves_are_drawn_from_a_log(tmp_path: Path) -> None:
    rows = [
        {"kind": "train", "minutes": 1.0, "mask": 1.2, "iou": 0.4},
        {"kind": "train", "minutes": 2.0, "mask": 0.9, "iou": 0.6},
        {
            "kind": "val",
            "minutes": 2.0,
            "box": 0.7,
            "click1": 0.4,
            "click3": 0.6,
            "click5": 0.7,
            "score_r": 0.6,
        },
    ]
    (tmp_path / "log.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    load("curves").draw(tmp_path / "log.jsonl", tmp_path / "curves.png")
    with Image.open(tmp_path / "curves.png") as image:
        assert len(np.unique(np.asarray(image).reshape(-1, 3), axis=0)) > 5

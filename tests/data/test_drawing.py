"""The drawn scenes: deterministic pictures with masks that fit."""

from __future__ import annotations

import numpy as np
import pytest

from tui.data.drawing import SCENES, noise

HW = (160, 240)


@pytest.mark.parametrize("name", SCENES)
def test_same_seed_same_picture(name: str) -> None:
    first, second = (SCENES[name](np.random.default_rng(3), HW) for _ in range(2))
    assert np.array_equal(first.rgb, second.rgb)
    assert [n for n, _ in first.objects] == [n for n, _ in second.objects]


@pytest.mark.parametrize("name", SCENES)
def test_masks_are_disjoint_and_stand_out(name: str) -> None:
    scene = SCENES[name](np.random.default_rng(5), HW)
    assert len(scene.objects) >= 4
    total = np.sum([mask for _, mask in scene.objects], axis=0)
    assert total.max() == 1
    ground = scene.rgb[total == 0].mean(0)
    for kind, mask in scene.objects:
        assert mask.sum() > 20, kind
        assert np.abs(scene.rgb[mask].mean(0) - ground).max() > 12, kind


def test_noise_has_the_size_and_range_asked_for() -> None:
    made = noise(np.random.default_rng(0), (50, 70), 8)
    assert made.shape == (50, 70)
    assert abs(float(made.mean())) < 0.5
    assert 0.2 < float(made.std()) < 2

"""Photos in another tone."""

from __future__ import annotations

import numpy as np
import pytest

from tui.render.tone import PLAIN, toned

RAMP = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)


def test_the_plain_tone_is_the_photo_itself() -> None:
    assert toned(RAMP, PLAIN) is RAMP


@pytest.mark.parametrize("brightness", [-5, -1, 1, 5])
def test_brightness_keeps_black_white_and_order(brightness: int) -> None:
    out = toned(RAMP, (brightness, 0, False))[0, :, 0].astype(int)
    assert (out[0], out[255]) == (0, 255)
    assert (np.diff(out) >= 0).all()
    assert (out[128] > 128) == (brightness > 0)


@pytest.mark.parametrize("contrast", [-5, 5])
def test_contrast_turns_around_mid_grey(contrast: int) -> None:
    out = toned(RAMP, (0, contrast, False))[0, :, 0].astype(int)
    assert abs(out[128] - 128) <= 2
    assert (out[200] - out[60] > 140) == (contrast > 0)


def test_equalising_brings_out_a_dark_picture() -> None:
    rng = np.random.default_rng(1)
    dark = rng.integers(0, 30, (64, 64, 3), dtype=np.uint8)
    out = toned(dark, (0, 0, True))
    assert out.std() > 1.5 * dark.std()
    assert out.shape == dark.shape

"""Sixel strings, decoded again by a decoder that shares no code with the encoder."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.render import sixels

COLOURS = np.array([[n * 7 % 256, n * 31 % 256, n * 11 % 256] for n in range(256)], np.uint8)
TOKEN = re.compile(rb"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|([$-])")


def decode(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """RGB in percent [h, w, 3] and which pixels were drawn [h, w]; fails on a colour that was not defined."""
    head = re.match(rb'\x1bP0;1q"1;1;(\d+);(\d+)', data)
    assert head is not None
    width, height = int(head[1]), int(head[2])
    picture = np.zeros((height + 6, width, 3), int)
    drawn = np.zeros((height + 6, width), bool)
    defined: dict[int, tuple[int, ...]] = {}
    x = y = 0
    colour: tuple[int, ...] | None = None
    body = data[head.end() : -2]
    assert data.endswith(b"\x1b\\")
    assert not body.endswith(b"-")
    assert TOKEN.sub(b"", body) == b""
    for match in TOKEN.finditer(body):
        if match[1]:
            defined[int(match[1])] = tuple(int(part) for part in match.group(2, 3, 4))
        elif match[5]:
            colour = defined[int(match[5])]
        elif match[9]:
            x, y = 0, y + 6 * (match[9] == b"-")
        else:
            count, char = (int(match[6]), match[7]) if match[6] else (1, match[8])
            for bit in range(6):
                if (ord(char) - 63) >> bit & 1:
                    assert colour is not None
                    assert x + count <= width
                    picture[y + bit, x : x + count] = colour
                    drawn[y + bit, x : x + count] = True
            x += count
    assert not drawn[height:].any()
    return picture[:height], drawn[:height]


def percent(index: np.ndarray) -> np.ndarray:
    return (COLOURS.astype(int) * 100 + 127)[index] // 255


@given(
    height=st.integers(1, 20), width=st.integers(1, 40), colours=st.integers(1, 255), seed=st.integers(0, 99)
)
def test_every_frame_reads_back(height: int, width: int, colours: int, seed: int) -> None:
    index = np.random.default_rng(seed).integers(0, colours, (height, width)).astype(np.uint8)
    picture, drawn = decode(sixels.encode(index, COLOURS))
    assert drawn.all()
    assert np.array_equal(picture, percent(index))


@given(height=st.integers(1, 20), width=st.integers(1, 40), seed=st.integers(0, 99))
def test_visible_pixels_are_drawn_and_others_only_in_their_own_colour(
    height: int, width: int, seed: int
) -> None:
    noise = np.random.default_rng(seed)
    index = noise.integers(0, 9, (height, width)).astype(np.uint8)
    visible = noise.random((height, width)) < 0.2
    picture, drawn = decode(sixels.encode(index, COLOURS, visible))
    assert drawn[visible].all()
    assert np.array_equal(picture[drawn], percent(index)[drawn])


def test_unknown_pixels_are_left_alone() -> None:
    index = np.full((12, 30), 3, np.uint8)
    index[:6, 10:20] = sixels.UNKNOWN
    visible = np.zeros((12, 30), bool)
    visible[2, [9, 20]] = True
    _, drawn = decode(sixels.encode(index, COLOURS, visible))
    assert not drawn[:6, 10:20].any()


def test_a_slanted_line_over_an_even_ground_is_one_block() -> None:
    index = np.full((6, 300), 3, np.uint8)
    visible = np.zeros((6, 300), bool)
    visible[np.arange(300) // 50, np.arange(300)] = True
    assert len(sixels.encode(index, COLOURS, visible)) < 60


def test_a_large_frame_goes_the_quick_way_and_reads_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sixels, "_PACKED_RUNS", 10)
    index = np.random.default_rng(3).integers(0, 200, (30, 70)).astype(np.uint8)
    index[6:18] = 5
    picture, drawn = decode(sixels.encode(index, COLOURS))
    assert drawn.all()
    assert np.array_equal(picture, percent(index))


def test_a_plain_frame_costs_a_few_bytes_a_band() -> None:
    data = sixels.encode(np.full((600, 1000), 7, np.uint8), COLOURS)
    assert len(data) < 100 * 8 + 60


def test_a_colour_is_selected_apart_from_its_definition() -> None:
    data = sixels.encode(np.full((6, 3), 7, np.uint8), COLOURS)
    assert re.search(rb"#0;2;\d+;\d+;\d+#0", data)

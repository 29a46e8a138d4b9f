"""Kitty graphics commands for the tests of the terminal itself."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import NDArray


def solid(width: int, height: int, colour: list[int]) -> NDArray[np.uint8]:
    """A picture of one colour, RGB [height, width, 3]."""
    return np.full((height, width, 3), colour, np.uint8)


def apc(control: str, payload: bytes = b"") -> bytes:
    """One command with its payload encoded."""
    return b"\x1b_G" + control.encode() + (b";" + base64.b64encode(payload) if payload else b"") + b"\x1b\\"


def raw(rgb: NDArray[np.uint8], control: str) -> bytes:
    """A command that carries an RGB picture in one uncompressed chunk; `control` says what to do with it."""
    height, width = rgb.shape[:2]
    return apc(f"f=24,s={width},v={height},q=2,{control}", rgb.tobytes())

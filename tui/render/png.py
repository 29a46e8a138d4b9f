"""Small palette PNGs written by hand, and photos through cv2.

Marks are a few colours and mostly nothing: packed to 1, 2 or 4 bits a pixel they fit in one chunk of the
kitty protocol, which general encoders cannot do. Previews of photos have 8 bits a pixel.
Source of the format: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)".
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FILTER_NONE = 0
_GREYSCALE_PALETTE = 3
_HEADER_END = len(_SIGNATURE) + 25
"""Signature and IHDR chunk, which cv2 writes first."""

Rgba = tuple[int, int, int, int]

CLEAR_KEY = (1, 0, 1)
"""The RGB that `photo_png` shows as nothing; photo pixels of this colour are made black."""


def palette_png(index: NDArray[np.uint8], colours: Sequence[Rgba]) -> bytes:
    """A PNG of palette indices uint8 [h, w]; at most 256 colours, each with its own opacity."""
    height, width = index.shape
    depth = next(bits for bits in (1, 2, 4, 8) if len(colours) <= 1 << bits)
    rows = _pack(index, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, _GREYSCALE_PALETTE, 0, 0, 0)
    solid = max((n + 1 for n, colour in enumerate(colours) if colour[3] < 255), default=0)
    parts = [_SIGNATURE, _chunk(b"IHDR", header)]
    parts.append(_chunk(b"PLTE", b"".join(bytes(colour[:3]) for colour in colours)))
    if solid:
        parts.append(_chunk(b"tRNS", bytes(colour[3] for colour in colours[:solid])))
    parts += [_chunk(b"IDAT", _compressed(rows, depth)), _chunk(b"IEND", b"")]
    return b"".join(parts)


def clear_png(width: int, height: int) -> bytes:
    """A picture of nothing: to be patched, or to hold a place."""
    return palette_png(np.zeros((height, width), np.uint8), [(0, 0, 0, 0), (0, 0, 0, 255)])


def photo_png(rgb: NDArray[np.uint8], *, margin: tuple[int, int] = (0, 0), level: int = 3) -> bytes:
    """A true-colour PNG of RGB [h, w, 3] with `margin` transparent pixels at its right and bottom.

    Transparency is a colour key: an alpha channel would cost a quarter more to send.
    """
    right, below = margin
    if right or below:
        height, width = rgb.shape[:2]
        padded = np.empty((height + below, width + right, 3), np.uint8)
        padded[:] = CLEAR_KEY
        padded[:height, :width] = rgb
        padded[:height, :width][(rgb == CLEAR_KEY).all(axis=2)] = 0
        rgb = padded
    done, data = cv2.imencode(".png", rgb[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, level])
    if not done:
        raise ValueError(f"cv2 could not encode a picture of shape {rgb.shape}")
    encoded = data.tobytes()
    if not (right or below):
        return encoded
    key = _chunk(b"tRNS", struct.pack(">HHH", *CLEAR_KEY))
    return encoded[:_HEADER_END] + key + encoded[_HEADER_END:]


def _pack(index: NDArray[np.uint8], depth: int) -> NDArray[np.uint8]:
    """Rows of `depth` bits a pixel, the first pixel in the high bits, padded to whole bytes."""
    if depth == 8:
        return index
    height, width = index.shape
    per_byte = 8 // depth
    padded = np.zeros((height, -(-width // per_byte) * per_byte), np.uint8)
    padded[:, :width] = index
    if depth == 1:
        return np.packbits(padded, axis=1)
    packed = np.zeros((height, padded.shape[1] // per_byte), np.uint8)
    for place in range(per_byte):
        packed |= padded[:, place::per_byte] << (8 - depth * (place + 1))
    return packed


def _compressed(rows: NDArray[np.uint8], depth: int) -> bytes:
    """Rows without a filter: for palette indices every filter costs bytes.

    Marks are squeezed hard; for the indices of a photo that takes four times as long and saves a percent.
    """
    lines = np.zeros((rows.shape[0], rows.shape[1] + 1), np.uint8)
    lines[:, 0] = _FILTER_NONE
    lines[:, 1:] = rows
    squeeze = zlib.compressobj(6 if depth == 8 else 9, zlib.DEFLATED, 15, 9)
    return squeeze.compress(lines.tobytes()) + squeeze.flush()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

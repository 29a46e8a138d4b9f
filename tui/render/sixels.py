"""Sixel encoding of index frames with numpy.

A sixel picture is bands of six rows; in a band each colour is drawn in its own pass, one character for six
pixels of a column. Colours are defined and selected with `#n;2;r;g;b#n`: in xterm and foot a definition alone
does not select. There is no trailing `-`, which would start another band.
Source of the format: DEC VT330/VT340 Programmer Reference Manual, volume 2, chapter 14.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

BAND = 6
_START, _END = b"\x1bP0;1q", b"\x1b\\"
_TOKEN = 6
_PLAIN_RUN = 3
_PACKED_RUNS = 20_000
_FIRST = ord("?")
_RETURN = -1
_BRIDGE = 8
"""Columns up to which a gap between two runs is worth painting over."""

UNKNOWN = 255
"""An index no colour has: what the screen shows at this pixel is not known and stays."""

_Piece = tuple[int, bytes]
"""A palette index and sixels to draw in it; the index `_RETURN` marks the way back to the left edge."""


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Stretches of equal sixels: all arrays of one length, sorted by band, colour, column."""

    band: NDArray[np.int64]
    colour: NDArray[np.int64]
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    bits: NDArray[np.int64]


def encode(
    index: NDArray[np.uint8], colours: NDArray[np.uint8], visible: NDArray[np.bool_] | None = None
) -> bytes:
    """The sixel string of a frame of palette indices uint8 [h, w].

    `colours` uint8 [n, 3] is the palette. Pixels where `visible` [h, w] is set are drawn, and others of the
    same colours where that makes the text shorter: the terminal shows all of `index` afterwards, provided
    that it showed it before where `visible` is not set. The others keep what the terminal has there (where
    it can). None draws every pixel; `UNKNOWN` marks pixels that must be left alone.
    """
    height, width = index.shape
    bands = -(-height // BAND)
    padded = np.full((bands * BAND, width), UNKNOWN, np.uint8)
    padded[:height] = index
    drawn = np.zeros((bands * BAND, width), bool)
    drawn[:height] = True if visible is None else visible
    ground: list[_Piece] = []
    if visible is None:
        commonest = _commonest(index)
        drawn &= padded != np.repeat(commonest, BAND)[:, None]
        ground = [
            (colour, _repeat(_FIRST + (1 << min(BAND, height - band * BAND)) - 1, width))
            for band, colour in enumerate(commonest.tolist())
        ]
    by_band = padded.reshape(bands, BAND, width)
    keys = _columns(by_band, drawn.reshape(bands, BAND, width))
    runs = _runs(keys) if visible is None or len(keys) > _PACKED_RUNS else _loose_runs(keys, by_band)
    body = _body(runs, colours, ground, width)
    return b'%s"1;1;%d;%d%s%s' % (_START, width, height, body, _END)


def _commonest(index: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The most frequent index of each band: drawn as one run under the others."""
    bands = (index[top : top + BAND] for top in range(0, len(index), BAND))
    return np.array([np.bincount(band.ravel(), minlength=256).argmax() for band in bands], np.int64)


def _columns(index: NDArray[np.uint8], drawn: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The pixels of each column of a band by colour, as sorted numbers: band, colour, column, bits."""
    bands, _, width = index.shape
    parts = []
    for row in range(BAND):
        bits = np.zeros((bands, width), np.int64)
        first = drawn[:, row].copy()
        for other in range(BAND):
            same = (index[:, other] == index[:, row]) & drawn[:, other]
            bits |= same.astype(np.int64) << other
            if other < row:
                first &= ~same
        band, column = np.nonzero(first)
        colour = index[:, row][first].astype(np.int64)
        parts.append((band << 32) | (colour << 24) | (column << 8) | bits[first])
    return np.sort(np.concatenate(parts))


def _runs(keys: NDArray[np.int64]) -> _Runs:
    """Equal neighbours joined."""
    starts = np.ones(len(keys), bool)
    starts[1:] = keys[1:] - keys[:-1] != 1 << 8
    at = np.flatnonzero(starts)
    length = np.diff(at, append=len(keys))
    head = keys[at]
    return _Runs(head >> 32, head >> 24 & 255, head >> 8 & 0xFFFF, length, head & 255)


def _loose_runs(keys: NDArray[np.int64], index: NDArray[np.uint8]) -> _Runs:
    """Neighbours joined where one sixel serves both: it may cover any pixel that has its colour anyway.

    A slanted line over an even ground becomes one repeated block, and dashes grow together over gaps.
    """
    band, colour, column = keys >> 32, keys >> 24 & 255, keys >> 8 & 0xFFFF
    free = _packed_bits(index[band, :, column] == colour[:, None])
    runs: list[tuple[int, int, int, int, int]] = []
    last = (-1, -1)
    start = end = bits = room = 0
    for where, need, spare, x in zip(
        zip(band.tolist(), colour.tolist(), strict=True),
        (keys & 255).tolist(),
        free.tolist(),
        column.tolist(),
        strict=True,
    ):
        if where == last and x - end <= _BRIDGE and not (bits | need) & ~(room & spare):
            between = room & spare
            if x > end:
                gap = index[where[0], :, end:x] == where[1]
                between &= int(np.bitwise_and.reduce(_packed_bits(gap.T)))
            if not (bits | need) & ~between:
                end, bits, room = x + 1, bits | need, between
                continue
        if last != (-1, -1):
            runs.append((*last, start, end - start, bits))
        last, start, end, bits, room = where, x, x + 1, need, spare
    if last != (-1, -1):
        runs.append((*last, start, end - start, bits))
    return _Runs(*np.array(runs, np.int64).reshape(-1, 5).T)


def _packed_bits(rows: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The sixel of each of [n, 6] columns of pixels."""
    return np.asarray(rows @ (1 << np.arange(BAND)), np.int64)


def _body(runs: _Runs, colours: NDArray[np.uint8], ground: list[_Piece], width: int) -> bytes:
    """All bands: the ground of each, then its runs, packed tightly where there are few enough."""
    bands = _packed(runs) if len(runs.band) <= _PACKED_RUNS else _by_colour(runs, width)
    lines = [[piece] for piece in ground] or [[] for _ in range(max(bands, default=0) + 1)]
    for band, pieces in bands.items():
        lines[band] += [(_RETURN, b"$"), *pieces] if lines[band] else pieces
    used = np.concatenate([runs.colour, np.array([colour for colour, _ in ground], np.int64)])
    registers = _Registers(used, colours)
    return b"-".join(b"".join(registers.draw(colour, text) for colour, text in line) for line in lines)


def _by_colour(runs: _Runs, width: int) -> dict[int, list[_Piece]]:
    """Each band's runs, one pass a colour: quick for whole frames."""
    text, ends = _run_text(runs, width)
    opens = np.ones(len(runs.band), bool)
    opens[1:] = (np.diff(runs.band) != 0) | (np.diff(runs.colour) != 0)
    first = np.flatnonzero(opens)
    stop = np.append(first[1:], len(runs.band))
    bands: dict[int, list[_Piece]] = {}
    for at, end, band, colour in zip(
        first.tolist(), stop.tolist(), runs.band[first].tolist(), runs.colour[first].tolist(), strict=True
    ):
        pieces = bands.setdefault(band, [])
        if pieces:
            pieces.append((_RETURN, b"$"))
        pieces.append((colour, text[ends[at] : ends[end]]))
    return bands


def _packed(runs: _Runs) -> dict[int, list[_Piece]]:
    """Each band's runs from left to right, colours mixed, in as few passes as overlaps allow.

    A gap to the run on the left is shorter than one from the edge: half the bytes for scattered pixels.
    """
    order = np.lexsort((runs.start, runs.band))
    columns = (runs.band, runs.start, runs.length, runs.colour, runs.bits)
    waiting: dict[int, list[tuple[int, int, int, int]]] = {}
    for band, start, length, colour, bits in zip(
        *(column[order].tolist() for column in columns), strict=True
    ):
        waiting.setdefault(band, []).append((start, length, colour, bits))
    return {band: _pack_band(rest) for band, rest in waiting.items()}


def _pack_band(rest: list[tuple[int, int, int, int]]) -> list[_Piece]:
    pieces: list[_Piece] = []
    while rest:
        column, later = 0, []
        if pieces:
            pieces.append((_RETURN, b"$"))
        for run in rest:
            start, length, colour, bits = run
            if start < column:
                later.append(run)
                continue
            pieces.append((colour, _repeat(_FIRST, start - column) + _repeat(_FIRST + bits, length)))
            column = start + length
        rest = later
    return pieces


def _repeat(code: int, count: int) -> bytes:
    return bytes([code]) * count if count <= _PLAIN_RUN else b"!%d%c" % (count, code)


class _Registers:
    """Numbers for the colours in use, short ones for the most frequent, each defined on first use."""

    def __init__(self, used: NDArray[np.int64], colours: NDArray[np.uint8]) -> None:
        order = np.argsort(-np.bincount(used, minlength=256), kind="stable")
        self._number = {colour: number for number, colour in enumerate(order.tolist())}
        self._colours = colours
        self._defined: set[int] = set()
        self._selected = -1

    def draw(self, colour: int, text: bytes) -> bytes:
        """`text` drawn in a palette index, which stays selected across passes and bands."""
        if colour in (_RETURN, self._selected):
            return text
        self._selected = colour
        number = self._number[colour]
        if colour in self._defined:
            return b"#%d%s" % (number, text)
        self._defined.add(colour)
        red, green, blue = ((int(value) * 100 + 127) // 255 for value in self._colours[colour])
        return b"#%d;2;%d;%d;%d#%d%s" % (number, red, green, blue, number, text)


def _run_text(runs: _Runs, width: int) -> tuple[bytes, list[int]]:
    """Gap and run of each entry as text, and where each begins (one end more than there are runs)."""
    end = runs.start + runs.length
    gap = runs.start.copy()
    follows = np.zeros(len(gap), bool)
    follows[1:] = (np.diff(runs.band) == 0) & (np.diff(runs.colour) == 0)
    gap[follows] -= end[:-1][follows[1:]]
    table, sizes = _count_table(width)
    rows = np.empty((len(gap), 2 * _TOKEN), np.uint8)
    rows[:, :_TOKEN] = table[gap]
    rows[:, _TOKEN:] = table[runs.length]
    rows[:, :_TOKEN][rows[:, :_TOKEN] == 0] = _FIRST
    paint = rows[:, _TOKEN:]
    np.copyto(paint, (runs.bits + _FIRST).astype(np.uint8)[:, None], where=paint == 0)
    used = np.arange(_TOKEN)[None, :]
    keep = np.empty(rows.shape, bool)
    keep[:, :_TOKEN] = used < sizes[gap][:, None]
    keep[:, _TOKEN:] = used < sizes[runs.length][:, None]
    ends = np.concatenate([[0], np.cumsum(sizes[gap] + sizes[runs.length])])
    return rows[keep].tobytes(), ends.tolist()


@lru_cache(8)
def _count_table(width: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Text of a repetition by its count: uint8 [width + 1, 6] with 0 where the sixel stands, and its size."""
    table = np.zeros((width + 1, _TOKEN), np.uint8)
    sizes = np.zeros(width + 1, np.int64)
    for count in range(1, width + 1):
        text = b"\0" * count if count <= _PLAIN_RUN else b"!%d\0" % count
        table[count, : len(text)] = np.frombuffer(text, np.uint8)
        sizes[count] = len(text)
    return table, sizes

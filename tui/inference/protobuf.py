"""Protobuf's wire format, as much of it as reading an ONNX file's outline takes: skipping is most of it.

Weights are never touched: a length-delimited field is a range of positions, so that the outline of a model of
gigabytes is read from a memory map in milliseconds.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator

Buffer = mmap.mmap | bytes
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class Truncated(Exception):
    """The message ends within a field."""


class Malformed(Exception):
    """The bytes are no protobuf message."""


def fields(data: Buffer, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(field number, start, end) of every length-delimited field of a message; numbers are skipped."""
    return ((number, a, b) for number, kind, a, b in _walk(data, start, end) if kind == _BYTES)


def numbers(data: Buffer, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(field number, value) of every plain number of a message, as the unsigned 64 bits it is stored in."""
    return ((number, value) for number, kind, value, _ in _walk(data, start, end) if kind == _VARINT)


def _walk(data: Buffer, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """(field number, kind, start, end) of every field; a number has its value in both places."""
    position = start
    while position < end:
        tag, position = _varint(data, position, end)
        number, kind = tag >> 3, tag & 7
        if number == 0:
            raise Malformed("it is no protobuf message")
        if kind == _VARINT:
            value, position = _varint(data, position, end)
            yield number, kind, value, value
            continue
        if kind == _BYTES:
            length, position = _varint(data, position, end)
        elif kind in (_FIXED64, _FIXED32):
            length = 8 if kind == _FIXED64 else 4
        else:
            raise Malformed("it is no protobuf message")
        if position + length > end:
            raise Truncated
        yield number, kind, position, position + length
        position += length


def _varint(data: Buffer, position: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if position >= end:
            raise Truncated
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise Malformed("it is no protobuf message")

"""The journal's bytes: one record after the other, each with length, checksum and JSON.

The file is only ever appended to, so a crash can harm nothing but its last record; that one is cut off when
the file is read. Text that is not UTF-8 (file names) survives as JSON's escapes of lone surrogates.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

VERSION = 1
"""Of the records' meaning; a journal with a higher one is kept and left to the program that wrote it."""

MAX_RECORD = 64_000_000
"""Bytes of one record's JSON; a length beyond it is a torn one."""

Record = Mapping[str, Any]

_HEAD = struct.Struct(">II")


def pack(record: Record) -> bytes:
    """One record as it stands in the file: length and CRC-32 of the JSON (big-endian, 4 bytes each), JSON."""
    text = json.dumps(record, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode("ascii")
    return _HEAD.pack(len(text), zlib.crc32(text)) + text


def unpack(data: bytes) -> tuple[list[Record], int]:
    """All whole records from the start of a file, and how many bytes they take; what follows is torn."""
    records: list[Record] = []
    at = 0
    while at + _HEAD.size <= len(data):
        length, checksum = _HEAD.unpack_from(data, at)
        start = at + _HEAD.size
        text = data[start : start + length]
        if length > MAX_RECORD or len(text) < length or zlib.crc32(text) != checksum:
            break
        try:
            record = json.loads(text)
        except ValueError:
            break
        if not isinstance(record, dict):
            break
        records.append(record)
        at = start + length
    return records, at

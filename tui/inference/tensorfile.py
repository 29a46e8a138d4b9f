"""Arrays in a file of the safetensors format: a JSON header, then the numbers.

    8 bytes       length of the header, little endian
    header        {"name": {"dtype": "F16", "shape": [..], "data_offsets": [start, stop]},
                  "__metadata__": {..}}
    numbers       C order, little endian, without gaps

Written here rather than with the `safetensors` package: it is sixty lines, and a reader of files that
anything may have happened to wants to say no to all of it. A checksum of the numbers stands in the metadata.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

_TYPES: Mapping[str, str] = {
    "F16": "<f2",
    "F32": "<f4",
    "F64": "<f8",
    "I32": "<i4",
    "I64": "<i8",
    "U8": "|u1",
}
_NAMES: Mapping[str, str] = {np.dtype(code).name: name for name, code in _TYPES.items()}
_LARGEST_HEADER = 1 << 20
_CHECKSUM = "crc32"
_ALIGNMENT = 8
"""The format's: the header is filled up with blanks."""


class Unreadable(Exception):
    """The file is cut off, damaged, or something else."""


@dataclass(frozen=True, slots=True, eq=False)
class TensorFile:
    """Named arrays and texts about them."""

    arrays: Mapping[str, NDArray[np.generic]]
    metadata: Mapping[str, str]


def write_tensors(stream: BinaryIO, content: TensorFile) -> None:
    """Write `content`. Raises ValueError for a type of number the format does not have, OSError."""
    header: dict[str, object] = {}
    parts: list[NDArray[np.generic]] = []
    position = checksum = 0
    for name, array in content.arrays.items():
        kind = _NAMES.get(array.dtype.name)
        if kind is None:
            raise ValueError(f"{array.dtype} cannot be stored")
        part = np.ascontiguousarray(array, np.dtype(_TYPES[kind]))
        offsets = [position, position + part.nbytes]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": offsets}
        position += part.nbytes
        checksum = zlib.crc32(part.data, checksum)
        parts.append(part)
    header["__metadata__"] = {**content.metadata, _CHECKSUM: str(checksum)}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    stream.write(len(text).to_bytes(8, "little") + text)
    for part in parts:
        stream.write(part.data)


def read_tensors(stream: BinaryIO) -> TensorFile:
    """What `write_tensors` wrote; raises Unreadable for anything else, OSError when it cannot be read."""
    length = int.from_bytes(stream.read(8), "little")
    if not 2 <= length <= _LARGEST_HEADER:
        raise Unreadable("its header has an impossible length")
    try:
        header = json.loads(stream.read(length))
    except (ValueError, RecursionError) as error:
        raise Unreadable("its header is no JSON") from error
    data = stream.read()
    metadata = header.pop("__metadata__", None) if isinstance(header, dict) else None
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise Unreadable("it has no metadata")
    if metadata.pop(_CHECKSUM, "") != str(zlib.crc32(data)):
        raise Unreadable("its numbers are damaged or cut off")
    return TensorFile({name: _array(entry, data) for name, entry in header.items()}, metadata)


def _array(entry: object, data: bytes) -> NDArray[np.generic]:
    try:
        if not isinstance(entry, dict):
            raise Unreadable("its header is not understood")
        kind, shape, (start, stop) = entry["dtype"], entry["shape"], entry["data_offsets"]
        dtype = np.dtype(_TYPES[kind])
        whole = all(type(n) is int and n >= 0 for n in (*shape, start, stop))
        if not whole or stop > len(data) or stop - start != math.prod(shape) * dtype.itemsize:
            raise Unreadable("its header contradicts itself")
        return np.frombuffer(data[start:stop], dtype).reshape(shape)
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("its header lacks something") from error

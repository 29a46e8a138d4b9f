"""The class names that a model file carries, read without opening the model."""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from pathlib import Path

from tui.errors import ModelError
from tui.inference.detectors.base import DetectorOptions
from tui.inference.detectors.metadata import read_facts
from tui.inference.onnxfile import check_model_file
from tui.inference.protobuf import fields
from tui.types.text import printable

_METADATA = 14
"""`metadata_props` of onnx.proto3's ModelProto: texts by key."""

_KEY, _VALUE = 1, 2


def class_names(path: Path) -> tuple[str, ...]:
    """The names in the metadata of an ONNX file, by position.

    Raises ModelError for a file that is no ONNX model or names no classes.
    """
    check_model_file(path)
    names = read_facts(metadata(path), DetectorOptions(), path.name).names
    if not names:
        raise ModelError(
            f"{path} names no classes", "its metadata has no 'names'", "Give a text file with one name a line"
        )
    return tuple(printable(name) for name in names)


def names_of(classes_file: Path | None) -> tuple[str, ...]:
    """The names of a class file that is a model; none for any other file. Raises ModelError."""
    if classes_file is None or classes_file.suffix.lower() != ".onnx":
        return ()
    return class_names(classes_file)


def metadata(path: Path) -> Mapping[str, str]:
    """The texts that the exporter wrote into the file, by key."""
    found: dict[str, str] = {}
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for number, start, end in fields(data, 0, len(data)):
            if number == _METADATA:
                entry = {
                    part: data[a:b].decode("utf-8", "replace") for part, a, b in fields(data, start, end)
                }
                found[entry.get(_KEY, "")] = entry.get(_VALUE, "")
    return found

"""What a model says about itself, without opening it: names, shapes and types of what goes in and out.

Read from the file's outline in milliseconds, where opening a large encoder takes seconds: enough to tell one
kind of model from another. An opened `runtime.Session` says the same and fits the same protocol.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from tui.inference.onnxfile import check_model_file
from tui.inference.protobuf import Buffer, fields, numbers
from tui.inference.runtime import TensorInfo

_MODEL_GRAPH, _MODEL_METADATA = 7, 14
_GRAPH_INITIALIZER, _GRAPH_INPUT, _GRAPH_OUTPUT = 5, 11, 12
_TENSOR_NAME = 8
_VALUE_NAME, _VALUE_TYPE = 1, 2
_TYPE_TENSOR, _TENSOR_ELEMENT, _TENSOR_SHAPE = 1, 1, 2
_SHAPE_AXIS, _AXIS_LENGTH = 1, 1
_ENTRY_KEY, _ENTRY_VALUE = 1, 2
_ELEMENTS: Mapping[int, str] = {
    1: "float32",
    2: "uint8",
    3: "int8",
    6: "int32",
    7: "int64",
    9: "bool",
    10: "float16",
    11: "float64",
}


class Graph(Protocol):
    """What a model's layout is read from: an opened session, or a `Signature`."""

    @property
    def label(self) -> str: ...

    @property
    def inputs(self) -> Mapping[str, TensorInfo]: ...

    @property
    def outputs(self) -> Mapping[str, TensorInfo]: ...

    @property
    def metadata(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Signature:
    """The outline of a model file; `label` is its path, `external` the files beside it that hold weights."""

    label: str
    inputs: Mapping[str, TensorInfo]
    outputs: Mapping[str, TensorInfo]
    metadata: Mapping[str, str]
    external: frozenset[str] = frozenset()


def read_signature(path: Path) -> Signature:
    """Raises ModelError with a sentence unless `path` is a whole ONNX file."""
    external = check_model_file(path)
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        inputs: dict[str, TensorInfo] = {}
        outputs: dict[str, TensorInfo] = {}
        metadata: dict[str, str] = {}
        for number, start, end in fields(data, 0, len(data)):
            if number == _MODEL_GRAPH:
                _read_graph(data, (start, end), inputs, outputs)
            elif number == _MODEL_METADATA:
                entry = {key: _text(data, a, b) for key, a, b in fields(data, start, end)}
                metadata[entry.get(_ENTRY_KEY, "")] = entry.get(_ENTRY_VALUE, "")
    return Signature(
        str(path), MappingProxyType(inputs), MappingProxyType(outputs), MappingProxyType(metadata), external
    )


def _read_graph(
    data: Buffer,
    span: tuple[int, int],
    inputs: dict[str, TensorInfo],
    outputs: dict[str, TensorInfo],
) -> None:
    """Fill `inputs` and `outputs`. Old exporters list the weights among the inputs: those are left out."""
    weights = set()
    for number, start, end in fields(data, *span):
        if number == _GRAPH_INITIALIZER:
            weights |= {_text(data, a, b) for key, a, b in fields(data, start, end) if key == _TENSOR_NAME}
        elif number in (_GRAPH_INPUT, _GRAPH_OUTPUT):
            info = _tensor_info(data, start, end)
            (inputs if number == _GRAPH_INPUT else outputs)[info.name] = info
    for name in weights & inputs.keys():
        del inputs[name]


def _tensor_info(data: Buffer, start: int, end: int) -> TensorInfo:
    name, element = "", 0
    axes: list[int | None] = []
    for number, a, b in fields(data, start, end):
        if number == _VALUE_NAME:
            name = _text(data, a, b)
        elif number == _VALUE_TYPE:
            for kind, c, d in fields(data, a, b):
                if kind == _TYPE_TENSOR:
                    element = dict(numbers(data, c, d)).get(_TENSOR_ELEMENT, 0)
                    axes = _axes(data, c, d)
    return TensorInfo(name, tuple(axes), _ELEMENTS.get(element, f"type {element}"))


def _axes(data: Buffer, start: int, end: int) -> list[int | None]:
    """The lengths of a tensor's axes, None for one that is symbolic."""
    return [
        dict(numbers(data, c, d)).get(_AXIS_LENGTH)
        for number, a, b in fields(data, start, end)
        if number == _TENSOR_SHAPE
        for axis, c, d in fields(data, a, b)
        if axis == _SHAPE_AXIS
    ]


def _text(data: Buffer, start: int, end: int) -> str:
    return data[start:end].decode("utf-8", "replace")

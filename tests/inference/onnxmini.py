"""Writes small ONNX files by hand, so that the default suite has real models without the `onnx` package.

An ONNX file is one protobuf message; the field numbers are those of onnx.proto3 (IR version 8, opset 17).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Shape = Sequence[int | str]
Attribute = int | str | Sequence[int]

_TYPES = {"float32": 1, "uint8": 2, "int64": 7, "bool": 9, "float16": 10}


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def number(tag: int, value: int) -> bytes:
    return varint(tag << 3) + varint(value & (1 << 64) - 1)


def message(tag: int, content: bytes) -> bytes:
    return varint(tag << 3 | 2) + varint(len(content)) + content


def text(tag: int, content: str) -> bytes:
    return message(tag, content.encode())


def tensor(name: str, array: NDArray[np.generic]) -> bytes:
    dims = b"".join(number(1, n) for n in array.shape)
    raw = message(9, np.ascontiguousarray(array).tobytes())
    return dims + number(2, _TYPES[array.dtype.name]) + text(8, name) + raw


def outside_tensor(name: str, shape: Sequence[int], location: str) -> bytes:
    """A float32 tensor whose bytes lie in another file."""
    dims = b"".join(number(1, n) for n in shape)
    entry = message(13, text(1, "location") + text(2, location))
    return dims + number(2, _TYPES["float32"]) + text(8, name) + entry + number(14, 1)


def attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return text(1, name) + number(3, value) + number(20, 2)
    if isinstance(value, str):
        return text(1, name) + text(4, value) + number(20, 3)
    return text(1, name) + b"".join(number(8, v) for v in value) + number(20, 7)


def node(op: str, inputs: Iterable[str], outputs: Iterable[str], **attributes: Attribute) -> bytes:
    return (
        b"".join(text(1, name) for name in inputs)
        + b"".join(text(2, name) for name in outputs)
        + text(4, op)
        + b"".join(message(5, attribute(k, v)) for k, v in attributes.items())
    )


def value(name: str, dtype: str, shape: Shape) -> bytes:
    dims = b"".join(message(1, number(1, n) if isinstance(n, int) else text(2, n)) for n in shape)
    return text(1, name) + message(2, message(1, number(1, _TYPES[dtype]) + message(2, dims)))


@dataclass
class Graph:
    """A graph under construction; `const` and `op` return the name of what they add."""

    inputs: Mapping[str, tuple[str, Shape]]
    outputs: Mapping[str, Shape]
    nodes: list[bytes] = field(default_factory=list)
    initializers: list[bytes] = field(default_factory=list)
    types: Mapping[str, str] = field(default_factory=dict)
    """Types of outputs that are not float32."""

    def const(self, array: object, dtype: str = "float32") -> str:
        name = f"const{len(self.initializers)}"
        self.initializers.append(tensor(name, np.asarray(array, dtype)))
        return name

    def op(self, kind: str, *inputs: str, into: str = "", **attributes: Attribute) -> str:
        output = into or f"value{len(self.nodes)}"
        self.nodes.append(node(kind, inputs, [output], **attributes))
        return output

    def serialize(self, *, opset: int = 17, ir_version: int = 8) -> bytes:
        graph = (
            b"".join(message(1, n) for n in self.nodes)
            + text(2, "test")
            + b"".join(message(5, t) for t in self.initializers)
            + b"".join(message(11, value(n, t, s)) for n, (t, s) in self.inputs.items())
            + b"".join(
                message(12, value(n, self.types.get(n, "float32"), s)) for n, s in self.outputs.items()
            )
        )
        operators = text(1, "") + number(2, opset)
        return number(1, ir_version) + message(8, operators) + message(7, graph)


def doubler(shape: Shape = (2,)) -> bytes:
    """The smallest model: y = 2 x."""
    graph = Graph({"x": ("float32", shape)}, {"y": shape})
    graph.op("Add", "x", "x", into="y")
    return graph.serialize()


def endless() -> bytes:
    """A model that loops 2**62 times over one addition: for stopping a run."""
    body = (
        message(1, node("Identity", ["go"], ["go_on"]))
        + message(1, node("Add", ["sum", "sum"], ["next"]))
        + text(2, "body")
        + message(11, value("i", "int64", []))
        + message(11, text(1, "go") + message(2, message(1, number(1, 9) + message(2, b""))))
        + message(11, value("sum", "float32", [2]))
        + message(12, text(1, "go_on") + message(2, message(1, number(1, 9) + message(2, b""))))
        + message(12, value("next", "float32", [2]))
    )
    graph = Graph({"x": ("float32", [2])}, {"y": [2]})
    trips, go = graph.const(2**62, "int64"), "yes"
    graph.initializers.append(number(2, 9) + text(8, go) + message(9, struct.pack("?", True)))
    loop = node("Loop", [trips, go, "x"], ["y"])
    graph.nodes.append(loop + message(5, text(1, "body") + message(6, body) + number(20, 5)))
    return graph.serialize()

"""A model file looked at before ONNX Runtime opens it.

Two things the runtime does not do for us: say in words what a wrong file is (a web page saved by a failed
download, a git-lfs pointer, half a file), and refuse weights kept outside the file when they point anywhere
but at an ordinary file beside it.

An ONNX file is one protobuf message; the field numbers below are those of onnx.proto3.
"""

from __future__ import annotations

import mmap
import stat
from collections.abc import Iterator
from pathlib import Path

from tui.errors import ModelError
from tui.inference.protobuf import Malformed, Truncated, fields

_MODEL_GRAPH = 7
_GRAPH_NODE, _GRAPH_INITIALIZER = 1, 5
_NODE_ATTRIBUTE = 5
_ATTRIBUTE_TENSORS, _ATTRIBUTE_GRAPHS = (5, 10), (6, 11)
_TENSOR_EXTERNAL = 13
_ENTRY_KEY, _ENTRY_VALUE = 1, 2
_DEEPEST = 32

_HEADS = (
    ((b"<!doctype", b"<html", b"<?xml"), "is a web page, not a model", "did the download need a login?"),
    ((b"version https://git-lfs",), "is a git-lfs pointer, not a model", "the real file was not fetched"),
    ((b"pk\x03\x04",), "is a zip, not a model", "take the .onnx files out of it"),
    ((b"\x1f\x8b",), "is a gzip file, not a model", "unpack it"),
    ((b"{",), "is a JSON text, not a model", "did the download fail?"),
)


def check_readable(path: Path) -> None:
    """Raise ModelError with a sentence unless `path` is a regular file that can be read."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ModelError(f"{path} is a folder, not a model file")
        if not stat.S_ISREG(mode):
            raise ModelError(f"{path} is not an ordinary file")
        with path.open("rb"):
            pass
    except FileNotFoundError as error:
        raise ModelError(f"{path} is missing") from error
    except OSError as error:
        raise ModelError(f"Cannot read {path}", error.strerror or str(error)) from error


def check_model_file(path: Path) -> frozenset[str]:
    """The names of the files beside `path` that hold weights of this ONNX model; most models have none.

    Raises ModelError with a sentence unless `path` is a whole ONNX file and those files are safe to open.
    """
    check_readable(path)
    if path.stat().st_size == 0:
        raise ModelError(f"{path} is empty", "", "Fetch it again")
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        _check_head(path, data[:64])
        try:
            locations = frozenset(_external_locations(data))
        except Truncated as error:
            raise ModelError(f"{path} is cut off", "the file ends too early", "Fetch it again") from error
        except Malformed as error:
            raise ModelError(f"{path} is not an ONNX model", str(error)) from error
    for location in sorted(locations):
        _check_external(path, location)
    return locations


def known_head(head: bytes) -> tuple[str, str] | None:
    """What a file is whose first bytes are no model's, as ("is a web page, ...", why); None: unknown."""
    start = head.lower().lstrip()
    return next(((what, why) for starts, what, why in _HEADS if start.startswith(starts)), None)


def _check_head(path: Path, head: bytes) -> None:
    found = known_head(head)
    if found is not None:
        raise ModelError(f"{path} {found[0]}", found[1])


def _check_external(path: Path, location: str) -> None:
    """Only an ordinary file with one name, beside the model: anything else could reach foreign files."""

    def refuse(why: str) -> ModelError:
        return ModelError(f"{path} keeps its weights in '{location}'", why)

    if not location or "\x00" in location or Path(location).name != location or location == "..":
        raise refuse("only a file in the same folder is accepted")
    try:
        found = (path.parent / location).lstat()
    except OSError as error:
        raise refuse("that file is missing: it must lie beside the model") from error
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        raise refuse("that must be an ordinary file, not a link")


def _external_locations(data: mmap.mmap) -> Iterator[str]:
    """The `location` of every tensor that is kept outside the model file."""
    graphs = [(start, end) for number, start, end in fields(data, 0, len(data)) if number == _MODEL_GRAPH]
    if not graphs:
        raise Malformed("it holds no graph")
    for start, end in graphs:
        yield from _in_graph(data, start, end, 0)


def _in_graph(data: mmap.mmap, start: int, end: int, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise Malformed("its graphs are nested too deeply")
    for number, a, b in fields(data, start, end):
        if number == _GRAPH_INITIALIZER:
            yield from _in_tensor(data, a, b)
        elif number == _GRAPH_NODE:
            for part, c, d in fields(data, a, b):
                if part == _NODE_ATTRIBUTE:
                    yield from _in_attribute(data, c, d, depth)


def _in_attribute(data: mmap.mmap, start: int, end: int, depth: int) -> Iterator[str]:
    for number, a, b in fields(data, start, end):
        if number in _ATTRIBUTE_TENSORS:
            yield from _in_tensor(data, a, b)
        elif number in _ATTRIBUTE_GRAPHS:
            yield from _in_graph(data, a, b, depth + 1)


def _in_tensor(data: mmap.mmap, start: int, end: int) -> Iterator[str]:
    for number, a, b in fields(data, start, end):
        if number == _TENSOR_EXTERNAL:
            entry = {key: data[c:d] for key, c, d in fields(data, a, b)}
            if entry.get(_ENTRY_KEY) == b"location":
                yield entry.get(_ENTRY_VALUE, b"").decode("utf-8", "surrogateescape")

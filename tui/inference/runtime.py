"""The only door to ONNX Runtime.

The library is imported when the first session is opened, so that importing this module costs nothing. It
never writes to the terminal: its log is silenced and its own fall-back, which prints, is switched off.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.errors import ModelError
from tui.inference.onnxfile import check_model_file

PROVIDERS = ("CUDA", "CPU")
"""Providers tried by default, best first. TensorRT is left out: it crashes on several SAM encoders."""

_FATAL = 4
_CODE = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ")
_PLACE = re.compile(r"\S+\.(?:h|cc|cpp):\d+ .*?\) ")
_PROVIDER_OPTIONS: Mapping[str, Mapping[str, str]] = {
    # The default, an exhaustive search for convolutions, costs seconds for the first image of each size.
    "CUDA": {"cudnn_conv_algo_search": "HEURISTIC", "arena_extend_strategy": "kSameAsRequested"},
}
_DTYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(double)": "float64",
    "tensor(uint8)": "uint8",
    "tensor(int8)": "int8",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
    "tensor(bool)": "bool",
}


class Interrupted(Exception):
    """A run was stopped by `Session.terminate`; no failure of the model."""


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """An input or output as the graph declares it; None in `shape` where an axis is symbolic.

    `dtype` is numpy's name, or the runtime's own for types numpy does not have.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How a session runs.

    `threads` None means the cores this process may use. `spinning` lets idle pool threads wait in a loop:
    about 2 ms faster for the decoder that answers a key, but a waste of the user interface's core for
    an encoder that runs for seconds.
    """

    threads: int | None = None
    spinning: bool = False
    providers: tuple[str, ...] = PROVIDERS


class Session:
    """One opened model: named inputs and outputs, `run`, and `terminate` from another thread.

    `provider` is what really runs it, by short name ("CPU", "CUDA"); `note` says in words why that is not
    what was asked for, else "".
    """

    def __init__(self, raw: Any, label: str, note: str = "") -> None:
        self._raw, self._label, self.note = raw, label, note
        self.inputs = _described(raw.get_inputs())
        self.outputs = _described(raw.get_outputs())
        self.metadata: Mapping[str, str] = MappingProxyType(dict(raw.get_modelmeta().custom_metadata_map))
        self.provider = _short(raw.get_providers()[0])
        self._running: Any = None
        self._lock = threading.Lock()

    @property
    def label(self) -> str:
        """The model in messages: its path."""
        return self._label

    def run(
        self, outputs: Sequence[str], feeds: Mapping[str, NDArray[np.generic]]
    ) -> tuple[NDArray[np.generic], ...]:
        """The named outputs, in that order. Feeds are cast to the types that the graph declares.

        Raises ModelError when the model fails, Interrupted after `terminate`.
        """
        options = _library().RunOptions()
        options.log_severity_level = _FATAL
        cast = {name: self._cast(name, array) for name, array in feeds.items()}
        with self._lock:
            self._running = options
        try:
            result = self._raw.run(list(outputs), cast, options)
        except Exception as error:  # the library raises a dozen unrelated classes, and RuntimeError
            if options.terminate:
                raise Interrupted(self._label) from error
            raise ModelError(f"{self._label} failed", _first_line(error)) from error
        finally:
            with self._lock:
                self._running = None
        return tuple(result)

    def terminate(self) -> None:
        """Stop the run in progress, if there is one, at its next node (for a ViT-B encoder within 0.2 s)."""
        with self._lock:
            if self._running is not None:
                self._running.terminate = True

    def close(self) -> None:
        """Release the model's memory; the session cannot be used afterwards."""
        self._raw = None

    def _cast(self, name: str, array: NDArray[np.generic]) -> NDArray[np.generic]:
        info = self.inputs.get(name)
        return array if info is None else array.astype(np.dtype(info.dtype), copy=False)


def open_session(model: Path | bytes, options: SessionOptions | None = None) -> Session:
    """Open an ONNX model, from a file (checked first) or from bytes.

    Raises ModelError with a sentence for everything that is wrong with the file.
    """
    options = options or SessionOptions()
    if isinstance(model, Path):
        check_model_file(model)
    label, source = ("The model", model) if isinstance(model, bytes) else (str(model), str(model))
    usable = _usable(options.providers)
    try:
        raw, failure = _create(source, usable, options), ""
    except Exception as error:  # the library raises a dozen unrelated classes, and RuntimeError
        if usable == ["CPU"]:
            raise _refused(label, error) from error
        raw, failure = _create_on_cpu(source, label, options), _first_line(error)
    session = Session(raw, label)
    session.note = _fallback_note(options.providers, session.provider, failure)
    return session


def core_count() -> int:
    """The cores this process may use, which in a container is fewer than the machine has."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not a Linux machine
        return os.cpu_count() or 1


def _library() -> Any:
    import onnxruntime

    return onnxruntime


def _usable(wanted: Sequence[str]) -> list[str]:
    """The wanted providers that this build of the library knows, CPU last in any case."""
    known = {_short(name) for name in _library().get_available_providers()}
    return [name for name in wanted if name in known and name != "CPU"] + ["CPU"]


def _create(source: str | bytes, providers: Sequence[str], options: SessionOptions) -> Any:
    library = _library()
    library.set_default_logger_severity(_FATAL)
    settings = library.SessionOptions()
    settings.log_severity_level = _FATAL
    settings.intra_op_num_threads = options.threads or core_count()
    settings.inter_op_num_threads = 1
    settings.add_session_config_entry("session.intra_op.allow_spinning", "1" if options.spinning else "0")
    names = [(f"{name}ExecutionProvider", dict(_PROVIDER_OPTIONS.get(name, {}))) for name in providers]
    return library.InferenceSession(source, settings, providers=names, enable_fallback=0)


def _create_on_cpu(source: str | bytes, label: str, options: SessionOptions) -> Any:
    try:
        return _create(source, ["CPU"], options)
    except Exception as error:  # the library raises a dozen unrelated classes, and RuntimeError
        raise _refused(label, error) from error


def _refused(label: str, error: Exception) -> ModelError:
    return ModelError(f"{label} cannot be opened as an ONNX model", _first_line(error))


def _fallback_note(wanted: Sequence[str], provider: str, failure: str) -> str:
    """Why the first wanted provider does not run the model; "" when it does.

    CUDA in the default list is a wish, so a library built without it is not worth a word; one that was
    built with it and cannot start it is.
    """
    first = wanted[0] if wanted else "CPU"
    if provider == first:
        return ""
    if failure:
        return f"running on {provider}: {failure}"
    known = {_short(name) for name in _library().get_available_providers()}
    if first in known:
        return f"running on {provider}: {first} could not be started (a driver or a library is missing)"
    return "" if tuple(wanted) == PROVIDERS else f"running on {provider}: this ONNX Runtime has no {first}"


def _described(nodes: Sequence[Any]) -> Mapping[str, TensorInfo]:
    return MappingProxyType({node.name: _tensor_info(node) for node in nodes})


def _tensor_info(node: Any) -> TensorInfo:
    shape = tuple(axis if isinstance(axis, int) else None for axis in node.shape)
    return TensorInfo(node.name, shape, _DTYPES.get(node.type, node.type))


def _short(provider: str) -> str:
    return provider.removesuffix("ExecutionProvider")


def _first_line(error: Exception) -> str:
    """The library's message without its code and its place in the library's source, cut to one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return _PLACE.sub("", _CODE.sub("", lines[0]))[:300] if lines else type(error).__name__

"""The only door to ONNX Runtime.

The library is imported when the first session is opened, so that importing this module costs nothing. It
never writes to the terminal: its log is silenced and its own fall-back, which prints, is switched off.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.errors import ModelError
from tui.inference.cancel import Interrupted as Interrupted
from tui.inference.cancel import current
from tui.inference.graphcache import GraphCache
from tui.inference.onnxfile import check_model_file
from tui.inference.preference import CHOICES, Preference, preferred

SLOW_S = 0.8
"""Seconds after which an opening is slow enough to keep what it made."""

_LARGEST_KEPT = 1_000_000_000
"""Bytes of the largest model that is kept a second time."""

_FATAL = 4
_CODE = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ")
_PLACE = re.compile(r"\S+\.(?:h|cc|cpp):\d+ .*?\) ")
_PROVIDER_OPTIONS: Mapping[str, Mapping[str, str]] = {
    # The default, an exhaustive search for convolutions, costs seconds for the first image of each size.
    "CUDA": {"cudnn_conv_algo_search": "HEURISTIC", "arena_extend_strategy": "kSameAsRequested"},
    "CoreML": {"ModelFormat": "MLProgram"},
}
_DEVICES: Mapping[str, str] = {"CPU": "cpu", "CUDA": "cuda", "TensorRT": "cuda"}
"""Where a provider keeps its inputs, in the library's words."""

_LIBRARY_NAMES = {"TensorRT": "Tensorrt", "DirectML": "Dml", "ROCm": "ROCM"}
"""The library's names of providers where they are not the shown ones."""

_SHOWN_NAMES = {name: shown for shown, name in _LIBRARY_NAMES.items()}
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
    an encoder that runs for seconds. `preference` None means the process' own (`inference.preference`).
    `digest` is the file's sha256 where the caller knows it: with it, what a slow opening made is kept for the
    next one (`inference.graphcache`).
    """

    threads: int | None = None
    spinning: bool = False
    preference: Preference | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Pinned:
    """An input that lies where the session runs: handed over once, used for many runs."""

    value: Any


Feed = NDArray[np.generic] | Pinned


class Session:
    """One opened model: named inputs and outputs, `run`, and `terminate` from another thread.

    `provider` is what really runs it, by its shown name ("CPU", "CUDA"); `note` says in words why that is
    not what was asked for, else "". `operations` counts the graph's operations by what runs them; empty where
    the library does not tell.
    """

    def __init__(self, raw: Any, label: str, note: str = "") -> None:
        self._raw, self._label, self.note = raw, label, note
        self.inputs = _described(raw.get_inputs())
        self.outputs = _described(raw.get_outputs())
        self.metadata: Mapping[str, str] = MappingProxyType(dict(raw.get_modelmeta().custom_metadata_map))
        self.operations = _operations(raw)
        self.provider = _provider(raw, self.operations)
        self._running: Any = None
        self._lock = threading.Lock()

    @property
    def label(self) -> str:
        """The model in messages: its path."""
        return self._label

    def pin(self, name: str, array: NDArray[np.generic]) -> Feed:
        """`array` as a feed for the input `name` of many runs: on the card it is copied there once, here not
        at all. The array as it is where the library knows no such place.
        """
        device = _DEVICES.get(self.provider)
        if device is None:
            return array
        cast = np.ascontiguousarray(self._cast(name, array))
        return Pinned(_library().OrtValue.ortvalue_from_numpy(cast, device, 0))

    def run(self, outputs: Sequence[str], feeds: Mapping[str, Feed]) -> tuple[NDArray[np.generic], ...]:
        """The named outputs, in that order. Feeds are cast to the types that the graph declares.

        Raises ModelError when the model fails, Interrupted after `terminate` or when the token that this
        thread works under is set (`inference.cancel`).
        """
        options = _library().RunOptions()
        options.log_severity_level = _FATAL
        cast = {
            name: feed if isinstance(feed, Pinned) else self._cast(name, feed) for name, feed in feeds.items()
        }
        with self._lock:
            self._running = options
        try:
            with current().stopping(lambda: _terminate(options)):
                result = self._run(list(outputs), cast, options)
        except Interrupted:
            raise
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
                _terminate(self._running)

    def close(self) -> None:
        """Release the model's memory; the session cannot be used afterwards."""
        self._raw = None

    def _run(
        self, outputs: list[str], feeds: Mapping[str, Feed], options: Any
    ) -> Sequence[NDArray[np.generic]]:
        if not any(isinstance(feed, Pinned) for feed in feeds.values()):
            plain: Sequence[NDArray[np.generic]] = self._raw.run(outputs, feeds, options)
            return plain
        binding = self._raw.io_binding()
        for name, feed in feeds.items():
            if isinstance(feed, Pinned):
                binding.bind_ortvalue_input(name, feed.value)
            else:
                binding.bind_cpu_input(name, np.ascontiguousarray(feed))
        for name in outputs:
            binding.bind_output(name)
        self._raw.run_with_iobinding(binding, options)
        bound: Sequence[NDArray[np.generic]] = binding.copy_outputs_to_cpu()
        return bound

    def _cast(self, name: str, array: NDArray[np.generic]) -> NDArray[np.generic]:
        info = self.inputs.get(name)
        return array if info is None else array.astype(np.dtype(info.dtype), copy=False)


def open_session(model: Path | bytes, options: SessionOptions | None = None) -> Session:
    """Open an ONNX model, from a file (checked first) or from bytes.

    Raises ModelError with a sentence for everything that is wrong with the file.
    """
    options = options or SessionOptions()
    wish = options.preference or preferred()
    weights = check_model_file(model) if isinstance(model, Path) else frozenset()
    label, source = ("The model", model) if isinstance(model, bytes) else (str(model), str(model))
    usable = _usable(wish)
    keep = bool(options.digest) and usable == ["CPU"] and not weights
    try:
        raw, failure = _kept(str(source), options) if keep else _create(source, usable, options), ""
    except Exception as error:  # the library raises a dozen unrelated classes, and RuntimeError
        if usable == ["CPU"]:
            raise _refused(label, error) from error
        raw, failure = _create_on_cpu(source, label, options), _first_line(error)
    session = Session(raw, label)
    session.note = _fallback_note(wish, session, failure)
    if wish.required and session.provider == "CPU":
        raise ModelError(
            f"No GPU runs {label}",
            session.note or f"this ONNX Runtime has {', '.join(_known())} only",
            "Install the ONNX Runtime for the card, or leave --require-gpu out",
        )
    return session


def _kept(source: str, options: SessionOptions) -> Any:
    """A session on the processor, from the graph that an earlier opening left; a slow opening leaves one."""
    graphs, key = GraphCache(), (options.digest, str(_library().__version__), "CPU")
    saved = graphs.find(*key)
    if saved is not None:
        try:
            return _create(str(saved), ["CPU"], options, rewritten=True)
        except Exception:  # a graph of a runtime that only looks the same
            graphs.forget(*key)
    start = time.perf_counter()
    raw = _create(source, ["CPU"], options)
    if time.perf_counter() - start > SLOW_S and Path(source).stat().st_size < _LARGEST_KEPT:
        graphs.save(*key, lambda path: _create(source, ["CPU"], options, save_to=path))
    return raw


def core_count() -> int:
    """The cores this process may use, which in a container is fewer than the machine has.

    `TTYLABEL_THREADS` says less: a run gives each of its workers a share.
    """
    said = os.environ.get("TTYLABEL_THREADS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not a Linux machine
        return os.cpu_count() or 1


def _terminate(options: Any) -> None:
    options.terminate = True


def _library() -> Any:
    import onnxruntime

    return onnxruntime


def known_providers() -> tuple[str, ...]:
    """What this build of the library has, by shown name; whether it runs is another matter.

    Raises ImportError when the library cannot be loaded.
    """
    return tuple(map(_shown, _library().get_available_providers()))


def _known() -> list[str]:
    return [name for name in known_providers() if name in CHOICES.values()]


def _usable(wish: Preference) -> list[str]:
    """The wanted providers that this build of the library knows, CPU last in any case."""
    known = known_providers()
    return [name for name in wish.providers if name in known and name != "CPU"] + ["CPU"]


def _create(
    source: str | bytes,
    providers: Sequence[str],
    options: SessionOptions,
    *,
    rewritten: bool = False,
    save_to: Path | None = None,
) -> Any:
    """The library's session. `rewritten`: the graph is optimised already. `save_to`: where to leave it so."""
    library = _library()
    library.set_default_logger_severity(_FATAL)
    settings = library.SessionOptions()
    settings.log_severity_level = _FATAL
    settings.intra_op_num_threads = options.threads or core_count()
    settings.inter_op_num_threads = 1
    settings.add_session_config_entry("session.intra_op.allow_spinning", "1" if options.spinning else "0")
    settings.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    if "DirectML" in providers:
        settings.enable_mem_pattern = False  # it refuses to start otherwise
    if rewritten:
        settings.graph_optimization_level = library.GraphOptimizationLevel.ORT_DISABLE_ALL
    if save_to is not None:
        settings.optimized_model_filepath = str(save_to)
    names = [(_library_name(name), dict(_PROVIDER_OPTIONS.get(name, {}))) for name in providers]
    return library.InferenceSession(source, settings, providers=names, enable_fallback=0)


def _create_on_cpu(source: str | bytes, label: str, options: SessionOptions) -> Any:
    try:
        return _create(source, ["CPU"], options)
    except Exception as error:  # the library raises a dozen unrelated classes, and RuntimeError
        raise _refused(label, error) from error


def _refused(label: str, error: Exception) -> ModelError:
    return ModelError(f"{label} cannot be opened as an ONNX model", _first_line(error))


def _fallback_note(wish: Preference, session: Session, failure: str) -> str:
    """Why the wanted provider does not run the model, or runs little of it; "" when all is well.

    Where nobody named one, a library built without any is not worth a word; one that was built with it and
    cannot start it is.
    """
    provider, known = session.provider, _known()
    first = wish.asked or next((name for name in wish.providers if name in known), "CPU")
    running = f"running on {provider}"
    if provider == first:
        return _share_note(session)
    if failure:
        return f"{running}: {failure}"
    if first not in known:
        return f"{running}: this ONNX Runtime has no {first}"
    if first in session.operations:
        return f"{running}: {first} can do only {session.operations[first]} of its operations"
    return f"{running}: {first} could not be started (a driver or a library is missing)"


def _share_note(session: Session) -> str:
    mine, every = session.operations.get(session.provider, 0), sum(session.operations.values())
    if every and mine * 10 < every * 9:
        return f"{session.provider} runs {mine} of {every} operations, the others run elsewhere"
    return ""


def _operations(raw: Any) -> Mapping[str, int]:
    """How many of the graph's operations each provider has been given."""
    try:
        subgraphs = raw.get_provider_graph_assignment_info()
    except Exception:  # an older library has no such method, and a provider may not support it
        return MappingProxyType({})
    counts: Counter[str] = Counter()
    for subgraph in subgraphs:
        counts[_shown(subgraph.ep_name)] += len(subgraph.get_nodes())
    return MappingProxyType(dict(counts))


def _provider(raw: Any, operations: Mapping[str, int]) -> str:
    """What runs most of the graph; the first provider of the session where that is not known."""
    if operations:
        return max(operations, key=lambda name: operations[name])
    return _shown(raw.get_providers()[0])


def _described(nodes: Sequence[Any]) -> Mapping[str, TensorInfo]:
    return MappingProxyType({node.name: _tensor_info(node) for node in nodes})


def _tensor_info(node: Any) -> TensorInfo:
    shape = tuple(axis if isinstance(axis, int) else None for axis in node.shape)
    return TensorInfo(node.name, shape, _DTYPES.get(node.type, node.type))


def _shown(library_name: str) -> str:
    short = library_name.removesuffix("ExecutionProvider")
    return _SHOWN_NAMES.get(short, short)


def _library_name(shown: str) -> str:
    return f"{_LIBRARY_NAMES.get(shown, shown)}ExecutionProvider"


def _first_line(error: Exception) -> str:
    """The library's message without its code and its place in the library's source, cut to one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return _PLACE.sub("", _CODE.sub("", lines[0]))[:300] if lines else type(error).__name__

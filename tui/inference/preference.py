"""Which provider a person wants models to run on; one wish per process, made by the command line.

A provider is what ONNX Runtime calls a way to run a model: a graphics card through CUDA, the processor. The
wish is the process' own and not an argument of every function that opens a model, because everything that a
command opens obeys it: the segmenter, the detector, the text model, the second encoder that works ahead.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tui.errors import UsageError

AUTO = "auto"

CHOICES: Mapping[str, str] = MappingProxyType(
    {
        "cpu": "CPU",
        "cuda": "CUDA",
        "tensorrt": "TensorRT",
        "directml": "DirectML",
        "coreml": "CoreML",
        "rocm": "ROCm",
        "migraphx": "MIGraphX",
    }
)
"""What a person writes, and the provider's name as it is shown."""

_BEST_FIRST = ("CUDA", "MIGraphX", "ROCm", "DirectML", "CoreML", "CPU")
"""Tried when nobody asks for one. TensorRT is left out: it crashes on several SAM encoders
(microsoft/onnxruntime issue 16300)."""


@dataclass(frozen=True, slots=True)
class Preference:
    """`providers` by shown name, best first. `asked` is the one a person named, "" for the best there is.

    With `required`, a model that would run on the processor is not opened.
    """

    providers: tuple[str, ...] = _BEST_FIRST
    asked: str = ""
    required: bool = False


_chosen = Preference()


def prefer(name: str = AUTO, *, require_gpu: bool = False) -> None:
    """Make the wish for everything that this process opens from now on. Raises UsageError."""
    global _chosen
    _chosen = preference(name, require_gpu=require_gpu)


def preferred() -> Preference:
    """The wish that holds."""
    return _chosen


def preference(name: str = AUTO, *, require_gpu: bool = False) -> Preference:
    """The wish in a person's words. Raises UsageError for an unknown name, or a contradiction."""
    word = name.strip().lower()
    if word == AUTO:
        return Preference(required=require_gpu)
    title = CHOICES.get(word)
    if title is None:
        near = difflib.get_close_matches(word, CHOICES, 1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known are {AUTO}, {', '.join(CHOICES)}"
        raise UsageError(f"There is no provider '{name}'", "", hint)
    if title == "CPU" and require_gpu:
        raise UsageError(
            "--provider cpu and --require-gpu contradict each other", "", "Leave one of them out"
        )
    # What TensorRT cannot take runs on the same card through CUDA.
    behind = ("CUDA", "CPU") if title == "TensorRT" else ("CPU",)
    return Preference(tuple(dict.fromkeys((title, *behind))), title, require_gpu)

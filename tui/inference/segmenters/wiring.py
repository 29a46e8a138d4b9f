"""Reading from a pair's graphs how they are connected: which output feeds which input, sizes, batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.errors import ModelError
from tui.inference.recognise import axes, describe
from tui.inference.signature import Graph

PATCH = 16
"""Model pixels per embedding cell, in every SAM encoder."""

MASK_CELLS = 4
"""Mask cells per embedding cell: the decoders up-sample twice by two."""


def connect(encoder: Graph, decoder: Graph, names: Sequence[str]) -> dict[str, str]:
    """For each decoder input in `names` the encoder output of the same name, or of the only fitting shape.

    Raises ModelError, naming both files, when there is none or its shape does not fit.
    """
    return {name: _output_for(encoder, decoder, name) for name in names}


def need(graph: Graph, role: str, *, inputs: Sequence[str] = (), outputs: Sequence[str] = ()) -> None:
    """Raise ModelError that lists what is missing unless the graph has all of these."""
    missing = [n for n in inputs if n not in graph.inputs] + [n for n in outputs if n not in graph.outputs]
    if missing:
        raise ModelError(
            f"{graph.label} is no such {role}", f"it lacks {', '.join(missing)}; {describe(graph)}"
        )


def square(encoder: Graph, *, side: int | None) -> int:
    """The side of an encoder's input [1, 3, side, side]; the manifest's `side` where the graph is silent.

    Raises ModelError when neither says it, or the input is something else.
    """
    (source,) = encoder.inputs.values()
    if len(source.shape) != 4 or source.shape[1] not in (3, None) or not source.dtype.startswith("float"):
        raise ModelError(
            f"{encoder.label} does not take a picture",
            f"{describe(encoder)}; expected is float [1, 3, side, side]",
        )
    found = source.shape[-1] or source.shape[-2] or side
    if found is None:
        raise ModelError(f"{encoder.label} does not say its size", "", "Write input_side in the manifest")
    return found


def batch_axes(decoder: Graph, wanted: Mapping[str, int]) -> Mapping[str, int]:
    """`wanted`, if all those axes are free in the graph; otherwise nothing: one prompt at a time."""
    free = all(
        len(decoder.inputs[name].shape) > axis and decoder.inputs[name].shape[axis] is None
        for name, axis in wanted.items()
    )
    return wanted if free else {}


def fits(given: tuple[int | None, ...], wanted: tuple[int | None, ...]) -> bool:
    """Whether an array of one declared shape can be one of the other."""
    return len(given) == len(wanted) and all(
        a is None or b is None or a == b for a, b in zip(given, wanted, strict=True)
    )


def _output_for(encoder: Graph, decoder: Graph, name: str) -> str:
    wanted = decoder.inputs[name].shape
    same_shape = [output for output, info in encoder.outputs.items() if fits(info.shape, wanted)]
    if name in same_shape:
        return name
    if len(same_shape) == 1 and name not in encoder.outputs:
        return same_shape[0]
    given = ", ".join(axes(info.shape) for info in encoder.outputs.values())
    raise ModelError(
        f"{encoder.label} and {decoder.label} do not belong together",
        f"the encoder gives {given}, the decoder takes {axes(wanted)}",
        "Use the files of one model",
    )

"""A graph without a model: it remembers what it was fed, so that a test sees what a family really sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from tui.inference.runtime import TensorInfo

Arrays = Mapping[str, NDArray[np.generic]]


class RecordingGraph:
    """A graph that remembers what it was fed and answers with given arrays."""

    def __init__(
        self,
        inputs: dict[str, tuple[int | None, ...]],
        answers: Arrays,
        *,
        provider: str = "CPU",
        types: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.label, self.provider, self.note = "recording.onnx", provider, ""
        self.metadata: Mapping[str, str] = {}
        self.inputs = {n: TensorInfo(n, s, types.get(n, "float32")) for n, s in inputs.items()}
        self.outputs = {n: TensorInfo(n, a.shape, "float32") for n, a in answers.items()}
        self.answers = answers
        self.fed: list[Arrays] = []
        self.terminated = 0

    def pin(self, name: str, array: NDArray[np.generic]) -> NDArray[np.generic]:
        return array

    def run(self, outputs: Sequence[str], feeds: Arrays) -> tuple[NDArray[np.generic], ...]:
        assert set(feeds) == set(self.inputs)
        self.fed.append(feeds)
        return tuple(self.answers[name] for name in outputs)

    def terminate(self) -> None:
        self.terminated += 1

    def close(self) -> None:
        self.inputs = {}

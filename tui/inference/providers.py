"""Which of ONNX Runtime's providers really run here, found by running a model on each.

What the library was built with says little: a CUDA build without a driver falls back without a word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui.errors import ModelError
from tui.inference.preference import CHOICES, preference
from tui.inference.runtime import SessionOptions, known_providers, open_session

# An ONNX file (IR version 8, opset 17) of one node: y = Identity(x), float32 [1].
_IDENTITY = (
    b"\x08\x08:7\n\x10\n\x01x\x12\x01y\x22\x08Identity\x12\x01g"
    b"Z\x0f\n\x01x\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01"
    b"b\x0f\n\x01y\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01B\x02\x10\x11"
)


@dataclass(frozen=True, slots=True)
class ProviderCheck:
    """A provider by short name ("CPU", "CUDA"), whether it runs, and in words why not."""

    name: str
    runs: bool
    note: str = ""


def check_providers() -> tuple[ProviderCheck, ...]:
    """Try every provider that this ONNX Runtime was built with, the processor last.

    Raises ImportError when ONNX Runtime itself cannot be loaded.
    """
    known = known_providers()
    return tuple(_check(word, name) for word, name in reversed(list(CHOICES.items())) if name in known)


def _check(word: str, name: str) -> ProviderCheck:
    try:
        session = open_session(_IDENTITY, SessionOptions(threads=1, preference=preference(word)))
        session.run(["y"], {"x": np.ones(1, np.float32)})
    except ModelError as error:
        return ProviderCheck(name, False, error.sentence)
    return ProviderCheck(name, session.provider == name, session.note)

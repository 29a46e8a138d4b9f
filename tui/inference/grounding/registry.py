"""Opening a model that finds things by words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from tui.errors import ModelError
from tui.inference.grounding.base import Grounder
from tui.inference.onnxfile import check_readable
from tui.inference.store import find, verify

FILE_ROLE, TOKENIZER_ROLE = "model", "tokenizer"
"""The roles of a grounder's files in its manifest."""

_TOKENIZER_FILES = ("tokenizer.json", "vocab.txt")


def _grounding_dino(graph: Path, tokenizer: Path, name: str, digest: str) -> Grounder:
    from tui.inference.grounding.dino import GroundingDino
    from tui.inference.grounding.tokens import open_tokenizer
    from tui.inference.runtime import open_session

    words = open_tokenizer(tokenizer)
    return GroundingDino(open_session(graph), words, name=name, digest=digest)


GROUNDERS: Mapping[str, Callable[[Path, Path, str, str], Grounder]] = MappingProxyType(
    {"grounding-dino": _grounding_dino}
)
"""Protocol name to factory, which imports its family only when it is called."""


def open_grounder(name_or_path: str | Path) -> Grounder:
    """Open a manifest's grounder (a model's name or its directory), or an `.onnx` file.

    Beside a bare file its tokenizer must lie, as `tokenizer.json` or `vocab.txt`. Raises ModelError when
    something is absent, damaged or of another kind.
    """
    path = Path(name_or_path).expanduser()
    if path.suffix.lower() == ".onnx":
        check_readable(path)
        tokenizer = _tokenizer_beside(path)
        return _grounding_dino(path, tokenizer, path.stem, _digest(path, tokenizer))
    model = find(name_or_path)
    factory = GROUNDERS.get(model.manifest.protocol)
    if factory is None:
        raise ModelError(
            f"'{model.manifest.name}' does not find things by text",
            f"its protocol is '{model.manifest.protocol}'",
            f"Give a model of protocol {', '.join(GROUNDERS)}",
        )
    for role in (FILE_ROLE, TOKENIZER_ROLE):
        model.manifest.file(role)
    files = verify(model)
    graph, words = files[FILE_ROLE], files[TOKENIZER_ROLE]
    digest = hashlib.sha256(f"{graph.sha256}\n{words.sha256}".encode()).hexdigest()
    return factory(graph.path, words.path, model.manifest.name, digest)


def _tokenizer_beside(graph: Path) -> Path:
    for name in _TOKENIZER_FILES:
        if (graph.parent / name).is_file():
            return graph.parent / name
    raise ModelError(
        f"{graph} has no tokenizer",
        f"there is no {' or '.join(_TOKENIZER_FILES)} beside it",
        "Put the one that was published with the model there",
    )


def _digest(*paths: Path) -> str:
    """One digest of several files."""
    together = hashlib.sha256()
    for path in paths:
        try:
            with path.open("rb") as stream:
                together.update(hashlib.file_digest(stream, "sha256").digest())
        except OSError as error:
            raise ModelError(f"Cannot read {path}", error.strerror or str(error)) from error
    return together.hexdigest()

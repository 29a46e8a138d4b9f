"""Opening a model that finds things by words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from tui.errors import ModelError
from tui.inference.folder import TOKENIZERS
from tui.inference.grounding.base import Grounder
from tui.inference.onnxfile import check_readable
from tui.inference.store import StoredModel, VerifiedFile, find, verify

if TYPE_CHECKING:
    from tui.inference.runtime import Session

FILE_ROLE, TOKENIZER_ROLE = "model", "tokenizer"
"""The roles of a grounder's files in its manifest."""


def _grounding_dino(files: Mapping[str, VerifiedFile], name: str, digest: str) -> Grounder:
    from tui.inference.grounding.dino import GroundingDino
    from tui.inference.grounding.tokens import open_tokenizer

    words = open_tokenizer(files[TOKENIZER_ROLE].path)
    return GroundingDino(_session(files[FILE_ROLE]), words, name=name, digest=digest)


def _sam3(files: Mapping[str, VerifiedFile], name: str, digest: str) -> Grounder:
    from tui.inference.grounding.sam3 import Sam3
    from tui.inference.grounding.words import open_words

    words = open_words(files[TOKENIZER_ROLE].path)
    encoder, text, decoder = (_session(files[role]) for role in ("encoder", "text", "decoder"))
    return Sam3(encoder, text, decoder, words, name=name, digest=digest)


def _session(file: VerifiedFile) -> Session:
    from tui.inference.runtime import SessionOptions, open_session

    return open_session(file.path, SessionOptions(digest=file.sha256))


@dataclass(frozen=True, slots=True)
class _Family:
    """The roles of a family's files, and its factory, which imports the family only when it is called."""

    roles: tuple[str, ...]
    opened: Callable[[Mapping[str, VerifiedFile], str, str], Grounder]


GROUNDERS: Mapping[str, _Family] = MappingProxyType(
    {
        "grounding-dino": _Family((FILE_ROLE, TOKENIZER_ROLE), _grounding_dino),
        "sam3": _Family(("encoder", "text", "decoder", TOKENIZER_ROLE), _sam3),
    }
)
"""Protocol name to family."""


def open_grounder(name_or_path: str | Path | StoredModel) -> Grounder:
    """Open a manifest's grounder (a model's name, its directory, a found model), or an `.onnx` file.

    Beside a bare file its tokenizer must lie, as `tokenizer.json` or `vocab.txt`. Raises ModelError when
    something is absent, damaged or of another kind.
    """
    if not isinstance(name_or_path, StoredModel) and str(name_or_path).lower().endswith(".onnx"):
        path = Path(name_or_path).expanduser()
        check_readable(path)
        tokenizer = _tokenizer_beside(path)
        found = {FILE_ROLE: _hashed(path), TOKENIZER_ROLE: _hashed(tokenizer)}
        return _grounding_dino(found, path.stem, _digest(*found.values()))
    model = find(name_or_path)
    family = GROUNDERS.get(model.manifest.protocol)
    if family is None:
        raise ModelError(
            f"'{model.manifest.name}' does not find things by text",
            f"its protocol is '{model.manifest.protocol}'",
            f"Give a model of protocol {', '.join(GROUNDERS)}",
        )
    for role in family.roles:
        model.manifest.file(role)
    files = verify(model)
    found = {role: files[role] for role in family.roles}
    return family.opened(found, model.manifest.name, _digest(*found.values()))


def _tokenizer_beside(graph: Path) -> Path:
    for name in TOKENIZERS:
        if (graph.parent / name).is_file():
            return graph.parent / name
    raise ModelError(
        f"{graph} has no tokenizer",
        f"there is no {' or '.join(TOKENIZERS)} beside it",
        "Put the one that was published with the model there",
    )


def _digest(*files: VerifiedFile) -> str:
    """One digest of several files."""
    return hashlib.sha256("\n".join(file.sha256 for file in files).encode()).hexdigest()


def _hashed(path: Path) -> VerifiedFile:
    try:
        with path.open("rb") as stream:
            return VerifiedFile(path, hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError as error:
        raise ModelError(f"Cannot read {path}", error.strerror or str(error)) from error

"""Model files without a manifest: recognised by what they say about themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tui.errors import ModelError
from tui.inference.manifest import FILE_NAME, ModelFile, ModelManifest
from tui.inference.recognise import Kind, describe, expected, recognise
from tui.inference.signature import Signature, read_signature

TOKENIZERS = ("tokenizer.json", "vocab.txt")
"""Names under which the vocabulary of a text model is published."""

_PAIR = frozenset({"encoder", "decoder"})
_NEEDED: Mapping[str, frozenset[str]] = {
    "yolo": frozenset({"model"}),
    "grounding-dino": frozenset({"model", "tokenizer"}),
    "sam3": frozenset({"encoder", "text", "decoder", "tokenizer"}),
}
"""Roles of the files of each protocol that is not an encoder and a decoder."""

_UNFIT = re.compile(r"[^a-z0-9._-]+")
_ADVICE = f"Leave one encoder and one decoder in the folder, or write a {FILE_NAME}"


@dataclass(frozen=True, slots=True)
class Recognised:
    """What some files are together: the protocol, a file per role, and the files beside them with weights."""

    protocol: str
    files: Mapping[str, Path]
    weights: tuple[Path, ...] = ()


def is_bare_folder(path: Path) -> bool:
    """Whether `path` is a folder with ONNX files and without a manifest."""
    return path.is_dir() and not (path / FILE_NAME).exists() and any(path.glob("*.onnx"))


def read_folder(path: Path) -> ModelManifest:
    """The manifest that a folder with the files of exactly one model would have.

    Raises ModelError that says what each file is when they are no such model.
    """
    graphs = sorted(path.glob("*.onnx"))
    words = [path / name for name in TOKENIZERS if (path / name).is_file()]
    found = recognise_files((*graphs, *words[:1]), place=str(path))
    return as_manifest(found, path / FILE_NAME, model_name(path.resolve().name))


def recognise_files(files: Sequence[Path], *, place: str) -> Recognised:
    """What model these files make up, in any order. `place` names them together in messages.

    Raises ModelError that says what each file is, and what was expected, when they are none.
    """
    graphs = [file for file in files if not _is_text(file)]
    signatures = {file: read_signature(file) for file in graphs}
    kinds = {file: recognise(signature) for file, signature in signatures.items()}
    roles: dict[str, Path] = {kind.role: file for file, kind in kinds.items() if kind}
    protocols = [p for p in _shared(list(kinds.values())) if _needed(p) - {"tokenizer"} == set(roles)]
    if not protocols or len(roles) != len(graphs):
        raise _no_model(place, signatures, kinds)
    protocol = protocols[0]
    words = [file for file in files if _is_text(file)]
    by_role = dict(roles)
    if "tokenizer" in _needed(protocol):
        if not words:
            raise ModelError(
                f"{place} lacks the model's vocabulary",
                f"there is no {' or '.join(TOKENIZERS)}",
                "Put the one there that was published with the model",
            )
        by_role["tokenizer"] = words[0]
    weights = {file.parent / name for file, found in signatures.items() for name in found.external}
    return Recognised(protocol, by_role, tuple(sorted(weights)))


def as_manifest(found: Recognised, path: Path, name: str) -> ModelManifest:
    """A manifest at `path` for recognised files, by their plain names."""
    graphs = [file.name for role, file in found.files.items() if role != "tokenizer"]
    return ModelManifest(
        path=path,
        name=name,
        title=" and ".join(sorted(graphs)),
        protocol=found.protocol,
        licence="unknown",
        files=(
            *(ModelFile(role, file.name) for role, file in found.files.items()),
            *(ModelFile("data", file.name) for file in found.weights),
        ),
    )


def model_name(text: str) -> str:
    """A text as the name of a model."""
    return _UNFIT.sub("-", text.lower()).strip("-._")[:64] or "model"


def _is_text(file: Path) -> bool:
    return file.suffix.lower() in (".json", ".txt")


def _needed(protocol: str) -> frozenset[str]:
    return _NEEDED.get(protocol, _PAIR)


def _shared(kinds: Sequence[Kind | None]) -> list[str]:
    """Protocols that all of these can serve, in the order of the most particular one."""
    known = [kind for kind in kinds if kind is not None]
    if not known or len(known) != len(kinds):
        return []
    particular = min(known, key=lambda kind: len(kind.protocols))
    return [p for p in particular.protocols if all(p in kind.protocols for kind in known)]


def _no_model(place: str, found: Mapping[Path, Signature], kinds: Mapping[Path, Kind | None]) -> ModelError:
    words = [
        f"{file.name} is {kind.title}" if kind else f"{file.name} is not known ({describe(found[file])})"
        for file, kind in kinds.items()
    ]
    for file, kind in kinds.items():
        if kind is not None and kind.instead:
            raise ModelError(f"{file.name} cannot be used", f"it is {kind.title}", kind.instead)
    if len(found) > 2 and all(kinds.values()):
        names = ", ".join(file.name for file in found)
        return ModelError(
            f"{place} holds {len(found)} ONNX files", f"which two belong together? {names}", _ADVICE
        )
    if not all(kinds.values()):
        return ModelError(f"{place}: not the files of a known model", "; ".join(words), expected())
    return ModelError(f"{place}: no encoder and its decoder", "; ".join(words), _ADVICE)

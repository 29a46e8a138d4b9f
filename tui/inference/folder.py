"""A folder with model files and no manifest: recognised by what the files say about themselves."""

from __future__ import annotations

import re
from pathlib import Path

from tui.errors import ModelError
from tui.inference.manifest import FILE_NAME, ModelFile, ModelManifest
from tui.inference.recognise import Kind, describe, recognise
from tui.inference.signature import Signature, read_signature

_UNFIT = re.compile(r"[^a-z0-9._-]+")
_ADVICE = f"Leave one encoder and one decoder in the folder, or write a {FILE_NAME}"


def is_bare_folder(path: Path) -> bool:
    """Whether `path` is a folder with ONNX files and without a manifest."""
    return path.is_dir() and not (path / FILE_NAME).exists() and any(path.glob("*.onnx"))


def read_folder(path: Path) -> ModelManifest:
    """The manifest that a folder with exactly one encoder and its decoder would have.

    Raises ModelError that says what each file is when they are no such pair.
    """
    return pair_manifest(path, sorted(path.glob("*.onnx")))


def pair_manifest(folder: Path, files: list[Path]) -> ModelManifest:
    """The manifest of an encoder and its decoder in `folder`, in either order. Raises ModelError."""
    if len(files) != 2:
        names = ", ".join(file.name for file in files)
        raise ModelError(
            f"{folder} holds {len(files)} ONNX files", f"which two belong together? {names}", _ADVICE
        )
    found = {file: read_signature(file) for file in files}
    kinds = {file: recognise(signature) for file, signature in found.items()}
    encoder = next((f for f, kind in kinds.items() if kind and kind.role == "encoder"), None)
    decoder = next((f for f, kind in kinds.items() if kind and kind.role == "decoder"), None)
    if encoder is None or decoder is None:
        raise _no_pair(folder, found, kinds)
    protocol = _shared_protocol(kinds[encoder], kinds[decoder])
    if protocol is None:
        raise _no_pair(folder, found, kinds)
    weights = sorted(found[encoder].external | found[decoder].external)
    return ModelManifest(
        path=folder / FILE_NAME,
        name=_name(folder),
        title=f"{encoder.name} and {decoder.name}",
        protocol=protocol,
        licence="unknown",
        files=(
            ModelFile("encoder", encoder.name),
            ModelFile("decoder", decoder.name),
            *(ModelFile("data", name) for name in weights),
        ),
    )


def _shared_protocol(encoder: Kind | None, decoder: Kind | None) -> str | None:
    if encoder is None or decoder is None:
        return None
    return next((p for p in decoder.protocols if p in encoder.protocols), None)


def _no_pair(folder: Path, found: dict[Path, Signature], kinds: dict[Path, Kind | None]) -> ModelError:
    words = [
        f"{file.name} is {kind.title}" if kind else f"{file.name} is not known ({describe(found[file])})"
        for file, kind in kinds.items()
    ]
    return ModelError(f"The files in {folder} are no encoder and its decoder", "; ".join(words), _ADVICE)


def _name(folder: Path) -> str:
    return _UNFIT.sub("-", folder.resolve().name.lower()).strip("-._")[:64] or "model"

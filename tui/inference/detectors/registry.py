"""Opening a detector: a bare ONNX file, or a model by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from tui.errors import ModelError
from tui.inference.detectors.base import Detector, DetectorOptions
from tui.inference.onnxfile import check_readable
from tui.inference.store import StoredModel, find, verify

FILE_ROLE = "model"
"""The role of a detector's one file in its manifest."""


def _yolo(path: Path, name: str, digest: str, options: DetectorOptions | None) -> Detector:
    from tui.inference.detectors.yolo import Yolo
    from tui.inference.runtime import SessionOptions, open_session

    return Yolo(open_session(path, SessionOptions(digest=digest)), name=name, digest=digest, options=options)


DETECTORS: Mapping[str, Callable[[Path, str, str, DetectorOptions | None], Detector]] = MappingProxyType(
    {"yolo": _yolo}
)
"""Protocol name to factory, which imports its family only when it is called."""


def open_detector(name_or_path: str | Path | StoredModel, options: DetectorOptions | None = None) -> Detector:
    """Open the detector in an `.onnx` file, or that of a manifest (its name, its directory, a found model).

    `options` says what the file does not. Raises ModelError when there is no such model, or the file is
    damaged, of another kind, or contradicts the options.
    """
    path = _file(name_or_path)
    if path is not None:
        check_readable(path)
        return _yolo(path, path.stem, _sha256(path), options)
    model = find(name_or_path)
    factory = DETECTORS.get(model.manifest.protocol)
    if factory is None:
        raise ModelError(
            f"'{model.manifest.name}' is no detector",
            f"its protocol is '{model.manifest.protocol}'",
            f"Give an .onnx file, or a model of protocol {', '.join(DETECTORS)}",
        )
    model.manifest.file(FILE_ROLE)
    file, side = verify(model)[FILE_ROLE], model.manifest.input_side
    options = options or DetectorOptions()
    if side and options.input_wh is None:
        options = replace(options, input_wh=(side, side))
    return factory(file.path, model.manifest.name, file.sha256, options)


def _file(name_or_path: str | Path | StoredModel) -> Path | None:
    if isinstance(name_or_path, StoredModel):
        return None
    path = Path(name_or_path).expanduser()
    return path if path.suffix.lower() == ".onnx" else None


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"Cannot read {path}", error.strerror or str(error)) from error

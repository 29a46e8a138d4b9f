"""Where models are, and that a file is the one its manifest states.

Looked through in this order: a directory given by path, `<user data>/models/<name>`, the models that come
with the program (`tui/_models` in an installed wheel, `models/` beside `tui/` in a checkout). The program
brings manifests without the large files; those lie in the user's directory of the same name.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from pathlib import Path

from tui.config import data_dir
from tui.errors import ModelError
from tui.inference.folder import is_bare_folder, read_folder
from tui.inference.manifest import FILE_NAME, ModelFile, ModelManifest, read_manifest
from tui.inference.onnxfile import check_model_file, check_readable

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model that was found: its manifest, and the folders its files may lie in, best first."""

    manifest: ModelManifest
    folders: tuple[Path, ...]

    def path(self, file: ModelFile) -> Path:
        """Where a file of the model lies, or would have to lie when it is absent."""
        places = [folder / file.name for folder in self.folders]
        return next((p for p in places if p.exists()), places[-1])

    @property
    def absent(self) -> tuple[ModelFile, ...]:
        """The files that are not there."""
        return tuple(file for file in self.manifest.files if not self.path(file).exists())


@dataclass(frozen=True, slots=True)
class VerifiedFile:
    """A file whose content was read and agrees with the manifest; `sha256` is in hex."""

    path: Path
    sha256: str


def user_models() -> Path:
    """The folder for models this user added: one folder per model."""
    return data_dir() / "models"


def bundled_models() -> Path:
    """The folder of the manifests that come with the program."""
    package = Path(__file__).resolve().parents[1]
    wheel = package / "_models"
    return wheel if wheel.is_dir() else package.parent / "models"


def list_models() -> tuple[tuple[StoredModel, ...], tuple[ModelError, ...]]:
    """All models by name, and what is wrong with the manifests that cannot be read.

    A user's manifest hides a bundled one of the same name. One damaged manifest does not hide the others.
    """
    found: dict[str, StoredModel] = {}
    errors: list[ModelError] = []
    for root in (user_models(), bundled_models()):
        for path in sorted(root.glob(f"*/{FILE_NAME}")):
            try:
                model = _stored(path)
            except ModelError as error:
                errors.append(error)
            else:
                found.setdefault(model.manifest.name, model)
    return tuple(found[name] for name in sorted(found)), tuple(errors)


def find(name_or_path: str | Path | StoredModel) -> StoredModel:
    """A model by its name, or by the directory (or the manifest) at a path; a found one is itself.

    A text with a path separator, a Path, and the name of a directory that holds a model and is no model's
    name are paths. A directory without a manifest is read by `folder.read_folder`. Raises ModelError, with
    the nearest name, when there is none.
    """
    if isinstance(name_or_path, StoredModel):
        return name_or_path
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or "/" in text or text in (".", ".."):
        return _by_path(Path(text).expanduser())
    for root in (user_models(), bundled_models()):
        if (root / text / FILE_NAME).is_file():
            return _stored(root / text / FILE_NAME)
    if (Path(text) / FILE_NAME).is_file() or is_bare_folder(Path(text)):
        return _by_path(Path(text))
    names = [m.manifest.name for m in list_models()[0]]
    near = difflib.get_close_matches(text, names, 1)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known models: {', '.join(names)}"
    raise ModelError(f"There is no model '{text}'", "", hint)


def check_present(model: StoredModel) -> None:
    """Raise ModelError, with what is missing and where to get it, unless all files of a model are there."""
    if model.absent:
        raise _absent(model)


def verify(model: StoredModel) -> dict[str, VerifiedFile]:
    """Read all files of a model completely and compare them with the manifest.

    Keys are the roles; files of role "data" are keyed by their name, because there may be several.

    Done at every opening: it costs a fraction of creating the sessions, needs no remembered state that could
    itself be wrong, and catches a file that was replaced or damaged since. Raises ModelError.
    """
    check_present(model)
    files = model.manifest.files
    graphs = [f for f in files if f.role not in ("data", "tokenizer")]
    outside = {name for f in graphs for name in check_model_file(model.path(f))}
    unknown = outside - {f.name for f in files if f.role == "data"}
    if unknown:
        raise ModelError(
            f"{model.manifest.path} does not list '{min(unknown)}'",
            "the model keeps weights in that file",
            'Add it under [[files]] with role = "data"',
        )
    return {f.name if f.role == "data" else f.role: _verified(f, model.path(f)) for f in files}


def _by_path(path: Path) -> StoredModel:
    manifest = path if path.name == FILE_NAME else path / FILE_NAME
    if path.suffix == ".onnx" and path.is_file():
        raise ModelError(
            f"{path} is one file of a model",
            "a segmenter is a directory with its encoder and its decoder",
            "Give that directory",
        )
    if is_bare_folder(path):
        return StoredModel(read_folder(path), (path,))
    return StoredModel(read_manifest(manifest), (manifest.parent,))


def _stored(path: Path) -> StoredModel:
    manifest = read_manifest(path)
    if manifest.name != path.parent.name:
        raise ModelError(
            f"{path}: 'name' is '{manifest.name}'", "", f"Name the folder or the model '{path.parent.name}'"
        )
    own = user_models() / manifest.name
    return StoredModel(manifest, tuple(dict.fromkeys((path.parent, own))))


def _verified(file: ModelFile, path: Path) -> VerifiedFile:
    check_readable(path)
    size = path.stat().st_size
    if file.size is not None and size != file.size:
        raise ModelError(
            f"{path} is incomplete or another file",
            f"it has {size:,} bytes, {file.size:,} are expected",
            _again(file),
        )
    digest = _sha256(path)
    if file.sha256 and digest != file.sha256:
        raise ModelError(
            f"{path} is damaged or another file",
            f"its sha256 is {digest}, expected is {file.sha256}",
            _again(file),
        )
    return VerifiedFile(path, digest)


def _absent(model: StoredModel) -> ModelError:
    return ModelError(
        f"Files of '{model.manifest.name}' are not here",
        "; ".join(_wanted(file) for file in model.absent),
        f"{_pull_hint(model)}ut them into {model.folders[-1]}",
    )


def _pull_hint(model: StoredModel) -> str:
    """The beginning of "put them into", with the easier way before it where there is one."""
    if not all(file.url for file in model.absent):
        return "P"
    folder = model.manifest.path.parent
    by_name = folder.parent in (user_models(), bundled_models())
    return f"Run `ttylabel models pull {model.manifest.name if by_name else folder}`, or p"


def _wanted(file: ModelFile) -> str:
    size = f"{file.size:,} bytes" if file.size else ""
    facts = (size, f"sha256 {file.sha256}" if file.sha256 else "", _source(file))
    return f"{file.name} ({', '.join(fact for fact in facts if fact)})"


def _source(file: ModelFile) -> str:
    """Where a person gets the file; "" when the manifest does not say."""
    if not file.url:
        return ""
    return f"in the zip {file.url}" if file.archive else f"from {file.url}"


def _again(file: ModelFile) -> str:
    return f"Fetch it again {_source(file)}" if file.url else "Fetch it again"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise ModelError(f"Cannot read {path}", error.strerror or str(error)) from error
    return digest.hexdigest()

"""`ttylabel models add`."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from tui.cli.models_info import limit_words
from tui.cli.output import emit_json, say
from tui.errors import SaveError, UsageError
from tui.inference.folder import as_manifest, model_name, recognise_files
from tui.inference.kinds import kind_of, open_model
from tui.inference.manifest import FILE_NAME, ModelFile, ModelManifest, manifest_text
from tui.inference.segmenters.registry import limits_of
from tui.inference.store import StoredModel, user_models


def add_model(files: tuple[Path, ...], *, name: str | None, licence: str, as_json: bool, quiet: bool) -> int:
    """Recognise, copy, describe and open a model. Nothing is left behind when it cannot be opened."""
    found = recognise_files(files, place=" and ".join(str(file) for file in files))
    chosen = model_name(name or files[0].stem)
    if name is not None and name != chosen:
        raise UsageError(f"--name {name}", "only a-z, 0-9, '.', '_' and '-' are possible", f"Take '{chosen}'")
    home = user_models() / chosen
    if home.exists():
        raise UsageError(f"There is a model '{chosen}' already", f"in {home}", "Give another --name")
    sources = (*found.files.values(), *found.weights)
    if len({file.name for file in sources}) != len(sources):
        raise UsageError("Two of the files have the same name", "", "Rename one of them")
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{chosen}-", dir=home.parent) as work:
            place = Path(work) / chosen
            place.mkdir()
            for file in sources:
                say(f"Copying {file}", quiet=quiet)
                shutil.copyfile(file, place / file.name)
            manifest = as_manifest(found, place / FILE_NAME, chosen)
            manifest = replace(
                manifest, licence=licence, files=tuple(_stated(place, f) for f in manifest.files)
            )
            manifest.path.write_text(manifest_text(manifest), "utf-8")
            model = StoredModel(manifest, (place,))
            opened = open_model(model)
            provider = opened.provider
            opened.close()
            place.rename(home)
    except OSError as error:
        raise SaveError(f"Cannot write {home}", error.strerror or str(error), "Make room") from error
    _report(model, home, provider, as_json=as_json, quiet=quiet)
    return 0


def _stated(place: Path, file: ModelFile) -> ModelFile:
    with (place / file.name).open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return replace(file, size=(place / file.name).stat().st_size, sha256=digest)


def _report(model: StoredModel, home: Path, provider: str, *, as_json: bool, quiet: bool) -> None:
    manifest: ModelManifest = model.manifest
    limits = limit_words(limits_of(manifest.protocol))
    if as_json:
        emit_json(
            {
                "name": manifest.name,
                "for": kind_of(model),
                "protocol": manifest.protocol,
                "limits": list(limits),
                "folder": str(home),
                "provider": provider,
                "files": {file.role: file.name for file in manifest.files if file.role != "data"},
            }
        )
    told = f" ({', '.join(limits)})" if limits else ""
    say(
        f"'{manifest.name}' speaks '{manifest.protocol}'{told}, runs on {provider}, and is in {home}",
        quiet=quiet,
    )

"""Fetching the files of a model that its manifest names."""

from __future__ import annotations

import contextlib
import shutil
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from tui.errors import FetchError
from tui.inference.fetch import UNFINISHED, Source, fetch, is_wanted, name_finished
from tui.inference.manifest import ModelFile
from tui.inference.store import StoredModel, verify

_CHUNK = 1 << 20

Progress = Callable[[str, int, int | None], None]
"""Told a file's name, the bytes that are there and the bytes expected, None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """A file of a model after `pull`; `fetched` is False when it was there already."""

    file: ModelFile
    path: Path
    fetched: bool


def missing(model: StoredModel) -> tuple[ModelFile, ...]:
    """The files of a model that are not here, or not the ones that its manifest states."""
    return tuple(file for file in model.manifest.files if not _here(model, file))


def pull(
    model: StoredModel, *, offline: bool = False, progress: Progress = lambda name, done, total: None
) -> tuple[Pulled, ...]:
    """Fetch what is missing of a model, and check all of it.

    Raises FetchError when something cannot be fetched, ModelError when the files are no model after all.
    """
    wanted = missing(model)
    nowhere = [file.name for file in wanted if not file.url]
    if nowhere:
        raise FetchError(
            f"'{model.manifest.name}' cannot be fetched",
            f"its manifest has no address for {', '.join(nowhere)}",
            f"Put it into {model.folders[-1]}",
        )
    if offline and wanted:
        raise FetchError(
            f"'{model.manifest.name}' is not complete, and --offline forbids to fetch",
            ", ".join(f"{file.name} from {file.url}" for file in wanted),
            f"Put them into {model.folders[-1]}",
        )
    for file in wanted:
        if not file.archive:
            _fetch(model, file, progress)
    for url in dict.fromkeys(file.url for file in wanted if file.archive):
        _from_archive(model, url, [f for f in wanted if f.archive and f.url == url], progress)
    verify(model)
    return tuple(Pulled(file, model.path(file), file in wanted) for file in model.manifest.files)


def _here(model: StoredModel, file: ModelFile) -> bool:
    try:
        return is_wanted(model.path(file), _source(file))
    except OSError:
        return False


def _source(file: ModelFile) -> Source:
    return Source(file.url, file.size, file.sha256)


def _fetch(model: StoredModel, file: ModelFile, progress: Progress) -> None:
    fetch(_source(file), model.path(file), progress=lambda done, total: progress(file.name, done, total))


def _from_archive(model: StoredModel, url: str, files: Iterable[ModelFile], progress: Progress) -> None:
    """Fetch a zip, take the files out of it, and remove it. One process at a time."""
    folder = model.folders[-1]
    packed = folder / url.rpartition("/")[2]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f".{packed.name}.unpack.lock"):
            if all(_here(model, file) for file in files):
                return
            fetch(Source(url), packed, progress=lambda done, total: progress(packed.name, done, total))
            with contextlib.ExitStack() as stack:
                stack.callback(lambda: packed.unlink(missing_ok=True))
                archive = stack.enter_context(zipfile.ZipFile(packed))
                for file in files:
                    _unpack(archive, file, model.path(file))
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise FetchError(f"What {url} holds is no usable zip", str(error), "Nothing was kept") from error
    except OSError as error:
        raise FetchError(f"Cannot unpack {packed}", error.strerror or str(error), "Make room") from error


def _unpack(archive: zipfile.ZipFile, file: ModelFile, target: Path) -> None:
    """One file out of a zip, wherever it lies in there, checked before it gets its name."""
    found = [entry for entry in archive.infolist() if Path(entry.filename).name == file.name]
    if len(found) != 1 or (file.size is not None and found[0].file_size != file.size):
        why = f"it holds {len(found)} files of that name" if len(found) != 1 else "its size is another"
        raise FetchError(f"{file.url} does not hold {file.name}", why, "Nothing was kept")
    part = target.with_name(target.name + UNFINISHED)
    with archive.open(found[0]) as packed, part.open("wb") as out:
        shutil.copyfileobj(packed, out, _CHUNK)
    if not is_wanted(part, _source(file)):
        part.unlink()
        raise FetchError(
            f"{file.name} in {file.url} is another file",
            f"its sha256 is not {file.sha256}",
            "Nothing was kept",
        )
    name_finished(target)

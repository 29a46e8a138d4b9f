"""`models/<name>/manifest.toml`: what a model is, and which files it is made of.

A new checkpoint of a known protocol is a manifest and no code. A manifest is read strictly: a misspelt key
is an error that names the file and the key, never a silently ignored line.

    name = "mobile-sam"                # the directory's name; [a-z0-9._-]
    title = "MobileSAM"                # one line for lists
    protocol = "sam"                   # a key of segmenters.registry.SEGMENTERS
    licence = "Apache-2.0"             # of the weights
    origin = "https://..."             # optional: where the model comes from
    notes = "..."                      # optional
    input_side = 1024                  # optional: pixels of the model's square, where the graph is silent

    [[files]]
    role = "encoder"                   # encoder, decoder, model (of one file), text (a graph that reads
                                       # words), tokenizer, or data (the weights beside a graph)
    name = "encoder.onnx"              # a plain file name
    size = 28157093                    # optional, bytes
    sha256 = "..."                     # optional, 64 hex digits
    url = "https://..."                # optional: where the file is published; http:// on this machine alone
    archive = true                     # optional: `url` is a zip that holds the file
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tui.errors import ModelError

FILE_NAME = "manifest.toml"
ROLES = ("encoder", "decoder", "model", "text", "tokenizer", "data")

_LARGEST_BYTES = 64 * 1024
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_PLAIN_FILE = re.compile(r"[^/\\\x00-\x1f\x7f]{1,255}")
_SAFE_URL = re.compile(r"https://|http://(127\.0\.0\.1|localhost)[:/]")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KINDS: Mapping[type, str] = {str: "text", int: "a whole number", bool: "true or false", list: "a list"}
_MODEL_KEYS: Mapping[str, type] = {
    "name": str,
    "title": str,
    "protocol": str,
    "licence": str,
    "origin": str,
    "notes": str,
    "input_side": int,
    "files": list,
}
_FILE_KEYS: Mapping[str, type] = {
    "role": str,
    "name": str,
    "size": int,
    "sha256": str,
    "url": str,
    "archive": bool,
}


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model. `size` is in bytes; None and "" where the manifest does not say.

    With `archive`, `url` is a zip that holds the file.
    """

    role: str
    name: str
    size: int | None = None
    sha256: str = ""
    url: str = ""
    archive: bool = False


@dataclass(frozen=True, slots=True)
class ModelManifest:
    """A model as its manifest describes it; `path` is the manifest's own file."""

    path: Path
    name: str
    title: str
    protocol: str
    licence: str
    origin: str = ""
    notes: str = ""
    input_side: int | None = None
    files: tuple[ModelFile, ...] = ()

    def file(self, role: str) -> ModelFile:
        """The file of a role; raises ModelError when the manifest has none."""
        for file in self.files:
            if file.role == role:
                return file
        raise ModelError(
            f"{self.path}: there is no file with role '{role}'",
            f"protocol '{self.protocol}' needs one",
            "Add it under [[files]]",
        )


def read_manifest(path: Path) -> ModelManifest:
    """Read and check one manifest. Raises ModelError that names the file and the key."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ModelError(f"{path} is not a manifest", f"it is larger than {_LARGEST_BYTES // 1024} KB")
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{path} is missing", "", "Give a directory that holds a manifest.toml") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ModelError(f"Cannot read {path}", str(error), "Correct the file") from error
    _check_keys(path, "", raw, _MODEL_KEYS, ("name", "title", "protocol", "licence"))
    if not _NAME.fullmatch(raw["name"]):
        raise _wrong(path, "name", "only a-z, 0-9, '.', '_' and '-' are possible")
    if raw.get("input_side", 1) < 1:
        raise _wrong(path, "input_side", "it counts pixels")
    files = tuple(_read_file(path, i, entry) for i, entry in enumerate(raw.pop("files", []), 1))
    for key in ("role", "name"):
        values = [getattr(f, key) for f in files if key == "name" or f.role != "data"]
        if len(set(values)) != len(values):
            raise _wrong(path, f"files.{key}", "two files have the same")
    return ModelManifest(path=path, files=files, **raw)


def manifest_text(manifest: ModelManifest) -> str:
    """A manifest as the text that `read_manifest` reads."""
    lines = [
        _line(key, getattr(manifest, key)) for key in _MODEL_KEYS if key != "files" and getattr(manifest, key)
    ]
    for file in manifest.files:
        lines += ["", "[[files]]"]
        lines += [_line(key, getattr(file, key)) for key in _FILE_KEYS if getattr(file, key)]
    return "\n".join(lines) + "\n"


def _line(key: str, value: str | int | bool) -> str:
    # JSON's strings, numbers and truth values are TOML's too.
    return f"{key} = {json.dumps(value, ensure_ascii=False)}"


def _read_file(path: Path, number: int, entry: object) -> ModelFile:
    where = f"files[{number}]."
    if not isinstance(entry, dict):
        raise _wrong(path, f"files[{number}]", "it must be a table: write [[files]]")
    _check_keys(path, where, entry, _FILE_KEYS, ("role", "name"))
    if entry["role"] not in ROLES:
        raise _wrong(path, f"{where}role", f"'{entry['role']}' is none of {', '.join(ROLES)}")
    if not _PLAIN_FILE.fullmatch(entry["name"]) or entry["name"] in (".", ".."):
        raise _wrong(path, f"{where}name", "it must be a plain file name without a folder")
    if entry.get("size", 1) < 1:
        raise _wrong(path, f"{where}size", "it counts bytes")
    if "sha256" in entry and not _SHA256.fullmatch(entry["sha256"]):
        raise _wrong(path, f"{where}sha256", "it must be 64 hexadecimal digits in lower case")
    if "url" in entry and not _SAFE_URL.match(entry["url"]):
        raise _wrong(path, f"{where}url", "it must start with https://")
    return ModelFile(**entry)


def _check_keys(
    path: Path, where: str, table: Mapping[str, object], kinds: Mapping[str, type], required: tuple[str, ...]
) -> None:
    for key, value in table.items():
        if key not in kinds:
            near = difflib.get_close_matches(key, kinds, 1)
            hint = f"Did you mean '{near[0]}'?" if near else f"Known keys: {', '.join(kinds)}"
            raise ModelError(f"{path}: unknown key '{where}{key}'", "", hint)
        if type(value) is not kinds[key]:
            raise _wrong(path, f"{where}{key}", f"it must be {_KINDS[kinds[key]]}")
    for key in required:
        if not table.get(key):
            raise _wrong(path, f"{where}{key}", "it is missing or empty")


def _wrong(path: Path, key: str, why: str) -> ModelError:
    return ModelError(f"{path}: '{key}' is wrong", why, "Correct the file")

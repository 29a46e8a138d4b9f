"""`ttylabel models info`."""

from __future__ import annotations

from collections.abc import Mapping

from tui.cli.output import emit, emit_json
from tui.inference.kinds import kind_of
from tui.inference.manifest import ModelFile
from tui.inference.segmenters.base import Limits
from tui.inference.segmenters.registry import limits_of
from tui.inference.store import StoredModel, find
from tui.types.text import printable


def print_model(name: str, *, as_json: bool) -> int:
    """Everything that is known about a model without opening it."""
    facts = model_facts(find(name))
    if as_json:
        emit_json(facts)
        return 0
    for line in _lines(facts):
        emit(printable(line, limit=2000))
    return 0


def model_facts(model: StoredModel) -> dict[str, object]:
    """A model as JSON values."""
    manifest = model.manifest
    return {
        "name": manifest.name,
        "title": manifest.title,
        "for": kind_of(model),
        "protocol": manifest.protocol,
        "licence": manifest.licence,
        "commercial_use": "non-commercial" not in manifest.licence,
        "origin": manifest.origin,
        "notes": manifest.notes,
        "limits": list(limit_words(limits_of(manifest.protocol))),
        "manifest": str(manifest.path),
        "ready": not model.absent,
        "files": [_file_facts(model, file) for file in manifest.files],
    }


def limit_words(limits: Limits) -> tuple[str, ...]:
    """What a model cannot take, in words."""
    words = [f"no {word}" for word in sorted(limits.missing)]
    return (*words, *([f"{limits.max_points} points at most"] if limits.max_points else ()))


def _file_facts(model: StoredModel, file: ModelFile) -> dict[str, object]:
    path = model.path(file)
    size = path.stat().st_size if path.is_file() else None
    state = "absent" if size is None else "here" if file.size in (None, size) else "another size"
    return {
        "role": file.role,
        "name": file.name,
        "bytes": file.size,
        "sha256": file.sha256 or None,
        "url": file.url or None,
        "in_zip": file.archive,
        "path": str(path),
        "state": state,
    }


def _lines(facts: Mapping[str, object]) -> list[str]:
    lines = [f"{facts['name']}: {facts['title']}"]
    for key in ("for", "protocol", "licence", "origin", "notes"):
        if facts[key]:
            lines.append(f"  {key:<10}{facts[key]}")
    if not facts["commercial_use"]:
        lines.append("  WARNING   its licence forbids commercial use")
    limits = facts["limits"]
    if isinstance(limits, list) and limits:
        lines.append(f"  limits    {', '.join(limits)}")
    files = facts["files"]
    for file in files if isinstance(files, list) else []:
        size = f"{file['bytes']:,} bytes" if file["bytes"] else "size not published"
        lines.append(f"  {file['role']}: {file['name']}, {size}, {file['state']}")
        lines.append(f"    sha256  {file['sha256'] or 'not published'}")
        if file["url"]:
            lines.append(f"    from    {file['url']}{' (in this zip)' if file['in_zip'] else ''}")
        lines.append(f"    {'at' if file['state'] != 'absent' else 'belongs at':<7} {file['path']}")
    return lines

"""`ttylabel models list`."""

from __future__ import annotations

from tui.cli.output import complain, emit, emit_json
from tui.errors import ModelError
from tui.inference.kinds import kind_of
from tui.inference.store import StoredModel, list_models
from tui.types.text import printable


def print_models(*, as_json: bool) -> int:
    """A line for each model, or one JSON object. Returns 1 when a manifest cannot be read."""
    models, unreadable = list_models()
    rows, errors = [], list(unreadable)
    for model in models:
        try:
            rows.append(_row(model))
        except ModelError as unknown:
            errors.append(unknown)
    if as_json:
        emit_json({"models": rows, "errors": [error.sentence for error in errors]})
    else:
        emit(f"{'NAME':<26}{'FOR':<11}{'STATE':<11}{'MB':>6}  TITLE")
        for row in rows:
            emit(_line(row))
        for error in errors:
            complain(error)
    return 1 if errors else 0


def _row(model: StoredModel) -> dict[str, object]:
    manifest = model.manifest
    sizes = [file.size for file in manifest.files]
    return {
        "name": manifest.name,
        "title": manifest.title,
        "for": kind_of(model),
        "protocol": manifest.protocol,
        "licence": manifest.licence,
        "ready": not model.absent,
        "absent": [file.name for file in model.absent],
        "bytes": sum(size for size in sizes if size) if all(sizes) else None,
    }


def _line(row: dict[str, object]) -> str:
    state = "ready" if row["ready"] else "not here"
    size = row["bytes"]
    megabytes = "?" if size is None else f"{size / 1e6:.0f}" if isinstance(size, int) and size else "-"
    return (
        f"{printable(str(row['name'])):<26}{row['for']:<11}{state:<11}{megabytes:>6}"
        f"  {printable(str(row['title']), 80)}"
    )

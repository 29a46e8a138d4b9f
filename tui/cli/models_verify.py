"""`ttylabel models verify`."""

from __future__ import annotations

from tui.cli.output import emit, emit_json, say
from tui.errors import TtylabelError
from tui.inference.store import StoredModel, find, list_models, verify


def verify_models(names: tuple[str, ...], *, as_json: bool, quiet: bool) -> int:
    """Hash the files of models again. Returns 1 when one is not what its manifest states."""
    rows = []
    for model in [find(name) for name in names] if names else _here():
        say(f"Reading {model.manifest.name} ...", quiet=quiet or not model.manifest.files)
        rows.append(_row(model))
    if as_json:
        emit_json({"models": rows})
    else:
        for row in rows:
            emit(f"{row['name']}: {row['problem'] or 'as its manifest states'}")
    return 1 if any(row["problem"] for row in rows) else 0


def _here() -> list[StoredModel]:
    """Models of which at least one file is here."""
    return [m for m in list_models()[0] if m.manifest.files and len(m.absent) < len(m.manifest.files)]


def _row(model: StoredModel) -> dict[str, object]:
    try:
        files = verify(model)
    except TtylabelError as error:
        return {"name": model.manifest.name, "ok": False, "problem": error.sentence, "files": []}
    unstated = {file.name for file in model.manifest.files if not file.sha256}
    found = [
        {"path": str(file.path), "sha256": file.sha256, "stated": file.path.name not in unstated}
        for file in files.values()
    ]
    return {"name": model.manifest.name, "ok": True, "problem": "", "files": found}

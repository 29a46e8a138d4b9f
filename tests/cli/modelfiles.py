"""Model files made by hand, and running `ttylabel models` on them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tui.cli.main import main
from tui.inference.store import user_models


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `ttylabel models ...`."""
    with pytest.raises(SystemExit) as leaving:
        main(["models", *argv])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code, *capsys.readouterr()


def run_json(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, Any]:
    code, out, _ = run(capsys, *argv, "--json")
    return code, json.loads(out)


def write(folder: Path, **files: bytes) -> list[str]:
    """Files `NAME.onnx`, and their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.onnx").write_bytes(data)
    return [str(folder / f"{name}.onnx") for name in files]


def publish(
    name: str,
    files: Mapping[str, bytes],
    urls: Mapping[str, str],
    *,
    archive: bool = False,
    licence: str = "MIT",
) -> Path:
    """A manifest of a model whose files, by role, are published at `urls`; the folder they belong in."""
    folder = user_models() / name
    folder.mkdir(parents=True)
    lines = [f'name = "{name}"', 'title = "T"', 'protocol = "sam"', f'licence = "{licence}"']
    for role, data in files.items():
        lines += ["[[files]]", f'role = "{role}"', f'name = "{role}.onnx"', f'url = "{urls[role]}"']
        lines += [f"size = {len(data)}", f'sha256 = "{hashlib.sha256(data).hexdigest()}"']
        lines += ["archive = true"] if archive else []
    (folder / "manifest.toml").write_text("\n".join(lines))
    return folder

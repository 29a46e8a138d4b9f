"""A grounder by file, by manifest, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference.grounding import tinydino
from tui.errors import ModelError
from tui.inference.grounding.registry import open_grounder

pytest.importorskip("tokenizers")


def test_a_file_beside_its_vocabulary(tmp_path: Path) -> None:
    grounder = open_grounder(tinydino.write_model(tmp_path, "idea"))
    assert (grounder.name, grounder.provider) == ("idea", "CPU")
    assert len(grounder.fingerprint) == 64


def test_a_manifest(tmp_path: Path) -> None:
    tinydino.write_model(tmp_path)
    lines = ['name = "g"', 'title = "G"', 'protocol = "grounding-dino"', 'licence = "MIT"']
    lines += ["[[files]]", 'role = "model"', 'name = "hf.onnx"']
    lines += ["[[files]]", 'role = "tokenizer"', 'name = "vocab.txt"']
    (tmp_path / "manifest.toml").write_text("\n".join(lines))
    assert open_grounder(tmp_path).name == "g"


def test_what_is_no_grounder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not find things by text"):
        open_grounder("grabcut")
    with pytest.raises(ModelError, match="missing"):
        open_grounder(tmp_path / "absent.onnx")
    path = tinydino.write_model(tmp_path)
    (tmp_path / "vocab.txt").unlink()
    with pytest.raises(ModelError, match=r"no tokenizer\.json or vocab\.txt|no tokenizer"):
        open_grounder(path)

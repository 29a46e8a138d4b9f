"""Finding models, and refusing files that are not the ones a manifest states."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from inference.onnxmini import Graph, doubler, outside_tensor
from tui.errors import ModelError
from tui.inference.store import bundled_models, find, list_models, user_models, verify


def add(name: str, *, root: Path | None = None, protocol: str = "sam", data: bytes | None = None) -> Path:
    """A model of one file in the user's folder; without `data` the file is absent."""
    folder = (root or user_models()) / name
    folder.mkdir(parents=True)
    stated = data or doubler()
    (folder / "manifest.toml").write_text(
        f'name = "{name}"\ntitle = "T"\nprotocol = "{protocol}"\nlicence = "L"\n'
        '[[files]]\nrole = "encoder"\nname = "e.onnx"\n'
        f'size = {len(stated)}\nsha256 = "{hashlib.sha256(stated).hexdigest()}"\nurl = "https://host/e.onnx"\n'
    )
    if data:
        (folder / "e.onnx").write_bytes(data)
    return folder


def test_the_bundled_models_are_listed_by_name() -> None:
    models, errors = list_models()
    names = [m.manifest.name for m in models]
    assert "grabcut" in names
    assert names == sorted(names)
    assert not errors


def test_a_users_model_hides_the_bundled_one_of_the_same_name() -> None:
    folder = add("grabcut")
    assert find("grabcut").manifest.path == folder / "manifest.toml"
    assert [m.manifest.path.parent for m in list_models()[0]].count(folder) == 1


def test_one_damaged_manifest_does_not_hide_the_others() -> None:
    (user_models() / "broken").mkdir(parents=True)
    (user_models() / "broken" / "manifest.toml").write_text("?")
    models, errors = list_models()
    assert models
    assert "broken" in errors[0].sentence


def test_a_name_that_is_nearly_right() -> None:
    with pytest.raises(ModelError, match="Did you mean 'mobile-sam'"):
        find("mobilesam")
    with pytest.raises(ModelError, match=r"Known models: .*grabcut"):
        find("zzzzzz")


def test_a_model_may_be_given_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = add("mine", root=tmp_path)
    monkeypatch.chdir(tmp_path)
    for way in (folder, str(folder), str(folder / "manifest.toml"), "./mine", "mine"):
        assert find(way).manifest.name == "mine"


def test_a_path_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.toml is missing"):
        find(tmp_path)
    (tmp_path / "e.onnx").write_bytes(doubler())
    with pytest.raises(ModelError, match="is one file of a model"):
        find(tmp_path / "e.onnx")


def test_a_folder_of_another_name_is_pointed_out() -> None:
    add("mine").rename(user_models() / "yours")
    with pytest.raises(ModelError, match="'name' is 'mine'"):
        find("yours")


def test_verified_files_by_role() -> None:
    add("mine", data=doubler())
    model = find("mine")
    assert verify(model)["encoder"].sha256 == hashlib.sha256(doubler()).hexdigest()
    assert model.absent == ()


def test_the_files_of_a_bundled_manifest_lie_in_the_users_folder() -> None:
    folder = user_models() / "mobile-sam"
    model = find("mobile-sam")
    assert model.manifest.path.parent.parent == bundled_models()
    with pytest.raises(ModelError) as caught:
        verify(model)
    sentence = caught.value.sentence
    for file in model.manifest.files:
        assert file.name in sentence
        assert file.sha256 in sentence
        assert f"{file.size:,} bytes" in sentence
        assert file.url in sentence
    assert str(folder) in sentence
    folder.mkdir(parents=True)
    (folder / model.manifest.files[0].name).write_bytes(b"x")
    assert [f.role for f in model.absent] == ["decoder"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (doubler() + doubler(), "is incomplete or another file"),
        (doubler().replace(b"Add", b"Mul"), "is damaged or another file: its sha256 is"),
        (b"<html>sign in</html>", "is a web page"),
        (doubler()[:-2], "is cut off"),
        (b"", "is empty"),
    ],
)
def test_a_file_that_is_not_the_stated_one_is_refused(content: bytes, sentence: str) -> None:
    folder = add("mine", data=doubler())
    (folder / "e.onnx").write_bytes(content)
    with pytest.raises(ModelError) as caught:
        verify(find("mine"))
    assert sentence in caught.value.sentence


def test_weights_in_a_file_that_the_manifest_does_not_list_are_refused() -> None:
    graph = Graph({"x": ("float32", (2,))}, {"y": (2,)})
    graph.initializers.append(outside_tensor("w", (2,), "w.bin"))
    graph.op("Add", "x", "w", into="y")
    folder = add("mine", data=graph.serialize())
    (folder / "w.bin").write_bytes(bytes(8))
    with pytest.raises(ModelError, match=r"does not list 'w\.bin'"):
        verify(find("mine"))
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text() + '[[files]]\nrole = "data"\nname = "w.bin"\n')
    assert set(verify(find("mine"))) == {"encoder", "w.bin"}

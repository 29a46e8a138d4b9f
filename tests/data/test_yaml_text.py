"""YAML as text, and what is refused quickly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tui.data.yaml_text import Items, Pairs, Text, parse_yaml, quoted, read_yaml
from tui.errors import ConfigError


def test_scalars_stay_as_written(tmp_path):
    top = parse_yaml("a: no\nb: 1.0\nc: [0x10, '12:30', ~]\nd: {x: 2024-01-01}\n", tmp_path)
    assert isinstance(top.get("a"), Text)
    assert top.get("a").value == "no"
    assert isinstance(top.get("c"), Items)
    assert [item.value for item in top.get("c").items] == ["0x10", "12:30", "~"]
    assert isinstance(top.get("d"), Pairs)
    assert top.get("missing") is None
    assert top.get("d").get("x").start.line == 3


def bomb() -> str:
    lines = ["a: &a [x, x]"]
    for upper, lower in zip("bcdefghij", "abcdefghi", strict=True):
        lines.append(f"{upper}: &{upper} [{', '.join(['*' + lower] * 9)}]")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (bomb(), "line 7: more than 50 aliases"),
        ("a: " + "[" * 2000, "nested deeper than 20 levels"),
        ("a:\n" + "".join(" " * i + "- \n" for i in range(1, 60)), "nested deeper|line"),
        ("names: !!python/object/apply:os.system [x]", "tag .* is not allowed"),
        ("a: 1\na: 2", "line 2: 'a' occurs twice"),
        ("a:\n\t- b", "line 2"),
        ("? [x]\n: y", "line 1: a key must be a word"),
        ("- a\n- b", "key: value"),
        ("", "key: value"),
        ("a: *nowhere", "alias"),
        ("a: \x01", "a.yaml"),
    ],
)
def test_y2_hostile_text_is_refused_with_one_sentence(tmp_path, text, words):
    path = tmp_path / "a.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=words) as caught:
        read_yaml(path)
    assert "\n" not in caught.value.sentence


def test_y2_size_and_encoding(tmp_path):
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(5_000_000_000)
    with pytest.raises(ConfigError, match="larger than 1 MB"):
        read_yaml(path)
    path.write_bytes("a: é".encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8"):
        read_yaml(path)


def test_y2_bom_and_crlf_are_fine(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: b\r\nc: d\r\n")
    assert read_yaml(path)[1].get("c").value == "d"


@given(
    st.text(
        st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff"), min_size=1
    )
)
def test_y4_quoted_text_means_itself_to_both_yaml_versions(text):
    for version in ((1, 1), (1, 2)):
        yaml = YAML(typ="safe", pure=True)
        yaml.version = version
        assert yaml.load(f"a: [{quoted(text)}]\n")["a"] == [text]

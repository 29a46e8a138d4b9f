"""Class names as written, and appended without touching anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.data.classes import ClassList, add_class, class_name, find_classes, read_classes
from tui.errors import ConfigError, SaveError, UsageError

AWKWARD = ["no", "yes", "on", "off", "null", "~", "1", "1.0", "0x10", "12:30", "2024-01-01"]


@pytest.mark.parametrize(
    "text",
    [
        f"names: [{', '.join(AWKWARD)}]\n",
        "names:\n" + "".join(f"  - {name}\n" for name in AWKWARD),
        "names:\n" + "".join(f"  {i}: {name}\n" for i, name in enumerate(AWKWARD)),
    ],
)
def test_y1_names_are_text_as_written(tmp_path, text):
    path = tmp_path / "data.yaml"
    path.write_text(text)
    assert read_classes(path).names == tuple(AWKWARD)


def test_y1_gaps_keep_their_place(tmp_path):
    path = tmp_path / "data.yaml"
    path.write_text("names: {0: a, 2: c}")
    assert read_classes(path).names == ("a", "class 1", "c")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("names: [a, b, a]", "line 1: 'a' is on line 1 too"),
        ("names:\n  - a\n  - ''\n", "line 3: the name is empty"),
        ('names:\n  - "a\\nb"\n', "line 2: the name holds control characters"),
        ("names: {-1: a}", "'-1' is not a class number"),
        ("names: {999999999: a}", "is not a class number"),
        ("names: {0: a, 00: b}", "class 0 occurs twice"),
        ("names: [[a]]", "must be a word"),
        ("names: a", "list or a map"),
        ("nc: many", "no count"),
    ],
)
def test_y1_e3_bad_lists_are_refused_with_their_line(tmp_path, text, words):
    path = tmp_path / "data.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=words):
        read_classes(path)


def test_nc_alone_counts(tmp_path):
    path = tmp_path / "data.yaml"
    path.write_text("nc: 3\n")
    assert read_classes(path).names == ("class_0", "class_1", "class_2")


def test_text_lists(tmp_path):
    path = tmp_path / "classes.txt"
    path.write_bytes(b"\xef\xbb\xbfno\r\n[/bold]\r\nc d \r\n\r\n")
    assert read_classes(path).names == ("no", "[/bold]", "c d")
    path.write_text("a\n\nb\n")
    with pytest.raises(ConfigError, match="line 2: the name is empty"):
        read_classes(path)
    path.write_text("")
    assert read_classes(path).names == ()


def test_where_both_exist_the_yaml_counts_with_a_warning(tmp_path):
    yaml, text = tmp_path / "data.yaml", tmp_path / "classes.txt"
    yaml.write_text("names: [a, b]")
    text.write_text("a\nb\n")
    assert find_classes([tmp_path], yaml).warnings == ()
    text.write_text("b\na\n")
    found = find_classes([tmp_path], yaml)
    assert found.names == ("a", "b")
    assert "different classes" in found.warnings[0]
    assert find_classes([tmp_path]).names == ("b", "a")


def test_classes_of_a_model_go_into_the_first_file_of_names(tmp_path):
    new = tmp_path / "classes.txt"
    added = add_class(ClassList(("person", "car")), "cat", new_file=new)
    assert new.read_bytes() == b"person\ncar\ncat\n"
    assert read_classes(new).names == added.names == ("person", "car", "cat")


def test_a_names_file_may_be_named(tmp_path):
    (tmp_path / "voc.names").write_text("aeroplane\nbird\n")
    assert read_classes(tmp_path / "voc.names").names == ("aeroplane", "bird")


def test_darknet_names(tmp_path):
    (tmp_path / "obj.names").write_text("x\ny\n")
    assert find_classes([tmp_path]).names == ("x", "y")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "# top\nnames:\n  - no  # not yes\n\n# tail\nx: 'y'\n",
            "# top\nnames:\n  - no  # not yes\n  - \"on\"\n\n# tail\nx: 'y'\n",
        ),
        ("names: [a]  # c\nnc: 1 # n\n", 'names: [a, "on"]  # c\nnc: 2 # n\n'),
        ("nc: 1\r\nnames:\r\n  0: a\r\n", 'nc: 2\r\nnames:\r\n  0: a\r\n  1: "on"\r\n'),
        ("names:\n  0: a", 'names:\n  0: a\n  1: "on"'),
        ("names: {0: a, 5: b}\n", 'names: {0: a, 5: b, 6: "on"}\n'),
        ("names: []\n", 'names: ["on"]\n'),
        ("names:\ntrain: x\n", 'names:\n  0: "on"\ntrain: x\n'),
        ("train: x", 'train: x\nnames:\n  0: "on"\n'),
        ("names: [\n  a,\n  b,\n]\n", 'names: [\n  a,\n  b, "on"\n]\n'),
        ("names:\n- a\n- b\ntrain: t\n", 'names:\n- a\n- b\n- "on"\ntrain: t\n'),
        ("\ufeffnames:\n- a\n", '\ufeffnames:\n- a\n- "on"\n'),
    ],
)
def test_y4_a_new_class_touches_nothing_else(tmp_path, before, after):
    path = tmp_path / "data.yaml"
    path.write_bytes(before.encode())
    added = add_class(read_classes(path), "on", new_file=tmp_path / "classes.txt")
    assert path.read_bytes().decode() == after
    assert read_classes(path).names == added.names


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1)
        .map(str.strip)
        .filter(bool),
        unique=True,
        max_size=4,
    ),
    st.sampled_from(["data.yaml", "classes.txt"]),
)
def test_names_of_any_kind_survive(tmp_path_factory, names, file):
    path = tmp_path_factory.mktemp("names") / file
    classes = ClassList((), path)
    path.write_text("train: x\n" if file == "data.yaml" else "", "utf-8")
    for name in names:
        classes = add_class(classes, name, new_file=path)
    assert read_classes(path).names == tuple(names) == classes.names


def test_y4_a_layout_that_cannot_be_extended_is_left_alone(tmp_path):
    path = tmp_path / "data.yaml"
    path.write_text("names: [a, # one\n  b # two\n]\n")
    with pytest.raises(SaveError, match="by hand"):
        add_class(read_classes(path), "c", new_file=path)
    assert path.read_text() == "names: [a, # one\n  b # two\n]\n"


@pytest.mark.parametrize("data", [b"a\r\nb", b"a\r\nb\r\n", b"a\r\nb\r\n\r\n"])
def test_text_lists_grow_by_one_line(tmp_path, data):
    path = tmp_path / "classes.txt"
    path.write_bytes(data)
    add_class(read_classes(path), "c", new_file=path)
    assert path.read_bytes() == b"a\r\nb\r\nc\r\n"


def test_the_first_class_makes_the_file(tmp_path):
    new = tmp_path / "classes.txt"
    added = add_class(ClassList(), " cat ", new_file=new, root=tmp_path)
    assert new.read_bytes() == b"cat\n"
    assert added == ClassList(("cat",), new)


def test_a_file_that_appeared_meanwhile_is_not_replaced(tmp_path):
    new = tmp_path / "classes.txt"
    new.write_text("someone else's\n")
    with pytest.raises(SaveError, match="changed on disk"):
        add_class(ClassList(), "cat", new_file=new)
    assert new.read_text() == "someone else's\n"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[2J", "cat"])
def test_e3_names_that_cannot_be_used(tmp_path, name):
    with pytest.raises(UsageError, match="No class was added"):
        add_class(ClassList(("cat",)), name, new_file=tmp_path / "classes.txt")
    assert not (tmp_path / "classes.txt").exists()


def test_c9_a_list_that_changed_on_disk_is_not_appended_to(tmp_path):
    path = tmp_path / "classes.txt"
    path.write_text("a\n")
    classes = read_classes(path)
    path.write_text("b\n")
    with pytest.raises(SaveError, match="changed on disk"):
        add_class(classes, "c", new_file=path)
    assert path.read_text() == "b\n"


def test_ids_beyond_the_list_have_a_name():
    assert class_name(("a",), 0) == "a"
    assert class_name(("a",), 17) == "class 17"
    assert class_name(("a",), -1) == "class -1"
    assert ClassList(("a",)).name(17) == "class 17"

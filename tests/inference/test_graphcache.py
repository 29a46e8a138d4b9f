"""Saved graphs come back whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.inference import graphcache
from tui.inference.graphcache import GraphCache, default_folder, processor

KEY = ("digest", "1.32.0", "CPU")


@pytest.fixture
def graphs(tmp_path: Path) -> GraphCache:
    return GraphCache(tmp_path / "graphs")


def put(graphs: GraphCache, data: bytes = b"graph", key: tuple[str, str, str] = KEY) -> bool:
    return graphs.save(*key, lambda path: path.write_bytes(data) and None)


def test_what_was_saved_is_found_for_the_same_model_runtime_and_provider(graphs: GraphCache) -> None:
    assert graphs.find(*KEY) is None
    assert put(graphs)
    found = graphs.find(*KEY)
    assert found is not None
    assert found.read_bytes() == b"graph"
    for other in (("other", *KEY[1:]), (KEY[0], "1.33.0", KEY[2]), (*KEY[:2], "CUDA")):
        assert graphs.find(*other) is None


def test_another_processor_has_graphs_of_its_own(graphs: GraphCache, monkeypatch: pytest.MonkeyPatch) -> None:
    put(graphs)
    monkeypatch.setattr(graphcache, "processor", lambda: "another")
    assert graphs.find(*KEY) is None


@pytest.mark.parametrize("name", ["*.onnx", "*.sha256"])
def test_a_damaged_entry_is_none_and_goes(graphs: GraphCache, name: str, tmp_path: Path) -> None:
    put(graphs)
    (path,) = (tmp_path / "graphs").glob(name)
    path.write_bytes(b"\xffgrapf")
    assert graphs.find(*KEY) is None
    assert put(graphs, b"new")
    assert graphs.find(*KEY) is not None


def test_half_an_entry_is_none(graphs: GraphCache, tmp_path: Path) -> None:
    put(graphs)
    (path,) = (tmp_path / "graphs").glob("*.sha256")
    path.unlink()
    assert graphs.find(*KEY) is None


def test_a_graph_that_cannot_be_written_is_not_kept(graphs: GraphCache, tmp_path: Path) -> None:
    def full(path: Path) -> None:
        raise OSError("no room")

    assert not graphs.save(*KEY, full)
    assert graphs.find(*KEY) is None
    (tmp_path / "file").write_bytes(b"")
    assert not put(GraphCache(tmp_path / "file" / "below"))


def test_the_oldest_go_when_there_is_too_much(graphs: GraphCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphcache, "_LARGEST_TOGETHER", 25)
    keys = [(name, "1", "CPU") for name in ("a", "b", "c")]
    for age, key in enumerate(keys):
        put(graphs, b"0123456789", key)
        path = graphs.find(*key)
        assert path is not None
        graphcache.os.utime(path, (age, age))
    put(graphs, b"0123456789", ("d", "1", "CPU"))
    assert [graphs.find(*key) is not None for key in keys] == [False, False, True]


def test_entries_are_this_users(home: Path) -> None:
    assert home in default_folder().parents
    assert processor() == processor()

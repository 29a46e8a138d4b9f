"""Append-only records: newest wins, damage is passed over, processes do not lose each other's lines."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.data.shards import Shards


def put(shards, key, **fields):
    shards.put(key, lambda old: {**old, **fields})


def files(folder):
    return sorted(p for p in folder.iterdir() if not p.name.startswith("."))


def test_what_was_put_is_found_again_by_another_object(tmp_path):
    put(Shards(tmp_path / "s"), "images/a.jpg", state="accepted")
    assert Shards(tmp_path / "s").get("images/a.jpg") == {"state": "accepted"}


def test_reading_creates_nothing(tmp_path):
    shards = Shards(tmp_path / "s")
    assert shards.get("a") is None
    assert list(shards) == []
    assert list(tmp_path.iterdir()) == []


def test_the_newest_line_counts_and_the_rest_of_the_record_is_kept(tmp_path):
    shards = Shards(tmp_path)
    put(shards, "a", one=1, two=2)
    put(shards, "a", two=3)
    assert shards.get("a") == {"one": 1, "two": 3}


def test_a_change_that_changes_nothing_writes_nothing(tmp_path):
    shards = Shards(tmp_path)
    put(shards, "a", one=1)
    before = files(tmp_path)[0].read_bytes()
    put(shards, "a", one=1)
    assert files(tmp_path)[0].read_bytes() == before


def test_many_keys_share_few_files(tmp_path):
    shards = Shards(tmp_path)
    for i in range(1000):
        put(shards, f"images/{i}.jpg", n=i)
    assert len(files(tmp_path)) <= 256
    assert sorted((k, r["n"]) for k, r in shards) == sorted((f"images/{i}.jpg", i) for i in range(1000))


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_torn_tail_is_passed_over_and_not_glued_to_the_next_line(tmp_path, cut):
    shards = Shards(tmp_path)
    put(shards, "a", n=1)
    put(shards, "a", n=2)
    file = files(tmp_path)[0]
    file.write_bytes(file.read_bytes()[:-cut])
    # Without its line end alone, the last line is whole.
    assert shards.get("a") == ({"n": 2} if cut == 1 else {"n": 1})
    put(shards, "a", m=3)
    assert Shards(tmp_path).get("a") == ({"n": 2, "m": 3} if cut == 1 else {"n": 1, "m": 3})


def test_a_flipped_byte_loses_that_line_alone_and_is_counted(tmp_path):
    shards = Shards(tmp_path)
    put(shards, "a", n=1)
    put(shards, "a", n=2)
    file = files(tmp_path)[0]
    file.write_bytes(file.read_bytes().replace(b'"n":2', b'"n":7'))
    assert shards.get("a") == {"n": 1}
    assert shards.damaged == 1


@given(garbage=st.binary(max_size=200))
def test_any_bytes_in_a_shard_are_survived(tmp_path_factory, garbage):
    folder = tmp_path_factory.mktemp("s")
    shards = Shards(folder)
    put(shards, "a", n=1)
    file = files(folder)[0]
    file.write_bytes(file.read_bytes() + garbage)
    assert shards.get("a") == {"n": 1}
    assert dict(shards) == {"a": {"n": 1}}
    put(shards, "a", n=2)
    assert shards.get("a") == {"n": 2}


@given(
    keys=st.lists(st.one_of(st.text(), st.binary().map(lambda b: b.decode("utf-8", "surrogateescape")))),
    note=st.text(),
)
def test_any_name_and_any_text_come_back(tmp_path_factory, keys, note):
    folder = tmp_path_factory.mktemp("s")
    shards = Shards(folder)
    for key in keys:
        put(shards, key, note=note)
    assert all(shards.get(key) == {"note": note} for key in keys)
    assert {key for key, _ in shards} == set(keys)
    assert all(file.read_bytes().isascii() for file in files(folder))


def test_a_text_that_looks_like_another_record_is_not_taken_for_it(tmp_path):
    shards = Shards(tmp_path)
    shards._path = lambda key: tmp_path / "all.jsonl"
    put(shards, "a", note='\n00000000 {"path":"b","n":9}\n')
    put(shards, "b", n=1)
    put(shards, "c", note=' {"path":"b"')
    assert shards.get("b") == {"n": 1}


def test_a_name_that_begins_another_is_another(tmp_path):
    shards = Shards(tmp_path)
    shards._path = lambda key: tmp_path / "all.jsonl"
    put(shards, "a.jpg", n=1)
    put(shards, "a.jpg2", n=2)
    assert shards.get("a.jpg") == {"n": 1}


def test_a_file_full_of_old_lines_shrinks(tmp_path):
    shards = Shards(tmp_path)
    for i in range(1500):
        put(shards, "a", n=i, text="x" * 100)
    size = files(tmp_path)[0].stat().st_size
    assert size < 140_000
    assert shards.get("a")["n"] == 1499


def test_a_link_in_a_shards_place_is_not_written_through(tmp_path):
    shards = Shards(tmp_path / "s")
    (tmp_path / "s").mkdir()
    victim = tmp_path / "victim"
    victim.write_text("mine")
    shards._path("a").symlink_to(victim)
    with pytest.raises(OSError, match="symbolic link"):
        put(shards, "a", n=1)
    assert victim.read_text() == "mine"


_WRITER = """
import sys
from pathlib import Path
from tui.data.shards import Shards
shards = Shards(Path(sys.argv[1]))
for i in range(100):
    shards.put("a", lambda old: {**old, "n": old.get("n", 0) + 1, "text": "x" * 400})
    shards.put(sys.argv[2], lambda old: {"n": i})
"""


def test_two_processes_lose_no_change(tmp_path):
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, tmp_path, name]) for name in ("b", "c")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    shards = Shards(tmp_path)
    assert (shards.get("a")["n"], shards.get("b"), shards.get("c")) == (200, {"n": 99}, {"n": 99})
    assert shards.damaged == 0

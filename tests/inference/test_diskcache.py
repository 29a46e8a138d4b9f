"""Embeddings on disk: they come back, they stay within the quota, and nothing on the disk can hurt."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.inference.cache import EmbeddingKey
from tui.inference.diskcache import DiskCache
from tui.inference.embedding import Embedding

ROOT = Path(__file__).resolve().parents[2]


def key(name: str, segmenter: str = "enc") -> EmbeddingKey:
    return EmbeddingKey(name, segmenter)


def embedding(value: float = 1.5, count: int = 500, *, encoder: str = "enc") -> Embedding:
    """About 1.1 KB on disk."""
    return Embedding({"image_embeddings": np.full((1, count), value, np.float32)}, (30, 20), encoder)


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.safetensors"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "embeddings"


def test_what_is_put_comes_back_in_another_process_as_it_were(folder: Path) -> None:
    values = np.random.default_rng(0).normal(0, 3, (1, 8, 4, 4)).astype(np.float32)
    assert DiskCache(folder, 10**6).put(key("a"), Embedding({"x": values}, (640, 480), "enc"))
    found = DiskCache(folder, 10**6).get(key("a"))
    assert found is not None
    assert (found.image_wh, found.encoder) == ((640, 480), "enc")
    assert found.arrays["x"].dtype == np.float32
    np.testing.assert_allclose(found.arrays["x"], values, rtol=1e-3, atol=1e-4)


def test_numbers_too_large_for_half_precision_keep_theirs(folder: Path) -> None:
    cache = DiskCache(folder, 10**6)
    cache.put(key("a"), embedding(1e6))
    found = cache.get(key("a"))
    assert found is not None
    assert found.arrays["image_embeddings"][0, 0] == 1e6


def test_m6_another_image_or_another_encoder_is_a_miss(folder: Path) -> None:
    cache = DiskCache(folder, 10**6)
    cache.put(key("a"), embedding())
    assert key("a") in cache
    for other in (key("b"), key("a", "other")):
        assert other not in cache
        assert cache.get(other) is None


def test_an_entry_under_a_wrong_name_is_a_miss(folder: Path) -> None:
    cache = DiskCache(folder, 10**6)
    cache.put(key("a"), embedding())
    cache.put(key("a", "other"), embedding(encoder="other"))
    first, second = entries(folder)
    second.write_bytes(first.read_bytes())
    assert sum(cache.get(k) is not None for k in (key("a"), key("a", "other"))) == 1


@pytest.mark.parametrize("damage", [b"", b"short", b"\xff" * 4000, b"<html>"])
def test_m6_a_damaged_entry_is_a_miss_and_goes(folder: Path, damage: bytes) -> None:
    cache = DiskCache(folder, 10**6)
    cache.put(key("a"), embedding())
    entries(folder)[0].write_bytes(damage)
    assert cache.get(key("a")) is None
    assert not entries(folder)
    assert cache.put(key("a"), embedding())
    assert cache.get(key("a")) is not None


def test_the_least_recently_used_goes_first(folder: Path) -> None:
    cache = DiskCache(folder, 4000)
    for age, name in ((30, "a"), (20, "b"), (10, "c")):
        cache.put(key(name), embedding())
        path = max(entries(folder), key=lambda p: p.stat().st_mtime_ns)
        os.utime(path, (time.time() - age,) * 2)
    cache.get(key("a"))
    cache.put(key("d"), embedding())
    assert [name for name in "abcd" if key(name) in cache] == ["a", "c", "d"]


@given(counts=st.lists(st.integers(1, 900), max_size=12), quota=st.integers(0, 5000))
def test_the_quota_holds(tmp_path_factory: pytest.TempPathFactory, counts: list[int], quota: int) -> None:
    folder = tmp_path_factory.mktemp("quota")
    cache = DiskCache(folder, quota)
    for i, count in enumerate(counts):
        cache.put(key(str(i)), embedding(count=count))
        assert cache.nbytes <= quota


def test_what_others_wrote_counts_when_the_folder_is_counted_again(folder: Path) -> None:
    for name in "abc":
        DiskCache(folder, 10**6).put(key(name), embedding())
    mine = DiskCache(folder, 2600)
    assert mine.put(key("d"), embedding())
    assert mine.nbytes <= 2600
    assert key("d") in mine


def test_an_entry_larger_than_the_quota_is_not_kept(folder: Path) -> None:
    cache = DiskCache(folder, 100)
    assert not cache.put(key("a"), embedding())
    assert not list(folder.glob("*/*"))


def test_only_the_owner_can_look(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o755)
    DiskCache(folder, 10**6).put(key("a"), embedding())
    assert folder.stat().st_mode & 0o777 == 0o700
    assert entries(folder)[0].stat().st_mode & 0o077 == 0


def test_m6_a_disk_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = DiskCache(tmp_path / "file" / "cache", 10**6)
    assert not cache.put(key("a"), embedding())
    assert cache.get(key("a")) is None
    assert cache.nbytes == 0


def test_what_a_killed_process_left_is_swept_up(folder: Path) -> None:
    cache = DiskCache(folder, 1500)
    cache.put(key("a"), embedding())
    old, new = folder / "00" / "old.part", folder / "00" / "new.part"
    old.parent.mkdir(exist_ok=True)
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    cache.put(key("b"), embedding())
    assert (old.exists(), new.exists()) == (False, True)


WRITER = """
import sys
from pathlib import Path
import numpy as np
from tui.inference.cache import EmbeddingKey
from tui.inference.diskcache import DiskCache
from tui.inference.embedding import Embedding
cache = DiskCache(Path(sys.argv[1]), 20_000)
for i in range(150):
    key = EmbeddingKey(str(i % 40), "enc")
    found = cache.get(key)
    assert found is None or float(found.arrays["x"][0]) == i % 40, found.arrays["x"][0]
    cache.put(key, Embedding({"x": np.full(500, i % 40, np.float32)}, (1, 1), "enc"))
"""


def test_m6_several_processes_share_a_folder(folder: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", WRITER, str(folder)]
    writers = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    for writer in writers:
        _, errors = writer.communicate(timeout=100)
        assert (writer.returncode, errors.decode()) == (0, "")
    cache = DiskCache(folder, 20_000)
    assert entries(folder)
    assert not list(folder.glob("*/*.part"))
    for i in range(40):
        found = cache.get(key(str(i)))
        assert found is None or float(found.arrays["x"][0]) == i


def test_a_touch_tells_the_size_and_counts_as_a_use(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "c", 1_000_000)
    assert cache.touch(key("a")) == 0
    assert cache.put(key("a"), embedding())
    (entry,) = (tmp_path / "c").rglob("*.safetensors")
    os.utime(entry, ns=(1, 1))
    assert cache.touch(key("a")) == entry.stat().st_size
    assert entry.stat().st_mtime_ns > 1

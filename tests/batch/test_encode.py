"""Embeddings ahead of time: each image once, within the budget, past what is damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from datasets import write_image
from fakes import FakeSegmenter
from tui.batch.encode import Encoded, encode_images
from tui.data.image import file_digest
from tui.inference.cache import EmbeddingKey
from tui.inference.diskcache import DiskCache
from tui.inference.embedding import Embedding

ROOM = 10_000_000


class Wide(FakeSegmenter):
    """Its embeddings take 40 kB in memory, 20 kB on disk."""

    def encode(self, image: np.ndarray) -> Embedding:
        small = super().encode(image)
        return Embedding({"wide": np.zeros(10_000, np.float32)}, small.image_wh, small.encoder)


@pytest.fixture
def images(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "set" / f"{i}.png" for i in range(6)]
    for i, path in enumerate(paths):
        write_image(path, np.full((20, 30, 3), 10 * i, np.uint8))
    return paths


def encode(
    images: list[Path],
    segmenter: FakeSegmenter,
    folder: Path,
    budget: int = ROOM,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Encoded]:
    cache = DiskCache(folder, budget)
    more = {"max_bytes": 1_000_000, "max_pixels": 1_000_000}
    return list(encode_images(images, segmenter, cache, budget=budget, stopped=stopped, **more))


def outcomes(told: list[Encoded]) -> list[str]:
    return [one.outcome for one in told]


def test_the_labeler_finds_what_was_encoded(images: list[Path], tmp_path: Path) -> None:
    segmenter = Wide()
    told = encode(images, segmenter, tmp_path / "cache")
    assert outcomes(told) == ["encoded"] * 6
    assert [one.image for one in told] == images
    cache = DiskCache(tmp_path / "cache", ROOM)
    found = [cache.get(EmbeddingKey(file_digest(image), segmenter.fingerprint)) for image in images]
    assert all(one is not None and one.image_wh == (30, 20) for one in found)


def test_a_second_run_encodes_nothing_twice(images: list[Path], tmp_path: Path) -> None:
    encode(images[:4], Wide(), tmp_path / "cache")
    segmenter = Wide()
    assert outcomes(encode(images, segmenter, tmp_path / "cache")) == ["there"] * 4 + ["encoded"] * 2
    assert len(segmenter.encoded) == 2


def test_it_ends_at_the_budget_and_keeps_what_it_made(images: list[Path], tmp_path: Path) -> None:
    budget = 75_000
    told = encode(images, Wide(), tmp_path / "cache", budget)
    assert outcomes(told) == ["encoded"] * 3 + ["full"]
    assert DiskCache(tmp_path / "cache", budget).nbytes <= budget
    segmenter = Wide()
    assert outcomes(encode(images, segmenter, tmp_path / "cache", budget)) == ["there"] * 3 + ["full"]


def test_what_is_of_another_dataset_makes_room(images: list[Path], tmp_path: Path) -> None:
    budget = 75_000
    encode(images[3:], Wide(), tmp_path / "cache", budget)
    assert outcomes(encode(images[:3], Wide(), tmp_path / "cache", budget)) == ["encoded"] * 3
    assert outcomes(encode(images[:3], Wide(), tmp_path / "cache", budget)) == ["there"] * 3


def test_a_damaged_image_is_told_and_passed_over(images: list[Path], tmp_path: Path) -> None:
    images[1].write_bytes(b"no image")
    told = encode(images, Wide(), tmp_path / "cache")
    assert outcomes(told) == ["encoded", "failed", *["encoded"] * 4]
    assert "1.png is not an image" in told[1].reason


def test_it_stops_after_the_image_in_hand(images: list[Path], tmp_path: Path) -> None:
    segmenter = Wide()
    told = encode(images, segmenter, tmp_path / "cache", stopped=lambda: len(segmenter.encoded) >= 2)
    assert outcomes(told) == ["encoded", "encoded"]


def test_a_cache_that_cannot_be_written_is_told(images: list[Path], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    assert set(outcomes(encode(images, Wide(), tmp_path / "cache"))) == {"failed"}

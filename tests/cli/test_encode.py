"""`ttylabel encode` with a hand-made network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from batch.world import World, make_world, objects
from datasets import write_image
from inference import tinysam
from tui.app.embeddings import Embeddings
from tui.app.late import Late, LateSegmenter
from tui.app.library import Library
from tui.app.start import embeddings_on_disk
from tui.cli.encode import parse_budget
from tui.cli.main import main
from tui.config import Config, embedding_dir
from tui.data.dataset import open_dataset
from tui.errors import UsageError
from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Segmenter
from tui.inference.segmenters.registry import open_segmenter


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = make_world(tmp_path / "set", 3)
    for i in range(1, 3):  # equal images share one embedding
        path = Path(world.task(i).image)
        path.write_bytes(path.read_bytes() + bytes(i))
    return world


@pytest.fixture
def network(tmp_path: Path) -> str:
    return tinysam.folder(tmp_path / "tiny")


def run(*argv: object) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(["encode", *map(str, argv)])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code


@pytest.mark.parametrize(
    ("text", "expected"),
    [("20GB", 20_000_000_000), ("500m", 500_000_000), ("1.5 TB", 1_500_000_000_000), ("12345", 12345)],
)
def test_a_budget_is_a_size(text: str, expected: int) -> None:
    assert parse_budget(text) == expected


@pytest.mark.parametrize("text", ["", "0", "-1GB", "many", "1PB", "1e3"])
def test_anything_else_is_no_budget(text: str) -> None:
    with pytest.raises(UsageError, match="--budget"):
        parse_budget(text)


def test_a_dataset_is_encoded_and_the_next_time_nothing_is_left(
    world: World, network: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world.root, "--segmenter", network, "--json") == 0
    *images, summary = objects(capsys.readouterr().out)
    assert len(images) == 3
    assert summary["counts"] == {"encoded": 3}
    assert len(list(embedding_dir().rglob("*.safetensors"))) == 3
    assert run(world.root, "--segmenter", network) == 0
    assert "0 encoded, 3 there already, 0 failed" in capsys.readouterr().err
    assert not (world.root / ".ttylabel").exists()


def test_a_budget_over_the_labelers_own_is_told(
    world: World, network: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world.root, "--segmenter", network, "--budget", "20GB") == 0
    assert "The labeler keeps 10 GB and drops what is over" in capsys.readouterr().err


def test_a_full_budget_is_no_failure(world: World, network: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world.root, "--segmenter", network, "--budget", "100") == 0
    assert "The budget is full: 3 images are left" in capsys.readouterr().err


def test_a_bad_image_makes_it_one(world: World, network: str) -> None:
    Path(world.task(1).image).write_bytes(b"no image")
    assert run(world.root, "--segmenter", network, "-q") == 1


def test_what_has_nothing_to_encode_says_so(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world.root, "--segmenter", "grabcut") == 2
    assert "nothing to encode" in capsys.readouterr().err


class Decoding:
    """A segmenter that must not encode: what it decodes comes from the disk."""

    def __init__(self, inner: Segmenter) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def encode(self, image: NDArray[np.uint8]) -> Embedding:
        raise AssertionError("the labeler encoded an image that was encoded before")

    encode_ahead = encode

    def interrupt(self) -> None:
        pass


@pytest.mark.parametrize("name", ["tiny", "sprout"])
def test_the_labeler_opens_what_was_encoded_here_without_its_encoder(
    tmp_path: Path, network: str, name: str
) -> None:
    photo = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    write_image(tmp_path / "set" / "a.png", photo)
    model = network if name == "tiny" else name
    assert run(tmp_path / "set", "--segmenter", model) == 0
    opened = open_segmenter(model)
    decoding: Any = Decoding(opened)
    late = Late[Segmenter](name, lambda: decoding)
    library = Library(open_dataset(tmp_path / "set"), Config())
    embeddings = Embeddings(library, LateSegmenter(late), 10**8, embeddings_on_disk(Config()))
    found = embeddings.of(library.path(0))
    opened_now = opened.encode(photo)
    assert found.encoder == opened_now.encoder
    assert found.image_wh == (64, 48)
    assert found.arrays.keys() == opened_now.arrays.keys()
    for key, array in opened_now.arrays.items():
        np.testing.assert_allclose(found.arrays[key], array, rtol=2e-3, atol=2e-3)
    if name == "sprout":
        np.testing.assert_array_equal(found.arrays["picture"], photo)
    opened.close()
